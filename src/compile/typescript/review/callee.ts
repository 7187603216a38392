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

/** The calls around a place, innermost first, as offsets of their opening parentheses. */
export type CallsAround = (offset: number) => readonly number[];

const CALLS_OUTWARD = 3;
const CHAIN = /[\p{ID_Continue}$]+(?:\s*\??\.\s*[\p{ID_Continue}$]+|\s*\[\s*(?:"[^"\\]*"|'[^'\\]*')\s*\])*$/u;
const LAST_KEY = /\[\s*(?:"([^"\\]*)"|'([^'\\]*)')\s*\]$/;
const CHAIN_CHARS = 200;

/** Reads the text once, however many diagnostics are asked about. */
export function findCalls(text: string): CallsAround {
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
  return (offset) => {
    const around = pairs.filter((pair) => pair.open < offset && offset < pair.close);
    return around
      .slice(-CALLS_OUTWARD)
      .reverse()
      .map((pair) => pair.open);
  };
}

/** The tool whose call the diagnostic is about. */
export async function findTool(
  diagnostic: TsDiagnostic,
  calls: CallsAround,
  text: string,
  snapshot: Snapshot,
): Promise<Callee | undefined> {
  // "Expected 1 arguments" stands on the name of what is called, all others inside of the parentheses.
  for (const end of [diagnostic.end, ...calls(diagnostic.pos)]) {
    const callee = await calleeAt(end, text, snapshot);
    if (callee?.type.origin === 'declarations') return callee;
  }
  return undefined;
}

/** The expression that ends before the offset. */
export async function calleeAt(end: number, text: string, snapshot: Snapshot): Promise<Callee | undefined> {
  const before = text.slice(Math.max(0, end - CHAIN_CHARS), end).trimEnd();
  const last = end - (text.slice(Math.max(0, end - CHAIN_CHARS), end).length - before.length) - 1;
  const key = LAST_KEY.exec(before);
  const type =
    key === null
      ? await snapshot.typeAt(last)
      : await typeOfKey(last - key[0].length, key[1] ?? key[2] ?? '', snapshot);
  return type === undefined ? undefined : { type, text: CHAIN.exec(before)?.[0].replaceAll(/\s+/g, '') };
}

async function typeOfKey(receiverEnd: number, key: string, snapshot: Snapshot): Promise<TypeFacts | undefined> {
  const receiver = await snapshot.typeAt(receiverEnd);
  if (receiver === undefined) return undefined;
  const property = (await snapshot.properties(receiver)).find(({ name }) => name === key);
  return property === undefined ? undefined : snapshot.typeOf(property);
}
