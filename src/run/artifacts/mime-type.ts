/**
 * What kind of file an artifact is, by the end of its name. A picture counts as one only where its first bytes agree:
 * a client hands pictures on to a model, and one that is none can end a conversation.
 */
import { isUtf8 } from 'node:buffer';

const BY_EXTENSION: ReadonlyMap<string, string> = new Map([
  ['css', 'text/css'],
  ['csv', 'text/csv'],
  ['gz', 'application/gzip'],
  ['htm', 'text/html'],
  ['html', 'text/html'],
  ['js', 'text/javascript'],
  ['json', 'application/json'],
  ['jsonl', 'application/jsonl'],
  ['md', 'text/markdown'],
  ['mjs', 'text/javascript'],
  ['mp3', 'audio/mpeg'],
  ['mp4', 'video/mp4'],
  ['ndjson', 'application/jsonl'],
  ['pdf', 'application/pdf'],
  ['sql', 'application/sql'],
  ['svg', 'image/svg+xml'],
  ['tar', 'application/x-tar'],
  ['ts', 'text/x-typescript'],
  ['tsv', 'text/tab-separated-values'],
  ['txt', 'text/plain'],
  ['wasm', 'application/wasm'],
  ['wav', 'audio/wav'],
  ['xml', 'application/xml'],
  ['yaml', 'application/yaml'],
  ['yml', 'application/yaml'],
  ['zip', 'application/zip'],
]);
const PICTURES: ReadonlySet<string> = new Set(['gif', 'jpeg', 'jpg', 'png', 'webp']);
/** In hexadecimal digits, where a dot stands for any. */
const FIRST_BYTES: readonly (readonly [RegExp, string])[] = [
  [/^89504e470d0a1a0a/, 'image/png'],
  [/^ffd8ff/, 'image/jpeg'],
  [/^47494638(?:37|39)61/, 'image/gif'],
  [/^52494646.{8}57454250/, 'image/webp'],
];
const BYTES_LOOKED_AT = 16;
const UNKNOWN = 'application/octet-stream';

export function mimeTypeOf(path: string, content: Buffer): string {
  const extension = /\.([A-Za-z0-9]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  if (PICTURES.has(extension)) return pictureType(content) ?? UNKNOWN;
  return BY_EXTENSION.get(extension) ?? (content.length > 0 && isUtf8(content) ? 'text/plain' : UNKNOWN);
}

/** Whether a client can show it as a picture. */
export function isPicture(mimeType: string): boolean {
  return FIRST_BYTES.some(([, type]) => type === mimeType);
}

function pictureType(content: Buffer): string | undefined {
  const first = content.toString('hex', 0, BYTES_LOOKED_AT);
  return FIRST_BYTES.find(([form]) => form.test(first))?.[1];
}
