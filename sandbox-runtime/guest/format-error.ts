/**
 * What a program threw, as three capped texts, with what caused it. The value is the program's: it may be no error at
 * all, have getters that throw, or be a Proxy. A getter that never returns is ended by the run's deadline like any other
 * loop of the program.
 */
import type { GuestError } from '../protocol.ts';
import { formatLog } from './inspect.ts';
import { append, createList, hasOwn, isArray, objectCreate, stringSlice } from './intrinsics.ts';

const MAX_NAME_CHARS = 200;
const MAX_MESSAGE_CHARS = 8 * 1024;
const MAX_STACK_CHARS = 16 * 1024;
/** Errors that one error brings along as its causes and parts, all in all. */
const MAX_INNER = 16;
const INNER_SHARE = 4;

/** A GuestError without a prototype, so that no `toJSON` of the program's is asked when it is written. */
type Formatted = { -readonly [Key in keyof GuestError]: GuestError[Key] };

/** Never throws. A thrown value that is no object becomes the message of an `Error`. */
export function formatError(thrown: unknown): GuestError {
  return format(thrown, 1, { left: MAX_INNER });
}

/** `share`: by how much the texts are shorter than those of the outermost. */
function format(thrown: unknown, share: number, inner: { left: number }): GuestError {
  const error = objectCreate(null) as Formatted;
  const isObject = (typeof thrown === 'object' && thrown !== null) || typeof thrown === 'function';
  const maxChars = MAX_MESSAGE_CHARS / share;
  error.name = isObject ? textOf(thrown, 'name', MAX_NAME_CHARS) || 'Error' : 'Error';
  error.message = isObject
    ? textOf(thrown, 'message', maxChars) || described(thrown, maxChars)
    : described(thrown, maxChars);
  error.stack = isObject ? textOf(thrown, 'stack', MAX_STACK_CHARS / share) : '';
  if (isObject) addInner(error, thrown, inner);
  return error;
}

function addInner(error: Formatted, thrown: object, inner: { left: number }): void {
  try {
    const cause = hasOwn(thrown, 'cause') ? (thrown as { cause: unknown }).cause : undefined;
    if (cause !== undefined && inner.left > 0) {
      inner.left -= 1;
      error.cause = format(cause, INNER_SHARE, inner);
    }
    const parts = hasOwn(thrown, 'errors') ? (thrown as { errors: unknown }).errors : undefined;
    if (!isArray(parts)) return;
    const errors = createList<GuestError>();
    for (let at = 0; at < parts.length && inner.left > 0; at++) {
      inner.left -= 1;
      append(errors, format(parts[at], INNER_SHARE, inner));
    }
    error.errors = errors;
  } catch {
    // What it brings along cannot be read: it is told without.
  }
}

function textOf(holder: object, key: 'name' | 'message' | 'stack', maxChars: number): string {
  try {
    const value: unknown = (holder as Record<string, unknown>)[key];
    return typeof value === 'string' ? stringSlice(value, 0, maxChars) : '';
  } catch {
    return '';
  }
}

function described(thrown: unknown, maxChars: number): string {
  try {
    return formatLog([thrown], maxChars);
  } catch {
    return 'a value that cannot be shown';
  }
}
