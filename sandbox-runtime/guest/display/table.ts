/**
 * `console.table` as a box of text. Called by console.ts. Looks at data properties only, and at a bounded part of the
 * rows and columns, saying what it left out.
 */
import {
  append,
  createList,
  isArray,
  isView,
  joinTexts,
  mapForEach,
  ownKeys,
  SetOf,
  setAdd,
  setForEach,
  setHas,
  splitText,
} from '../intrinsics.ts';
import { brandOf } from '../values/brand.ts';
import { clip, escapeControls, groupDigits } from '../values/text.ts';
import { drawBox } from './box.ts';
import { inspectValue } from './inspect-value.ts';
import { lookAt } from './look.ts';

const MAX_ROWS = 50;
const MAX_COLUMNS = 12;
const MAX_CELL_CHARS = 40;
const INDEX = '(index)';
const ITERATION_INDEX = '(iteration index)';
const KEY = 'Key';
const VALUES = 'Values';

interface Row {
  readonly index: string;
  readonly key?: unknown;
  readonly value: unknown;
}

interface Rows {
  readonly rows: readonly Row[];
  readonly total: number;
  readonly kind: 'keyed' | 'map' | 'set';
}

/** The table, or undefined where the data is no table: a scalar, or nothing to list. May throw what a Proxy trap throws. */
export function renderTable(data: unknown, columns: unknown): string | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { rows, total, kind } = rowsOf(data);
  const wanted = isArray(columns) ? textsOf(columns) : columnsOf(rows);
  const hasValues = !isArray(columns) && someScalar(rows);
  const heads = createList<string>();
  append(heads, kind === 'keyed' ? INDEX : ITERATION_INDEX);
  if (kind === 'map') append(heads, KEY);
  for (let at = 0; at < wanted.length && at < MAX_COLUMNS; at++) append(heads, oneLine(wanted[at] ?? ''));
  if (hasValues) append(heads, VALUES);
  const body = createList<readonly string[]>();
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at];
    if (row !== undefined) append(body, cellsOf(row, kind, wanted, hasValues));
  }
  // Columns beyond the cap are not counted: that would mean to look at all of them.
  return (
    drawBox(heads, body) + moreRows(total - rows.length) + (wanted.length > MAX_COLUMNS ? '\n... more columns' : '')
  );
}

function rowsOf(data: object): Rows {
  const rows = createList<Row>();
  let total = 0;
  const add = (row: Row) => {
    total += 1;
    if (rows.length < MAX_ROWS) append(rows, row);
  };
  const brand = brandOf(data);
  if (brand === 'map') {
    mapForEach(data as Map<unknown, unknown>, (value, key) => add({ index: `${total}`, key, value }));
    return { rows, total, kind: 'map' };
  }
  if (brand === 'set') {
    setForEach(data as Set<unknown>, (value) => add({ index: `${total}`, value }));
    return { rows, total, kind: 'set' };
  }
  const keys = isArray(data) || isView(data) ? undefined : ownKeys(data);
  const length = keys?.length ?? itemCount(data);
  for (let at = 0; at < length && rows.length < MAX_ROWS; at++) {
    const key = keys === undefined ? `${at}` : keys[at];
    const look = typeof key === 'string' ? lookAt(data, key) : undefined;
    if (typeof key !== 'string' || look === undefined || look.kind === 'nothing' || !look.isEnumerable) continue;
    add({ index: key, value: look.kind === 'accessor' ? look.text : look.value });
  }
  return { rows, total: rows.length < MAX_ROWS ? total : length, kind: 'keyed' };
}

/** The columns that a program asked for; what is no string names none. */
function textsOf(columns: readonly unknown[]): readonly string[] {
  const names = createList<string>();
  for (let at = 0; at < columns.length && names.length <= MAX_COLUMNS; at++) {
    const name = columns[at];
    if (typeof name === 'string') append(names, name);
  }
  return names;
}

function itemCount(data: object): number {
  const { length } = data as { length?: unknown };
  return typeof length === 'number' ? length : 0;
}

/** The keys of all rows that are objects, in the order in which they first appear. */
function columnsOf(rows: readonly Row[]): readonly string[] {
  const names = createList<string>();
  const seen = new SetOf<string>();
  for (let at = 0; at < rows.length; at++) {
    const value = rows[at]?.value;
    if (typeof value !== 'object' || value === null) continue;
    const keys = ownKeys(value);
    for (let index = 0; index < keys.length && names.length <= MAX_COLUMNS; index++) {
      const key = keys[index];
      if (typeof key !== 'string' || setHas(seen, key) || !isShown(value, key)) continue;
      setAdd(seen, key);
      append(names, key);
    }
  }
  return names;
}

function isShown(owner: object, key: string): boolean {
  const look = lookAt(owner, key);
  return look.kind !== 'nothing' && look.isEnumerable;
}

function someScalar(rows: readonly Row[]): boolean {
  for (let at = 0; at < rows.length; at++) {
    const value = rows[at]?.value;
    if (typeof value !== 'object' || value === null) return true;
  }
  return false;
}

function cellsOf(row: Row, kind: Rows['kind'], columns: readonly string[], hasValues: boolean): readonly string[] {
  const cells = createList<string>();
  append(cells, oneLine(row.index));
  if (kind === 'map') append(cells, cellText(row.key));
  const isObject = typeof row.value === 'object' && row.value !== null;
  for (let at = 0; at < columns.length && at < MAX_COLUMNS; at++) {
    const look = isObject ? lookAt(row.value as object, columns[at] ?? '') : undefined;
    if (look === undefined || look.kind === 'nothing') append(cells, '');
    else append(cells, look.kind === 'accessor' ? look.text : cellText(look.value));
  }
  if (hasValues) append(cells, isObject ? '' : cellText(row.value));
  return cells;
}

function cellText(value: unknown): string {
  return oneLine(inspectValue(value, MAX_CELL_CHARS * 2, 0));
}

function oneLine(text: string): string {
  const flat = joinTexts(splitText(clip(text, MAX_CELL_CHARS * 2), '\n'), ' ');
  return clip(escapeControls(joinTexts(splitText(flat, '\t'), ' ')), MAX_CELL_CHARS);
}

function moreRows(count: number): string {
  return count > 0 ? `\n... ${groupDigits(count)} more row${count === 1 ? '' : 's'}` : '';
}
