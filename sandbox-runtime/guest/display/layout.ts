/**
 * How the inspector breaks an object into lines: on one line while it is short and not too nested, else one entry a
 * line, and short items of a long array many to a line. The measures are those of Node's own inspector.
 */
import { append, createList, joinTexts, stringIncludes, stringRepeat } from '../intrinsics.ts';

const LINE_CHARS = 80;
/** So many levels of an object may share one line. */
const LEVELS_ON_A_LINE = 3;
const PACKED_FROM = 7;
const PACKED_ITEM_CHARS = 16;

export interface Layout {
  /** What stands before the opening brace, such as a class name; may be empty. */
  readonly prefix: string;
  readonly open: '[' | '{';
  readonly entries: readonly string[];
  readonly indent: number;
  /** Levels of nesting inside. */
  readonly height: number;
}

export function layOut(layout: Layout): string {
  const { entries, open } = layout;
  const close = open === '[' ? ']' : '}';
  const prefix = layout.prefix === '' ? '' : `${layout.prefix} `;
  if (entries.length === 0) return `${prefix}${open}${close}`;
  if (layout.height < LEVELS_ON_A_LINE && fitsOnLine(layout))
    return `${prefix}${open} ${joinTexts(entries, ', ')} ${close}`;
  const margin = stringRepeat(' ', layout.indent);
  const lines = open === '[' && isPackable(entries) ? packed(entries, LINE_CHARS - layout.indent - 2) : entries;
  return `${prefix}${open}\n${margin}  ${joinTexts(lines, `,\n${margin}  `)}\n${margin}${close}`;
}

function fitsOnLine({ entries, prefix, open, indent }: Layout): boolean {
  let chars = entries.length * 2 + indent + open.length + prefix.length + 10;
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index] ?? '';
    chars += entry.length;
    if (chars > LINE_CHARS || stringIncludes(entry, '\n')) return false;
  }
  return !stringIncludes(prefix, '\n');
}

function isPackable(entries: readonly string[]): boolean {
  if (entries.length < PACKED_FROM) return false;
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index] ?? '';
    if (stringIncludes(entry, '\n') || (entry.length > PACKED_ITEM_CHARS && index < entries.length - 1)) return false;
  }
  return true;
}

function packed(entries: readonly string[], width: number): string[] {
  const lines = createList<string>();
  let line = '';
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index] ?? '';
    if (line !== '' && line.length + entry.length + 3 > width) {
      append(lines, line);
      line = '';
    }
    line = line === '' ? entry : `${line}, ${entry}`;
  }
  append(lines, line);
  return lines;
}
