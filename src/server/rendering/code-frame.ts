/**
 * The line of a program that a message is about, with a caret below the column. Pure; used for diagnostics by the
 * renderers and by the command line. What the program wrote is shown without the characters that steer a terminal.
 */
import { safeText } from './text.ts';

/** Columns of a line that a frame shows, so that minified programs do not flood the screen. */
const FRAME_CHARS = 100;

/** The line with a caret below the column; nothing where the program has no such line. */
export function codeFrame(source: string, line: number, column: number): readonly string[] {
  const text = source.split(/\r\n|[\n\r\u2028\u2029]/)[line - 1];
  if (text === undefined) return [];
  const start = Math.max(0, Math.min(column - 1 - FRAME_CHARS / 2, text.length - FRAME_CHARS));
  const shown = safeText(text.slice(start, start + FRAME_CHARS).replaceAll('\t', ' '));
  const before = safeText(text.slice(start, column - 1).replaceAll('\t', ' '));
  const gutter = `${line} | `.padStart(8);
  return [`${gutter}${shown}`, `${' '.repeat(gutter.length + before.length)}^`];
}
