/**
 * Reads the fields of a message that came out of a sandbox: each has the type and range that is asked for, or the whole
 * message is refused. Called by protocol.ts alone.
 */

/** One side's run numbers and call ids never reach this; anything beyond is a forgery. */
const MAX_ID = 2 ** 31;
const MAX_HEADER_CHARS = 64 * 1024;

/** A message does not have the shape that a runtime of ours would have given it. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

export type Fields = { readonly [key: string]: unknown };

export function parseHeader(header: string, maxChars = MAX_HEADER_CHARS): Fields {
  if (header.length > maxChars) throw new ProtocolError('A message header is too long.');
  return record(parseText(header));
}

export function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProtocolError('A message is not JSON.');
  }
}

export function record(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ProtocolError('A message is no object.');
  return value as Fields;
}

export function whole(fields: Fields, key: string): number {
  const value = fields[key];
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < MAX_ID) return value;
  throw new ProtocolError(`A message has no valid ${key}.`);
}

export function count(fields: Fields, key: string): number {
  const value = fields[key];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new ProtocolError(`A message has no valid ${key}.`);
}

export function time(fields: Fields, key: string): number {
  const value = fields[key];
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw new ProtocolError(`A message has no valid ${key}.`);
}

export function textOf(fields: Fields, key: string): string {
  const value = fields[key];
  if (typeof value === 'string') return value;
  throw new ProtocolError(`A message has no valid ${key}.`);
}

export function oneOf<Value extends string>(fields: Fields, key: string, known: readonly Value[]): Value {
  const found = known.find((value) => value === fields[key]);
  if (found !== undefined) return found;
  throw new ProtocolError(`A message has no valid ${key}.`);
}
