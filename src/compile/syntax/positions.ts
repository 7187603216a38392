/**
 * Offsets as lines and columns. Two notions of a line: an agent counts line feeds, the compilers also count U+2028 and
 * U+2029. Called by program-form.ts, which has removed carriage returns before.
 */

/** Both count from 1; columns count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Offsets at which the lines of a text start. */
export function lineStarts(text: string, lineEnd: RegExp = /\n/g): readonly number[] {
  const starts = [0];
  for (const match of text.matchAll(lineEnd)) starts.push(match.index + 1);
  return starts;
}

export const COMPILER_LINE_END = /[\n\u2028\u2029]/g;

/** The position of an offset; an offset behind the text is on its last line. */
export function positionAt(starts: readonly number[], offset: number): Position {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}
