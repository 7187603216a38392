/**
 * What a program threw, as three capped texts. The value is the program's: it may be no error at all, have getters that
 * throw, or be a Proxy. A getter that never returns is ended by the run's deadline like any other loop of the program.
 */
import type { GuestError } from '../protocol.ts';
import { formatLog } from './inspect.ts';
import { objectCreate, stringSlice } from './intrinsics.ts';

const MAX_NAME_CHARS = 200;
const MAX_MESSAGE_CHARS = 8 * 1024;
const MAX_STACK_CHARS = 16 * 1024;

/** Never throws. A thrown value that is no object becomes the message of an `Error`. */
export function formatError(thrown: unknown): GuestError {
  const texts = objectCreate(null) as { name: string; message: string; stack: string };
  const isObject = (typeof thrown === 'object' && thrown !== null) || typeof thrown === 'function';
  texts.name = isObject ? textOf(thrown, 'name', MAX_NAME_CHARS) || 'Error' : 'Error';
  texts.message = isObject ? textOf(thrown, 'message', MAX_MESSAGE_CHARS) || described(thrown) : described(thrown);
  texts.stack = isObject ? textOf(thrown, 'stack', MAX_STACK_CHARS) : '';
  return texts;
}

function textOf(holder: object, key: 'name' | 'message' | 'stack', maxChars: number): string {
  try {
    const value: unknown = (holder as Record<string, unknown>)[key];
    return typeof value === 'string' ? stringSlice(value, 0, maxChars) : '';
  } catch {
    return '';
  }
}

function described(thrown: unknown): string {
  try {
    return formatLog([thrown], MAX_MESSAGE_CHARS);
  } catch {
    return 'a value that cannot be shown';
  }
}
