/**
 * What the files of an audit folder are called: `audit-2-000017.jsonl` is the 17th file of trail 2. Whoever writes has a
 * trail to himself; its files are one chain, in the order of their numbers. Pure.
 */

export interface TrailFile {
  readonly name: string;
  readonly trail: number;
  readonly number: number;
}

const NAME = /^audit-([1-9]\d{0,3})-(\d{6,12})\.jsonl$/;

export function fileName(trail: number, number: number): string {
  return `audit-${trail}-${String(number).padStart(6, '0')}.jsonl`;
}

export function lockName(trail: number): string {
  return `audit-${trail}.lock`;
}

export function readFileName(name: string): TrailFile | undefined {
  const [, trail, number] = NAME.exec(name) ?? [];
  const file = { name, trail: Number(trail), number: Number(number) };
  return trail !== undefined && file.number > 0 && fileName(file.trail, file.number) === name ? file : undefined;
}

/** The files of the trails among the names of a folder, by trail and in order. */
export function filesByTrail(names: readonly string[]): ReadonlyMap<number, readonly TrailFile[]> {
  const files = names.flatMap((name) => readFileName(name) ?? []);
  const sorted = files.sort((one, other) => one.trail - other.trail || one.number - other.number);
  return Map.groupBy(sorted, ({ trail }) => trail);
}
