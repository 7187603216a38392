/**
 * A Markdown fence around a program: agents write programs in them, and some hand the fence over. Called where a
 * program's text is read first. One fence around all of it is made a comment, so that lines and columns stay; where there
 * is more than that around a program, it is said.
 */
import type { Token } from '../syntax/lex.ts';

const OPENING = /^\s*(`{3,}|~{3,})([^\r\n`]*)(?=\r?\n)/;
const SPACES = /^[ \t]*$/;

/** The text with the two lines of a fence as comments, as long as they were; all else as it is. */
export function unfence(source: string): string {
  const opening = OPENING.exec(source);
  if (opening === null) return source;
  const [before = '', fence = ''] = opening;
  const end = source.trimEnd().length;
  const close = end - fence.length;
  const lineStart = source.lastIndexOf('\n', close - 1) + 1;
  const isClosed = source.slice(close, end) === fence && lineStart >= before.length;
  if (!isClosed || !SPACES.test(source.slice(lineStart, close))) return source;
  const open = before.length - fence.length - (opening[2] ?? '').length;
  return `${source.slice(0, open)}//${source.slice(open + 2, close)}//${source.slice(close + 2)}`;
}

/** Tells of three backticks at the start of a line: to JavaScript a template whose tag is an empty one, never of use. */
export function createFenceFinder(source: string): (token: Token) => boolean {
  let emptyEnd = -1;
  let lastEnd = 0;
  return ({ kind, start, end }) => {
    const isFence = start === emptyEnd && source.charAt(start) === '`';
    const isEmpty = kind === 'template' && end - start === 2 && source.startsWith('``', start);
    emptyEnd = isEmpty && (lastEnd === 0 || source.slice(lastEnd, start).includes('\n')) ? end : -1;
    lastEnd = end;
    return isFence;
  };
}
