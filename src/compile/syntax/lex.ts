/**
 * A lexer of JavaScript and TypeScript: just enough to know where strings, comments, templates, regular expressions
 * and brackets begin and end. Called by read-form.ts and hints.ts. Linear in the length of the text, never recursive,
 * never throws; on text that is no program it gives some answer, and the real parsers say what is wrong.
 * Whether `/` divides or opens a regular expression is a heuristic, so nothing here is a security boundary.
 */

export type TokenKind = 'word' | 'number' | 'string' | 'template' | 'regex' | 'open' | 'close' | 'punct' | 'comment';

export interface Token {
  readonly kind: TokenKind;
  /** UTF-16 offsets; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** Brackets around it; an opening and a closing bracket carry the depth outside of them. */
  readonly depth: number;
}

interface Bracket {
  readonly kind: '(' | '[' | '{' | '${';
  /** Opened by `if (`, `while (` and the like: what follows the closing bracket is a statement. */
  readonly isControl: boolean;
}

interface Cursor {
  readonly source: string;
  readonly visit: (token: Token) => void;
  readonly brackets: Bracket[];
  at: number;
  regexAllowed: boolean;
  lastWord: string;
  lastChar: string;
  /** No regular expression is looked for before this offset: one failed look per line keeps the lexer linear. */
  noRegexBefore: number;
  /** End of the line that was looked at last; looked for once per line, for the same reason. */
  lineEnd: number;
}

