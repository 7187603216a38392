/** Errors as structuredClone copies them: one of the language's own classes, with message, stack and cause. */
import { construct, defineValue, ErrorOf, hasOwn, MapOf, mapGet, mapSet } from '../../guest/intrinsics.ts';

const classes = new MapOf<string, ErrorConstructor>();
mapSet(classes, 'EvalError', EvalError);
mapSet(classes, 'RangeError', RangeError);
mapSet(classes, 'ReferenceError', ReferenceError);
mapSet(classes, 'SyntaxError', SyntaxError);
mapSet(classes, 'TypeError', TypeError);
mapSet(classes, 'URIError', URIError);

export function cloneError(value: object, keep: (copy: object) => object, clone: (value: unknown) => unknown): object {
  const { name, stack } = value as { name?: unknown; stack?: unknown };
  const copy = keep(construct(mapGet(classes, `${name as string}`) ?? ErrorOf, []) as object);
  if (hasOwn(value, 'message')) defineValue(copy, 'message', `${(value as Error).message}`, false);
  if (typeof stack === 'string') defineValue(copy, 'stack', stack, false);
  if (hasOwn(value, 'cause')) defineValue(copy, 'cause', clone((value as Error).cause), false);
  return copy;
}
