/**
 * Which of the three forms a program has: a function body, an ES module, or one bare function. Called by
 * program-form.ts. Looks only at what stands outside of all brackets; where that is no valid program any form will do,
 * because the compilers then say what is wrong, at the same place.
 */
import type { Token } from './lex.ts';

export type Form =
  | { readonly kind: 'module' }
  /** `importsEnd`: offset behind the import statements at its head; 0 where there are none. `lateImports`: the others. */
  | { readonly kind: 'body'; readonly importsEnd: number; readonly lateImports: readonly Span[] }
  /** `semicolons`: offsets of those behind the function, which may not stand inside of parentheses. */
  | { readonly kind: 'function'; readonly semicolons: readonly number[] };

/** From `start` up to `end`, which is not part of it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A token outside of all brackets, or a whole bracket group with what stands in it. */
interface Item {
  readonly text: string;
  readonly kind: Token['kind'] | 'group';
  readonly start: number;
  end: number;
  readonly startsLine: boolean;
  /** For a group: its first word or bracket, and whether an arrow stands directly in it. */
  firstInside?: string;
  hasArrow?: boolean;
}

const STATEMENT_WORDS: ReadonlySet<string> = new Set(
  'const let var return if for while do switch throw try class function async import type interface enum using'.split(
    ' ',
  ),
);
/** What stands before a `{` that opens a type, in the place of a return type. */
const BEFORE_TYPE: ReadonlySet<string> = new Set([
  ':',
  '|',
  '&',
  '<',
  ',',
  '=>',
  'extends',
  '?',
  'keyof',
  'readonly',
  'is',
]);

/** Collects what `readForm` needs from the tokens of a lexer. */
export function createFormReader(source: string): {
  readonly add: (token: Token) => void;
  readonly read: () => Form | undefined;
} {
  const items: Item[] = [];
  let lastEnd = 0;
  let open: Item | undefined;
  const add = (token: Token) => {
    if (token.kind === 'comment') return;
    if (token.depth === 0 && token.kind !== 'close') {
      const text = token.end - token.start > 12 ? '' : source.slice(token.start, token.end);
      const startsLine = source.slice(lastEnd, token.start).includes('\n');
      const kind = token.kind === 'open' ? 'group' : token.kind;
      const item: Item = { text, kind, start: token.start, end: token.end, startsLine };
      open = kind === 'group' ? item : undefined;
      items.push(item);
    } else if (open !== undefined) {
      open.end = token.end;
      if (token.depth === 1) open.hasArrow ||= source.startsWith('=>', token.start);
      open.firstInside ??=
        token.kind === 'close' ? '' : source.slice(token.start, Math.min(token.end, token.start + 12));
    }
    lastEnd = token.end;
  };
  return { add, read: () => readForm(items) };
}

/** The form, or undefined where nothing but comments is there. */
function readForm(items: readonly Item[]): Form | undefined {
  if (items.length === 0) return undefined;
  if (items.some((item, index) => item.text === 'export' && item.kind === 'word' && items[index - 1]?.text !== '.')) {
    return { kind: 'module' };
  }
  const semicolons: number[] = [];
  let count = items.length;
  for (let last = items[count - 1]; last?.text === ';'; last = items[count - 1]) {
    semicolons.push(last.start);
    count -= 1;
  }
  const expression = items.slice(0, count);
  if (isFunction(expression) || isArrow(expression) || isWrappedFunction(expression))
    return { kind: 'function', semicolons };
  return { kind: 'body', ...findImports(items) };
}

/** `async function* name<T>(…): Type {…}` and nothing behind it. */
function isFunction(items: readonly Item[]): boolean {
  const from = items[0]?.text === 'async' ? 1 : 0;
  if (items[from]?.text !== 'function') return false;
  const params = items.findIndex((item) => item.kind === 'group' && item.text === '(');
  const body = items.findIndex(
    (item, index) => index > params && isBrace(item) && !BEFORE_TYPE.has(items[index - 1]?.text ?? ''),
  );
  return params > 0 && body === items.length - 1;
}

/** `async <T>(…): Type => …` or `name => …`, and nothing behind it. */
function isArrow(items: readonly Item[]): boolean {
  let at = items[0]?.text === 'async' && items[1]?.text !== '=>' ? 1 : 0;
  if (items[at]?.text === '<') at = typeParametersEnd(items, at);
  const params = items[at];
  if (params === undefined || (params.text !== '(' && params.kind !== 'word')) return false;
  const next = items[at + 1]?.text;
  if (next !== '=>' && !(next === ':' && params.text === '(')) return false;
  const arrow = items.findIndex((item, index) => index > at && item.text === '=>');
  const body = items.slice(arrow + 1);
  if (arrow === -1 || body[0] === undefined) return false;
  if (isBrace(body[0])) return body.length === 1;
  return !body.some((item) => item.text === ';' || (item.startsLine && STATEMENT_WORDS.has(item.text)));
}

/** `(async () => {…})`, also called on the spot: agents write it, and mean its value. */
function isWrappedFunction(items: readonly Item[]): boolean {
  const from = items[0]?.text === 'await' ? 1 : 0;
  const wrapped = items[from];
  const call = items[from + 1];
  if (wrapped === undefined || !isParenthesis(wrapped) || items.length > from + 2) return false;
  if (call !== undefined && !isParenthesis(call)) return false;
  return wrapped.firstInside === 'async' || wrapped.firstInside === 'function' || wrapped.hasArrow === true;
}

function isBrace(item: Item): boolean {
  return item.kind === 'group' && item.text === '{';
}

function isParenthesis(item: Item): boolean {
  return item.kind === 'group' && item.text === '(';
}

function typeParametersEnd(items: readonly Item[], from: number): number {
  let open = 0;
  for (let at = from; at < items.length; at += 1) {
    const text = items[at]?.text;
    if (text === '<') open += 1;
    else if (text === '>') open -= 1;
    if (open === 0) return at + 1;
  }
  return items.length;
}

/** The import statements outside of all brackets: where those at the head end, and where the others stand. */
function findImports(items: readonly Item[]): { importsEnd: number; lateImports: readonly Span[] } {
  let importsEnd = 0;
  const lateImports: Span[] = [];
  let isHead = true;
  for (let at = 0; at < items.length; at += 1) {
    const start = items[at]?.start ?? 0;
    if (!isImport(items, at)) {
      isHead = false;
      continue;
    }
    const before = items[at - 1];
    const startsStatement = items[at]?.startsLine === true || before?.text === ';' || before?.kind === 'group';
    at = importEnd(items, at);
    const end = items[at]?.end;
    if (end === undefined) break;
    if (isHead) importsEnd = end;
    else if (startsStatement) lateImports.push({ start, end });
  }
  return { importsEnd, lateImports };
}

/** A statement, not `import(…)`, `import.meta` or a property. */
function isImport(items: readonly Item[], at: number): boolean {
  const next = items[at + 1];
  if (items[at]?.text !== 'import' || items[at]?.kind !== 'word' || next === undefined) return false;
  return !/[.#]$/.test(items[at - 1]?.text ?? '') && next.text !== '.' && !isParenthesis(next);
}

/** `import … from "x" with {…};`: the index of its last item. */
function importEnd(items: readonly Item[], from: number): number {
  let at = from;
  while (at < items.length && items[at]?.kind !== 'string' && items[at]?.text !== ';') at += 1;
  if (items[at + 1]?.text === 'with' || items[at + 1]?.text === 'assert') at += 2;
  if (items[at + 1]?.text === ';') at += 1;
  return at;
}
