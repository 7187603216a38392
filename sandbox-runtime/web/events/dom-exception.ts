/** DOMException: the error class of the web's own interfaces. Thrown by base64.ts, abort.ts, structured-clone.ts and random.ts. */
import { defineValue, ErrorOf, MapOf, mapGet, mapSet } from '../../guest/intrinsics.ts';

/** The numbers that a few names had before names were used. */
const codes = new MapOf<string, number>();
mapSet(codes, 'InvalidCharacterError', 5);
mapSet(codes, 'InvalidStateError', 11);
mapSet(codes, 'SyntaxError', 12);
mapSet(codes, 'TypeMismatchError', 17);
mapSet(codes, 'AbortError', 20);
mapSet(codes, 'QuotaExceededError', 22);
mapSet(codes, 'TimeoutError', 23);
mapSet(codes, 'DataCloneError', 25);

export class DOMException extends ErrorOf {
  constructor(message: unknown = '', options: unknown = 'Error') {
    super(`${message as string}`);
    const isObject = typeof options === 'object' && options !== null;
    const { name, cause } = (isObject ? options : { name: options }) as { name?: unknown; cause?: unknown };
    defineValue(this, 'name', name === undefined ? 'Error' : `${name as string}`, false);
    defineValue(this, 'code', mapGet(codes, this.name) ?? 0, false);
    if (cause !== undefined) defineValue(this, 'cause', cause, false);
  }
}
