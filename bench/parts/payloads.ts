/** JSON values of given sizes, of the shape that tools return: a list of records. */
import type { JsonObject } from '../../src/base/json.ts';

export const SIZES = [
  { name: '1 KB', bytes: 1_000 },
  { name: '100 KB', bytes: 100_000 },
  { name: '1 MB', bytes: 1_000_000 },
  { name: '4 MB', bytes: 4_000_000 },
] as const;

/** Its JSON text has so many bytes, or up to a record less. */
export function payloadOf(bytes: number): JsonObject {
  const record = (id: number) => ({
    id,
    title: `Item number ${id}`,
    open: id % 2 === 0,
    labels: ['bug', 'help wanted'],
    score: id / 7,
  });
  const items: JsonObject[] = [];
  let size = '{"items":[]}'.length;
  for (;;) {
    const next = record(items.length);
    size += JSON.stringify(next).length + 1;
    if (size > bytes) return { items };
    items.push(next);
  }
}
