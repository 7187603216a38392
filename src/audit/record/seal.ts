/**
 * One line of an audit trail. Its hash is the SHA-256 of the line without the hash, and the line holds the hash of the one
 * before it: nothing can be changed, taken away or put in between without every later line telling. Pure.
 */
import { hash } from 'node:crypto';
import { isJsonObject, type JsonObject, parseJson } from '../../base/json.ts';

/** Where a chain stands: its last record. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

/** Before the first record of a trail. */
export const BEGINNING: ChainHead = { seq: 0, hash: '0'.repeat(64) };

export interface SealedRecord {
  readonly head: ChainHead;
  readonly prev: string;
  readonly record: JsonObject;
}

/** No line is longer; what is longer was written by nobody here. */
export const MAX_LINE_BYTES = 64 * 1024;
const MAX_BODY_CHARS = 48 * 1024;

/**
 * A record as JSON text of printable ASCII: no name in it can end a line, colour a terminal or turn the reading
 * direction. Undefined members are left out; of one that is too long only what it is of is kept.
 */
export function bodyOf(record: Readonly<Record<string, unknown>>): string {
  const body = ascii(JSON.stringify(record));
  if (body.length <= MAX_BODY_CHARS) return body;
  const { time, kind } = record;
  return ascii(JSON.stringify({ time, kind, tooLong: body.length }));
}

/** The line, with its end, and where the chain stands after it. */
export function seal(body: string, { seq: before, hash: prev }: ChainHead): { line: string; head: ChainHead } {
  const seq = before + 1;
  const text = `{"seq":${seq},${body.slice(1, -1)},"prev":"${prev}"`;
  const own = hash('sha256', `${text}}`);
  return { line: `${text},"hash":"${own}"}\n`, head: { seq, hash: own } };
}

const LINE = /^(\{"seq":([1-9]\d{0,14}),.*,"prev":"([0-9a-f]{64})"),"hash":"([0-9a-f]{64})"\}$/;

/** The record of a line without its end, or undefined where it is none, or not as it was written. */
export function unseal(line: string): SealedRecord | undefined {
  const [, text, seq, prev, own] = LINE.exec(line) ?? [];
  if (text === undefined || prev === undefined || own === undefined) return undefined;
  if (hash('sha256', `${text}}`) !== own) return undefined;
  const record = parseJson(line);
  if (!isJsonObject(record) || record.seq !== Number(seq)) return undefined;
  return { head: { seq: record.seq, hash: own }, prev, record };
}

function ascii(text: string): string {
  return text.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
