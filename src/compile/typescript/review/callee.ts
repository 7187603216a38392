/**
 * Which call a diagnostic stands in, and what is called there. Called by leniency.ts and hints.ts. Works on the
 * program's text with the compiler's types, because the compiler's own tree would cost more than the check.
 */
import { lex } from '../../syntax/lex.ts';
import type { Snapshot, TsDiagnostic, TypeFacts } from '../snapshot.ts';

/** An expression that is called or asked for a property, and its type. */
export interface Callee {
  readonly type: TypeFacts;
  /** As the agent wrote it, without spaces; undefined where it is more than a chain of names. */
  readonly text: string | undefined;
}

/** Offsets of a pair of parentheses. */
interface Parentheses {
  readonly open: number;
  close: number;
}

export interface Calls {
  /** The calls around a place, innermost first, as offsets of their opening parentheses. */
  around(offset: number): readonly number[];
  /** The opening parenthesis of one that closes. */
  openerOf(close: number): number | undefined;
  closerOf(open: number): number | undefined;
}

/** An expression as the agent wrote it, without spaces and without the arguments of a call. */
export interface Expression {
  readonly start: number;
  readonly text: string;
  readonly isCall: boolean;
}

const CALLS_OUTWARD = 3;
const CHAIN = /[\p{ID_Continue}$]+(?:\s*\??\.\s*[\p{ID_Continue}$]+|\s*\[\s*(?:"[^"\\]*"|'[^'\\]*')\s*\])*$/u;
const LAST_KEY = /\[\s*(?:"([^"\\]*)"|'([^'\\]*)')\s*\]$/;
const CHAIN_CHARS = 200;
/** `a["b"]["c"]`: no tool is deeper. */
const KEYS_DEEP = 4;

/** Reads the text once, however many diagnostics are asked about. */
export function findCalls(text: string): Calls {
  const pairs: Parentheses[] = [];
  const unclosed: Parentheses[] = [];
  lex(text, (token) => {
    const char = token.kind === 'open' || token.kind === 'close' ? text.charAt(token.start) : '';
    if (char === '(') {
      const pair = { open: token.start, close: text.length };
      pairs.push(pair);
      unclosed.push(pair);
    } else if (char === ')') {
      const pair = unclosed.pop();
      if (pair !== undefined) pair.close = token.start;
    }
  });
  const openers = new Map(pairs.map(({ open, close }) => [close, open]));
  const closers = new Map(pairs.map(({ open, close }) => [open, close]));
  return {
    around: (offset) => {
      const around = pairs.filter((pair) => pair.open < offset && offset < pair.close);
      return around
        .slice(-CALLS_OUTWARD)
        .reverse()
        .map((pair) => pair.open);
    },
    openerOf: (close) => openers.get(close),
    closerOf: (open) => closers.get(open),
  };
}

/** The chain of names, or the call of one, that ends before the offset; undefined where it is anything else. */
export function expressionBefore(end: number, text: string, calls: Calls): Expression | undefined {
  const open = text.charAt(end - 1) === ')' ? calls.openerOf(end - 1) : undefined;
  const chainEnd = open ?? end;
  const chain = CHAIN.exec(text.slice(Math.max(0, chainEnd - CHAIN_CHARS), chainEnd))?.[0];
  if (chain === undefined) return undefined;
  const given = open === undefined ? '' : text.slice(open + 1, end - 1).trim() === '' ? '()' : '(…)';
  return { start: chainEnd - chain.length, text: chain.replaceAll(/\s+/g, '') + given, isCall: open !== undefined };
}

/** The tool whose call the diagnostic is about. */
export async function findTool(
  diagnostic: TsDiagnostic,
  calls: Calls,
  text: string,
  snapshot: Snapshot,
): Promise<Callee | undefined> {
  // "Expected 1 arguments" stands on the name of what is called, all others inside of the parentheses.
  for (const end of [diagnostic.end, ...calls.around(diagnostic.pos)]) {
    const callee = await calleeAt(end, text, snapshot);
    if (callee?.type.origin === 'declarations') return callee;
  }
  return undefined;
}

/** The expression that ends before the offset. */
export async function calleeAt(end: number, text: string, snapshot: Snapshot): Promise<Callee | undefined> {
  const before = trimmedBefore(end, text);
  const type = await typeBefore(end, text, snapshot, KEYS_DEEP);
  return type === undefined ? undefined : { type, text: CHAIN.exec(before)?.[0].replaceAll(/\s+/g, '') };
}

/** The compiler has no type for the place of `]`: it is asked for the receiver's, and that for the property. */
async function typeBefore(
  end: number,
  text: string,
  snapshot: Snapshot,
  keysDeep: number,
): Promise<TypeFacts | undefined> {
  const all = text.slice(Math.max(0, end - CHAIN_CHARS), end);
  const before = trimmedBefore(end, text);
  const last = end - (all.length - before.length) - 1;
  const key = LAST_KEY.exec(before);
  if (key === null) return snapshot.typeAt(last);
  if (keysDeep === 0) return undefined;
  const receiver = await typeBefore(last + 1 - key[0].length, text, snapshot, keysDeep - 1);
  if (receiver === undefined) return undefined;
  const name = key[1] ?? key[2] ?? '';
  const property = (await snapshot.properties(receiver)).find((each) => each.name === name);
  return property === undefined ? undefined : snapshot.typeOf(property);
}

function trimmedBefore(end: number, text: string): string {
  return text.slice(Math.max(0, end - CHAIN_CHARS), end).trimEnd();
}
