/**
 * Whether the type of an expression comes from declarations: a tool's result, typed `args`, or a part of these. Called by
 * leniency.ts, which is lenient with a program's own values only. Reads text and asks for types, because the compiler's
 * tree would cost more than the check; what it does not understand counts as the program's own.
 */
import type { Snapshot } from '../snapshot.ts';
import { type Calls, calleeAt } from './callee.ts';

export interface Place {
  readonly text: string;
  readonly calls: Calls;
  readonly snapshot: Snapshot;
  /** What is known of variables by now: looking for one reads all of the text. */
  readonly bindings: Map<string, Promise<Binding>>;
}

/** Declared for sure, made of an expression that begins there, or nothing that is understood. */
export type Binding = 'declared' | { readonly start: number } | undefined;

const PROPERTY = /\??\.\s*[\p{ID_Continue}$]+$/u;
const ELEMENT = /(?:\?\.)?\[[^[\]]*\]$/;
const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
/** Steps back through `a.b[0].c` and `const x = …`. */
const STEPS = 8;
const EXPRESSION_CHARS = 1_000;
const PATTERNS = 4;

export async function isDeclared(start: number, end: number, place: Place, steps = STEPS): Promise<boolean> {
  const { text, calls, snapshot } = place;
  const raw = end - start > EXPRESSION_CHARS ? '' : text.slice(start, end);
  const from = start + raw.length - raw.trimStart().length;
  const expression = raw.trim().replace(/!$/, '');
  const to = from + expression.length;
  if (steps === 0 || expression === '') return false;
  const open = expression.endsWith(')') ? calls.openerOf(to - 1) : undefined;
  if (open === from) return isDeclared(from + 1, to - 1, place, steps - 1);
  // The result of a call is declared where a tool was called, and waited for.
  if (open !== undefined)
    return /^await\b/.test(expression) && (await calleeAt(open, text, snapshot))?.type.origin === 'declarations';
  if (NAME.test(expression)) return isBoundToDeclared(expression, place, steps - 1);
  const property = PROPERTY.exec(expression)?.[0];
  if (property !== undefined && (await snapshot.originAt(to - 1)) === 'declarations') return true;
  const last = property ?? ELEMENT.exec(expression)?.[0];
  return last !== undefined && isDeclared(from, to - last.length, place, steps - 1);
}

async function isBoundToDeclared(name: string, place: Place, steps: number): Promise<boolean> {
  const finding = place.bindings.get(name) ?? findBinding(name, place);
  place.bindings.set(name, finding);
  const binding = await finding;
  if (binding === undefined || binding === 'declared') return binding !== undefined;
  return isDeclared(binding.start, statementEnd(binding.start, place), place, steps);
}

/** A variable, by its name alone: one that is declared twice may be taken for the other. */
async function findBinding(name: string, { text, snapshot }: Place): Promise<Binding> {
  for (const gap of patternGaps(name, text)) {
    if ((await snapshot.typeAt(gap))?.origin === 'declarations') return 'declared';
  }
  const binding = new RegExp(`\\b(?:const|let|var)\\s+${escaped(name)}\\s*=(?!=)`, 'u').exec(text);
  return binding === null ? undefined : { start: binding.index + binding[0].length };
}

function statementEnd(start: number, { text, calls }: Place): number {
  let at = start;
  while (at < text.length && at - start <= EXPRESSION_CHARS) {
    const char = text.charAt(at);
    if (char === ';' || char === ',' || (char === '\n' && !/^\s*\??[.[]/.test(text.slice(at, at + 100)))) return at;
    at = (char === '(' ? (calls.closerOf(at) ?? at) : at) + 1;
  }
  return at;
}

/** The gaps before a name, or before the key that it renames, where a pattern might bind it. */
function patternGaps(name: string, text: string): readonly number[] {
  const bound = new RegExp(`[{,](\\s+)(?:[\\w$]+\\s*:\\s*)?${escaped(name)}\\s*(?:=(?![=>])[^,{}]*)?(?=[,}])`, 'gu');
  return [...text.matchAll(bound)].slice(0, PATTERNS).map((match) => match.index + (match[1] ?? '').length);
}

/** Of what an identifier may hold, only this means something to a regular expression. */
function escaped(name: string): string {
  return name.replaceAll('$', '\\$&');
}
