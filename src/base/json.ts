/**
 * JSON values as types, and the few questions every room asks of them. Called everywhere; never throws on any value
 * that JSON.parse can return.
 */
import { createHash } from 'node:crypto';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/** True for a plain JSON object: not null, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The parsed text, or undefined where it is no JSON. JSON itself has no undefined, so the answer is unambiguous. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/**
 * JSON text with the keys of every object sorted: equal values give equal text, whatever order they were built in.
 * Recursion is bounded by the depth of the value, so callers cap depth first where the value is a stranger's.
 */
export function stableStringify(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(stableStringify).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${stableStringify(value[key] ?? null)}`);
  return `{${members.join(',')}}`;
}

/**
 * SHA-256 of the parts as hex. Parts are length-prefixed, so moving text from one to the next changes the hash. A text
 * with a lone surrogate has no UTF-8 of its own, and must not hash like the text with U+FFFD in its place.
 */
export function contentHash(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    if (part.isWellFormed()) hash.update(`${part.length}:`).update(part);
    else hash.update(`${part.length}!`).update(part, 'utf16le');
  }
  return hash.digest('hex');
}

/** Levels of nesting in a value; a scalar has none. Walks level by level, so depth cannot overflow our stack. */
export function depthOf(value: Json, stopAt = Number.POSITIVE_INFINITY): number {
  let depth = 0;
  let level: readonly (readonly Json[] | JsonObject)[] = [value].filter(isNested);
  while (level.length > 0 && depth < stopAt) {
    depth += 1;
    const next: (readonly Json[] | JsonObject)[] = [];
    for (const parent of level) {
      // Scalars are passed over where they stand: of a long list of numbers, no copy is made.
      for (const child of Array.isArray(parent) ? parent : Object.values(parent)) if (isNested(child)) next.push(child);
    }
    level = next;
  }
  return depth;
}

/** True where a value has more than `count` members and items in all. Stops counting there. */
export function hasMoreMembers(value: Json, count: number): boolean {
  const pending: Json[] = [value];
  let seen = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (!isNested(next)) continue;
    // The length first: of what is far too wide, no list is made.
    if (Array.isArray(next) && seen + next.length > count) return true;
    for (const key in next) {
      if (!Object.hasOwn(next, key)) continue;
      seen += 1;
      if (seen > count) return true;
      pending.push((next as { readonly [key: string]: Json })[key] ?? null);
    }
  }
  return false;
}

function isNested(value: Json): value is readonly Json[] | JsonObject {
  return typeof value === 'object' && value !== null;
}
