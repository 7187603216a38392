/** Errors as structuredClone copies them: one of the language's own classes, with message, stack and cause. */
import { construct, defineValue, ErrorOf, hasOwn, mapGet } from '../../guest/intrinsics.ts';
import { errorClasses } from '../captured.ts';

export function cloneError(value: object, keep: (copy: object) => object, clone: (value: unknown) => unknown): object {
  const { name, stack } = value as { name?: unknown; stack?: unknown };
  const copy = keep(construct(mapGet(errorClasses, `${name as string}`) ?? ErrorOf, []) as object);
  if (hasOwn(value, 'message')) defineValue(copy, 'message', `${(value as Error).message}`, false);
  if (typeof stack === 'string') defineValue(copy, 'stack', stack, false);
  if (hasOwn(value, 'cause')) defineValue(copy, 'cause', clone((value as Error).cause), false);
  return copy;
}
