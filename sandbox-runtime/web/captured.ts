/**
 * What the web's globals need of the language beside guest/intrinsics.ts, captured before a program is there: the rest of
 * web/ is opened by the program's first use of it (install.ts), when the builtins may be the program's own already.
 */
import { MapOf, mapSet, uncurry, uncurryGetter } from '../guest/intrinsics.ts';

export const setBytes = uncurry(Uint8Array.prototype.set as (this: Uint8Array, source: Uint8Array) => void);
export const isDetached = uncurryGetter<boolean>(ArrayBuffer.prototype, 'detached');
export const isResizable = uncurryGetter<boolean>(ArrayBuffer.prototype, 'resizable');
export const maxByteLength = uncurryGetter<number>(ArrayBuffer.prototype, 'maxByteLength');
export const transfer = uncurry(ArrayBuffer.prototype.transfer as (this: object) => ArrayBuffer);

export type ViewClass = new (buffer: ArrayBuffer, byteOffset: number, length: number) => object;

/** The classes of typed arrays by their names; of the newest, those that the realm has. */
export const viewClasses = new MapOf<string, ViewClass>();
const { Float16Array: Float16 } = globalThis as { readonly Float16Array?: ViewClass };
mapSet(viewClasses, 'Int8Array', Int8Array);
mapSet(viewClasses, 'Uint8Array', Uint8Array);
mapSet(viewClasses, 'Uint8ClampedArray', Uint8ClampedArray);
mapSet(viewClasses, 'Int16Array', Int16Array);
mapSet(viewClasses, 'Uint16Array', Uint16Array);
mapSet(viewClasses, 'Int32Array', Int32Array);
mapSet(viewClasses, 'Uint32Array', Uint32Array);
if (Float16 !== undefined) mapSet(viewClasses, 'Float16Array', Float16);
mapSet(viewClasses, 'Float32Array', Float32Array);
mapSet(viewClasses, 'Float64Array', Float64Array);
mapSet(viewClasses, 'BigInt64Array', BigInt64Array);
mapSet(viewClasses, 'BigUint64Array', BigUint64Array);

export const errorClasses = new MapOf<string, ErrorConstructor>();
mapSet(errorClasses, 'EvalError', EvalError);
mapSet(errorClasses, 'RangeError', RangeError);
mapSet(errorClasses, 'ReferenceError', ReferenceError);
mapSet(errorClasses, 'SyntaxError', SyntaxError);
mapSet(errorClasses, 'TypeError', TypeError);
mapSet(errorClasses, 'URIError', URIError);
