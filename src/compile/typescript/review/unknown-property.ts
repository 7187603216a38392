/**
 * Diagnostics about a property that does not exist, whichever way it was asked for: `mcp.fs.nope` or `mcp["nope"]`.
 * Called by leniency.ts and hints.ts.
 */
import type { TsDiagnostic } from '../snapshot.ts';

/** The code of both `mcp["nope"]` and `counts[word]`; its first cause tells which. */
export const NO_INDEX = 7053;
const CODES: ReadonlySet<number> = new Set([2339, 2551]);

export function isUnknownProperty({ code, messageChain }: TsDiagnostic): boolean {
  if (code === NO_INDEX) return messageChain?.some((cause) => CODES.has(cause.code)) === true;
  return CODES.has(code);
}

/** The name in "Property 'name' does not exist on type …". */
export function propertyName(diagnostic: TsDiagnostic): string | undefined {
  return /^Property '([^']{1,200})' does not exist/.exec(sentence(diagnostic))?.[1];
}

/** The sentence that names the property and the type. */
export function sentence({ code, text, messageChain }: TsDiagnostic): string {
  return code === NO_INDEX ? (messageChain?.[0]?.text ?? text) : text;
}

/** Offset behind the expression that was asked for the property, or behind the brace of the pattern that asks for it. */
export function receiverEnd({ code, pos, end }: TsDiagnostic, text: string): number {
  let at = code === NO_INDEX ? text.lastIndexOf('[', end - 1) : pos;
  while (at > 1 && /[\s.?![]/.test(text.charAt(at - 1))) at -= 1;
  return isInPattern(text, at) ? text.lastIndexOf('{', at - 1) + 2 : at;
}

/** The gap before a name in a pattern, where the compiler tells the type of what is taken apart. */
export function patternOffset({ pos }: TsDiagnostic, text: string): number | undefined {
  return /[{,]\s+$/.test(text.slice(Math.max(0, pos - 200), pos)) ? pos - 1 : undefined;
}

/** `const { name } = …`: no expression stands before the name. The compiler knows a pattern behind its brace. */
function isInPattern(text: string, at: number): boolean {
  return text.charAt(at - 1) === '{' || text.charAt(at - 1) === ',';
}