const WORD = /(?:[\p{ID_Continue}$\\#@]|\u200c|\u200d)+/uy;
const NUMBER = /[0-9][\w.]*/y;
const LINE_END = /[\n\r\u2028\u2029]/g;
const PUNCTUATION = /=>|\?\.(?![0-9])|\+\+|--|\.\.\.|./suy;
const OPERAND_FOLLOWS: ReadonlySet<string> = new Set(
  'return typeof case in of delete void throw new do else instanceof await yield extends default'.split(' '),
);
const CONTROL: ReadonlySet<string> = new Set(['if', 'while', 'for', 'with']);
const CLOSES: Readonly<Record<')' | ']' | '}', Bracket['kind']>> = { ')': '(', ']': '[', '}': '{' };

/** Visits every token of the text in order, comments included. */
export function lex(source: string, visit: (token: Token) => void): void {
  const cursor: Cursor = {
    source,
    visit,
    brackets: [],
    at: 0,
    regexAllowed: true,
    lastWord: '',
    lastChar: '',
    noRegexBefore: 0,
    lineEnd: 0,
  };
  while (cursor.at < source.length) step(cursor);
}

function step(cursor: Cursor): void {
  const char = cursor.source.charAt(cursor.at);
  if (isSpace(char)) cursor.at += 1;
  else if (char === '/') lexSlash(cursor);
  else if (char === '"' || char === "'") emit(cursor, 'string', stringEnd(cursor.source, cursor.at, char), false);
  else if (char === '`') lexTemplate(cursor, cursor.at + 1);
  else if (char === '(' || char === '[' || char === '{') lexOpen(cursor, char);
  else if (char === ')' || char === ']' || char === '}') lexClose(cursor, char);
  else if (char >= '0' && char <= '9') emit(cursor, 'number', matchEnd(NUMBER, cursor), false);
  else if (matchEnd(WORD, cursor) > cursor.at) lexWord(cursor);
  else lexPunctuation(cursor);
}

function isSpace(char: string): boolean {
  return char <= ' ' || char === '\u00a0' || char === '\ufeff' || char === '\u2028' || char === '\u2029';
}

function emit(cursor: Cursor, kind: TokenKind, end: number, regexAllowed: boolean): void {
  cursor.visit({ kind, start: cursor.at, end, depth: cursor.brackets.length });
  cursor.lastChar = cursor.source.charAt(end - 1);
  if (kind !== 'word') cursor.lastWord = '';
  cursor.at = end;
  cursor.regexAllowed = regexAllowed;
}

function matchEnd(pattern: RegExp, cursor: Cursor): number {
  pattern.lastIndex = cursor.at;
  return pattern.test(cursor.source) ? pattern.lastIndex : cursor.at;
}

function lexWord(cursor: Cursor): void {
  const end = matchEnd(WORD, cursor);
  const word = cursor.lastChar === '.' ? '' : cursor.source.slice(cursor.at, Math.min(end, cursor.at + 12));
  emit(cursor, 'word', end, OPERAND_FOLLOWS.has(word));
  cursor.lastWord = word;
}

function lexPunctuation(cursor: Cursor): void {
  const end = Math.max(cursor.at + 1, matchEnd(PUNCTUATION, cursor));
  const text = cursor.source.slice(cursor.at, end);
  const isPostfix =
    text === '++' || text === '--' || (text === '!' && !cursor.regexAllowed && cursor.source.charAt(end) !== '=');
  emit(cursor, 'punct', end, isPostfix ? cursor.regexAllowed : true);
}

function lexOpen(cursor: Cursor, kind: '(' | '[' | '{'): void {
  const isControl = kind === '(' && CONTROL.has(cursor.lastWord);
  emit(cursor, 'open', cursor.at + 1, true);
  cursor.brackets.push({ kind, isControl });
}

function lexClose(cursor: Cursor, char: ')' | ']' | '}'): void {
  const top = cursor.brackets.at(-1);
  if (char === '}' && top?.kind === '${') {
    cursor.brackets.pop();
    lexTemplate(cursor, cursor.at + 1);
    return;
  }
  if (top?.kind === CLOSES[char]) cursor.brackets.pop();
  // After `}` a statement starts far more often than an object literal is divided.
  emit(cursor, 'close', cursor.at + 1, char === '}' || (char === ')' && top?.isControl === true));
}

/** One piece of a template: up to its end, or up to the next `${`, which then is an open bracket. */
function lexTemplate(cursor: Cursor, from: number): void {
  const { source } = cursor;
  let at = from;
  while (at < source.length && source.charAt(at) !== '`' && !source.startsWith('${', at)) {
    at += source.charAt(at) === '\\' ? 2 : 1;
  }
  const opens = source.charAt(at) === '$';
  emit(cursor, 'template', Math.min(source.length, at + (opens ? 2 : 1)), opens);
  if (opens) cursor.brackets.push({ kind: '${', isControl: false });
}

/** A comment, a regular expression, or a slash that only divides. */
function lexSlash(cursor: Cursor): void {
  const { source, at } = cursor;
  const next = source.charAt(at + 1);
  if (next === '/') {
    comment(cursor, lineEnd(cursor));
  } else if (next === '*') {
    const close = source.indexOf('*/', at + 2);
    comment(cursor, close === -1 ? source.length : close + 2);
  } else {
    const end = cursor.regexAllowed && at >= cursor.noRegexBefore ? regexEnd(cursor) : undefined;
    if (end === undefined) lexPunctuation(cursor);
    else emit(cursor, 'regex', end, false);
  }
}

/** Comments change nothing of what may follow. */
function comment(cursor: Cursor, end: number): void {
  cursor.visit({ kind: 'comment', start: cursor.at, end, depth: cursor.brackets.length });
  cursor.at = end;
}

function regexEnd(cursor: Cursor): number | undefined {
  const { source } = cursor;
  const limit = lineEnd(cursor);
  let inClass = false;
  for (let at = cursor.at + 1; at < limit; at += 1) {
    const char = source.charAt(at);
    if (char === '\\') at += 1;
    else if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    else if (char === '/' && !inClass) return flagsEnd(source, at + 1);
  }
  cursor.noRegexBefore = limit;
  return undefined;
}

function flagsEnd(source: string, from: number): number {
  let at = from;
  while (source.charAt(at) >= 'a' && source.charAt(at) <= 'z') at += 1;
  return at;
}

function stringEnd(source: string, from: number, quote: string): number {
  for (let at = from + 1; at < source.length; at += 1) {
    const char = source.charAt(at);
    if (char === '\\') at += 1;
    else if (char === quote) return at + 1;
    else if (char === '\n' || char === '\r') return at;
  }
  return source.length;
}

function lineEnd(cursor: Cursor): number {
  if (cursor.at < cursor.lineEnd) return cursor.lineEnd;
  LINE_END.lastIndex = cursor.at;
  cursor.lineEnd = LINE_END.test(cursor.source) ? LINE_END.lastIndex - 1 : cursor.source.length;
  return cursor.lineEnd;
}
