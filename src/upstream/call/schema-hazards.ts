/**
 * Whether checking a value against a schema may take much longer than reading the value: regular expressions that
 * backtrack, references that multiply under combinators, and comparisons of all items with all. Called by validators.ts,
 * which runs such checks against a clock. A cheap syntactic test that errs toward caution, not a proof of slowness.
 */
import { isJsonObject, type JsonObject } from '../../base/json.ts';

const COMBINATORS: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'not', 'if', 'dependentSchemas']);
const REFERENCES: ReadonlySet<string> = new Set(['$ref', '$dynamicRef', '$recursiveRef']);

export function isHazardous(schema: JsonObject): boolean {
  const pending: unknown[] = [schema];
  let hasCombinator = false;
  let hasReference = false;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    for (const [key, value] of Object.entries(next)) {
      hasCombinator ||= COMBINATORS.has(key);
      hasReference ||= REFERENCES.has(key);
      if (hasCombinator && hasReference) return true;
      if (key === 'uniqueItems' && value === true) return true;
      if (key === 'pattern' && typeof value === 'string' && !isPlainPattern(value)) return true;
      if (key === 'patternProperties' && isJsonObject(value) && !Object.keys(value).every(isPlainPattern)) return true;
      pending.push(value);
    }
  }
  return false;
}

/**
 * True for patterns that a backtracking matcher decides in linear time: one run of characters, classes and escapes
 * anchored at its start, of which at most one repeats without bound and nothing repeats as a group.
 */
function isPlainPattern(pattern: string): boolean {
  const parts =
    /^\^((?:\[\^?(?:\\[\s\S]|[^\\[\]])+\]|\\[dDwWsS.\-/\\+*?^$()[\]{}|]|[^\\^$.*+?()[\]{}|])(?:[*+?]|\{\d{1,3}(?:,\d{0,3})?\})?)*\$?$/u.test(
      pattern,
    );
  const unbounded = pattern.match(/[*+]|\{\d+,\}/gu)?.length ?? 0;
  const optional = pattern.match(/\?|\{\d+,\d+\}/gu)?.length ?? 0;
  return parts && pattern.length <= 256 && unbounded <= 1 && optional <= 4;
}
