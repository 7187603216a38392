/** Draws cells in a box of lines. Widths count UTF-16 units: wide characters may shift a line, which is only a matter of looks. */
import { append, createList, joinTexts, max, stringPadEnd, stringRepeat } from '../intrinsics.ts';

export function drawBox(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = createList<number>();
  for (let column = 0; column < heads.length; column++) {
    let width = heads[column]?.length ?? 0;
    for (let row = 0; row < rows.length; row++) width = max(width, rows[row]?.[column]?.length ?? 0);
    append(widths, width);
  }
  const lines = createList<string>();
  append(lines, rule(widths, '┌', '┬', '┐'));
  append(lines, line(heads, widths));
  append(lines, rule(widths, '├', '┼', '┤'));
  for (let row = 0; row < rows.length; row++) append(lines, line(rows[row] ?? heads, widths));
  append(lines, rule(widths, '└', '┴', '┘'));
  return joinTexts(lines, '\n');
}

function rule(widths: readonly number[], left: string, middle: string, right: string): string {
  const dashes = createList<string>();
  for (let column = 0; column < widths.length; column++) append(dashes, stringRepeat('─', (widths[column] ?? 0) + 2));
  return left + joinTexts(dashes, middle) + right;
}

function line(cells: readonly string[], widths: readonly number[]): string {
  const padded = createList<string>();
  for (let column = 0; column < widths.length; column++)
    append(padded, ` ${stringPadEnd(cells[column] ?? '', widths[column] ?? 0)} `);
  return `│${joinTexts(padded, '│')}│`;
}
