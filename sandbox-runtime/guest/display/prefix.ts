/**
 * What the inspector says of a value before its entries: a primitive in full, the class and size of an object. `room`
 * is how many characters are wanted; longer texts are cut.
 */
import { mapSize, setSize, stringSlice, symbolToString, toStringTagId } from '../intrinsics.ts';
import { type Brand, isoText, regExpText, typedArrayLength, unbox } from '../values/brand.ts';
import { clip, escapeControls, quoteSource } from '../values/text.ts';
import { classNameOf, describeFunction, lookUp } from './look.ts';

const MAX_NAME_CHARS = 200;
/** Turning a larger one into digits takes long, and nothing can interrupt it. */
const MAX_BIGINT = 10n ** 1_000n;

export function showPrimitive(value: unknown, room: number): string {
  switch (typeof value) {
    case 'string':
      return value.length > room ? `${quoteSource(stringSlice(value, 0, room))}…` : quoteSource(value);
    case 'number':
      return value === 0 && 1 / value < 0 ? '-0' : `${value}`;
    case 'bigint':
      return value < MAX_BIGINT && value > -MAX_BIGINT ? `${value}n` : '<bigint of more than 1,000 digits>';
    case 'symbol':
      return escapeControls(clip(symbolToString(value), MAX_NAME_CHARS));
    default:
      return `${value as null | undefined | boolean}`;
  }
}

/** Empty for plain objects and arrays. */
export function prefixOf(value: object, brand: Brand, room: number): string {
  if (typeof value === 'function') return describeFunction(value);
  const name = classNameOf(value);
  const shown = name ?? `[${brand === 'object' ? 'Object' : brand}: null prototype]`;
  switch (brand) {
    case 'object':
    case 'hollow':
      return name === 'Object' ? '' : shown;
    case 'iterator':
      return `${shown} [${iteratorName(value)}]`;
    case 'array':
      return name === 'Array' ? '' : `${shown}(${(value as unknown[]).length})`;
    case 'typed-array':
      return `${shown}(${typedArrayLength(value)})`;
    case 'map':
      return `${shown}(${mapSize(value)})`;
    case 'set':
      return `${shown}(${setSize(value)})`;
    case 'date':
      return isoText(value) ?? 'Invalid Date';
    case 'regexp':
      return escapeControls(clip(regExpText(value), room));
    case 'error':
      return errorHeader(value, name, room);
    case 'boxed':
      return `[${shown}: ${showPrimitive(unbox(value), room)}]`;
    default:
      return shown;
  }
}

/** `TypeError: message`, from data properties only; no frames, for their positions are not the program's own. */
function errorHeader(error: object, className: string | undefined, room: number): string {
  const named = lookUp(error, 'name');
  const name = clip(typeof named === 'string' && named !== '' ? named : (className ?? 'Error'), MAX_NAME_CHARS);
  const message = lookUp(error, 'message');
  return escapeControls(clip(typeof message === 'string' && message !== '' ? `${name}: ${message}` : name, room));
}

function iteratorName(value: object): string {
  const tag = lookUp(value, toStringTagId);
  return typeof tag === 'string' ? escapeControls(clip(tag, MAX_NAME_CHARS)) : 'Iterator';
}
