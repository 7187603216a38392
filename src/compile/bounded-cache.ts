/**
 * A cache that forgets what was used least recently, bounded in entries and in bytes. Keys are content hashes. Called
 * by the type-checker and the bundler.
 */

export interface BoundedCache<Value> {
  get(key: string): Value | undefined;
  /** A value that alone is larger than the cache is not kept. */
  set(key: string, value: Value, bytes: number): void;
}

export function createBoundedCache<Value>(maxEntries: number, maxBytes: number): BoundedCache<Value> {
  // A Map iterates in the order of insertion, so the first key is the one used least recently.
  const entries = new Map<string, { readonly value: Value; readonly bytes: number }>();
  let held = 0;
  const forget = (key: string) => {
    held -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  };
  return {
    get: (key) => {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set: (key, value, bytes) => {
      forget(key);
      if (bytes > maxBytes) return;
      entries.set(key, { value, bytes });
      held += bytes;
      for (const oldest of entries.keys()) {
        if (entries.size <= maxEntries && held <= maxBytes) break;
        forget(oldest);
      }
    },
  };
}
