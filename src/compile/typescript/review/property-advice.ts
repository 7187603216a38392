/**
 * What would be right where a property does not exist: another server, tool or property, parentheses around `await`.
 * Called by hints.ts.
 */
import { nearest } from '../../../base/nearest.ts';
import type { Snapshot, TsDiagnostic } from '../snapshot.ts';
import { type Callee, type Calls, calleeAt, expressionBefore } from './callee.ts';
import { listNames, sameLetters, showAccess } from './show-shape.ts';
import { patternOffset, propertyName, receiverEnd, sentence } from './unknown-property.ts';

export interface Advice {
  /** In place of the compiler's message, where that would spell out all of `mcp`. */
  readonly message?: string;
  readonly hint?: string;
}

export const AWAIT: Advice = { hint: 'A call gives a promise: write `await` before it.' };
const SERVER = /^mcp(?:\??\.[^.[]+|\[[^\]]+\])$/;

export async function adviseProperty(
  diagnostic: TsDiagnostic,
  text: string,
  calls: () => Calls,
  snapshot: Snapshot,
): Promise<Advice> {
  const name = propertyName(diagnostic);
  if (sentence(diagnostic).includes("on type 'Promise<"))
    return adviseAwait(receiverEnd(diagnostic, text), name, text, calls);
  const receiver = await receiverOf(diagnostic, text, snapshot);
  if (receiver === undefined || name === undefined) return {};
  const names = (await snapshot.properties(receiver.type)).map((property) => property.name);
  const owner = receiver.text ?? 'It';
  const mcp = await snapshot.typeOfGlobal('mcp');
  const isUpstreams = receiver.type.id === mcp?.id || (owner === 'mcp' && receiver.type.origin !== 'program');
  const guess = guessAt(name, names, text.slice(diagnostic.end), receiver.text);
  if (isUpstreams) {
    const known = names.length === 0 ? 'No server is in scope.' : `mcp has ${listNames(names)}.`;
    return { message: `There is no server "${name}" in scope.`, hint: `${guess}${known}` };
  }
  if (receiver.type.origin === 'declarations' && SERVER.test(owner))
    return { message: `There is no tool "${name}" in ${owner}.`, hint: `${guess}${owner} has ${listNames(names)}.` };
  // The compiler's own message has its own guess.
  const ours = diagnostic.text.includes('Did you mean') ? '' : guess;
  if (receiver.type.origin === 'elsewhere') return ours === '' ? {} : { hint: ours.trimEnd() };
  return { hint: `${ours}${owner} has ${listNames(names)}.` };
}

async function receiverOf(diagnostic: TsDiagnostic, text: string, snapshot: Snapshot): Promise<Callee | undefined> {
  const pattern = patternOffset(diagnostic, text);
  if (pattern === undefined) return calleeAt(receiverEnd(diagnostic, text), text, snapshot);
  const type = await snapshot.typeAt(pattern);
  return type === undefined ? undefined : { type, text: undefined };
}

/** `behind` is what follows the name: of `get-sum`, `get` is asked for and `sum` subtracted. */
function guessAt(name: string, names: readonly string[], behind: string, owner: string | undefined): string {
  const rest = /^(?:\s*-\s*[\p{ID_Continue}$]+){1,10}/u.exec(behind.slice(0, 200))?.[0].replaceAll(/\s+/g, '');
  const whole = rest === undefined ? undefined : sameLetters(name + rest, names);
  if (whole !== undefined) return `"-" subtracts: write ${owner ?? ''}${showAccess(whole)}. `;
  const near = nearest(name, names);
  return near === undefined ? '' : `Did you mean "${near}"? `;
}

/** `await f().x` waits for `f().x`: the agent meant `(await f()).x`. */
function adviseAwait(end: number, name: string | undefined, text: string, calls: () => Calls): Advice {
  const expression = name === undefined ? undefined : expressionBefore(end, text, calls());
  if (name === undefined || expression === undefined) return AWAIT;
  const right = `\`(await ${expression.text})${showAccess(name)}\``;
  if (/(?:^|[^\p{ID_Continue}$.])await\s*$/u.test(text.slice(Math.max(0, expression.start - 20), expression.start)))
    return { hint: `\`await\` waits for the whole of what follows it: put parentheses, ${right}.` };
  return expression.isCall ? { hint: `A call gives a promise, and \`await\` its value: write ${right}.` } : AWAIT;
}
