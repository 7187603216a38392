/** Which properties of an error the renderer writes. */
import { append, createList, hasOwn, objectKeys } from '../intrinsics.ts';

/** What an error has to say: never its stack, always its cause and the errors it gathers. */
export function errorKeys(error: object): readonly string[] {
  const keys = createList<string>();
  append(keys, 'name');
  append(keys, 'message');
  const own = objectKeys(error);
  for (let index = 0; index < own.length; index++) {
    const key = own[index] ?? '';
    if (key !== 'name' && key !== 'message' && key !== 'stack' && key !== 'cause' && key !== 'errors')
      append(keys, key);
  }
  if (hasOwn(error, 'cause')) append(keys, 'cause');
  if (hasOwn(error, 'errors')) append(keys, 'errors');
  return keys;
}
