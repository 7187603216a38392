/**
 * JSON Schemas into checkers: a value in, one sentence per mistake out. The schemas of our own tools are trusted; those
 * that an agent gives its code-mode tools are a stranger's and are compiled and run within a time limit.
 */
import type { Options, ValidateFunction } from 'ajv';
import { depthOf, hasMoreMembers, type Json, type JsonObject } from '../../base/json.ts';
import type { TimeBox } from '../../base/schema/time-box.ts';
import { describeMistakes, describeSchemaMistakes } from './describe-mistake.ts';
import { isQuickSchema } from './quick-schema.ts';
import { createSchemaRules, newCompiler, type SchemaRules, spelled } from './schema-rules.ts';

/** One sentence per mistake; none means that the value fits. */
export type CheckValue = (value: Json) => readonly string[];

export type CompiledSchema =
  | { readonly kind: 'checker'; readonly check: CheckValue }
  /** It is no JSON Schema: one sentence per mistake, each with its path. */
  | { readonly kind: 'invalid'; readonly mistakes: readonly string[] }
  /** It may be one, and cannot be used. */
  | { readonly kind: 'refused'; readonly reason: string };

const CHECK_MS = 250;
const COMPILE_MS = 500;
const MAX_SCHEMA_DEPTH = 64;
const MAX_VALUE_DEPTH = 100;
const MAX_THOROUGH_MEMBERS = 10_000;
/** A value of so many members is checked against a quick schema in less time than a clock takes to be set up. */
const MAX_QUICK_MEMBERS = 256;
/** A quick schema of so few characters is compiled in about the time that it takes to set up a clock. */
const MAX_QUICK_CHARS = 1_024;
/** For a schema that was held to the rules of its dialect already, or is our own. */
const WITHOUT_RULES: Options = { meta: false, validateSchema: false };

/**
 * A checker for a schema that is part of Codeloom itself; compiled at its first use. Of a value with very many members
 * only the first mistake is told: a client decides how many there are, and all at once would hold up everybody else.
 */
export function compileOwnSchema(schema: JsonObject): CheckValue {
  let check: CheckValue | undefined;
  let checkFirst: CheckValue | undefined;
  return (value) => {
    const deep = tooDeep(value, '');
    if (deep !== undefined) return deep;
    if (hasMoreMembers(value, MAX_THOROUGH_MEMBERS)) {
      checkFirst ??= checkerOf(newCompiler(schema, { ...WITHOUT_RULES, allErrors: false }).compile(schema), '');
      return checkFirst(value);
    }
    check ??= checkerOf(newCompiler(schema, WITHOUT_RULES).compile(schema), '');
    return check(value);
  };
}

/** What a stranger's schema, and a value that is held to it, are called in sentences about them. */
export interface SchemaNames {
  readonly schema: string;
  /** Empty for arguments, whose members stand for themselves. */
  readonly value: string;
}

/** A checker for a stranger's schema, or why there can be none. Whoever compiles many hands in the rules. */
export function compileStrangerSchema(
  schema: JsonObject,
  names: SchemaNames,
  timeBox: TimeBox,
  rules: SchemaRules = createSchemaRules(),
): CompiledSchema {
  const root = names.value;
  if (depthOf(schema, MAX_SCHEMA_DEPTH + 1) > MAX_SCHEMA_DEPTH) {
    return { kind: 'refused', reason: `it is nested more than ${MAX_SCHEMA_DEPTH} levels deep` };
  }
  if (schema.$async !== undefined) return { kind: 'refused', reason: '$async is no keyword of JSON Schema' };
  try {
    // Made before the clock runs: what is ended half-way stays half-made.
    rules(typeof schema.$schema === 'string' ? { $schema: schema.$schema } : {});
    const isQuick = isQuickSchema(schema);
    const box = isQuick && JSON.stringify(schema).length <= MAX_QUICK_CHARS ? withoutClock : timeBox;
    const compiled = box(COMPILE_MS, () => checkerOrMistakes(schema, names, rules));
    if (compiled.kind === 'out-of-time') return { kind: 'refused', reason: 'it takes too long to compile' };
    const { value: compiledOnce } = compiled;
    if (typeof compiledOnce !== 'function') return { kind: 'invalid', mistakes: compiledOnce };
    const check: CheckValue = (value) => {
      const clock = isQuick && !hasMoreMembers(value, MAX_QUICK_MEMBERS) ? withoutClock : timeBox;
      return tooDeep(value, root) ?? checkBoxed(compiledOnce, value, root, clock);
    };
    return { kind: 'checker', check };
  } catch (thrown) {
    return { kind: 'refused', reason: reasonOf(thrown) };
  }
}

function checkBoxed(check: CheckValue, value: Json, root: string, timeBox: TimeBox): readonly string[] {
  const what = root === '' ? 'The arguments' : `The ${root}`;
  try {
    const checked = timeBox(CHECK_MS, () => check(value));
    if (checked.kind === 'done') return checked.value;
    return [`${what} could not be checked against the schema within ${CHECK_MS} ms; look for a slow pattern in it.`];
  } catch (thrown) {
    return [`${what} could not be checked against the schema: ${reasonOf(thrown)}.`];
  }
}

const withoutClock: TimeBox = (_ms, work) => ({ kind: 'done', value: work() });

/** What the schema's own dialect has against it, where it has anything. */
function checkerOrMistakes(schema: JsonObject, names: SchemaNames, rules: SchemaRules): CheckValue | readonly string[] {
  const mistakes = rules(schema);
  if (mistakes.length > 0) return describeSchemaMistakes(mistakes, names.schema);
  return checkerOf(compile(schema), names.value);
}

/** Only a schema that refers to the rules of a dialect, as one about schemas does, needs them beside it. */
function compile(schema: JsonObject): ValidateFunction {
  const { $schema: _, ...rest } = schema;
  const isAboutSchemas = JSON.stringify(rest).includes('json-schema.org/');
  return newCompiler(schema, isAboutSchemas ? {} : WITHOUT_RULES).compile(spelled(schema));
}

function checkerOf(validate: ValidateFunction, root: string): CheckValue {
  return (value) => (validate(value) ? [] : describeMistakes(validate.errors ?? [], root));
}

function tooDeep(value: Json, root: string): readonly string[] | undefined {
  if (depthOf(value, MAX_VALUE_DEPTH + 1) <= MAX_VALUE_DEPTH) return undefined;
  return [`${root === '' ? 'the arguments' : root}: expected at most ${MAX_VALUE_DEPTH} levels of nesting, got more.`];
}

/** The compiler's own words about a schema; they name places in the schema and nothing of the host. */
function reasonOf(thrown: unknown): string {
  if (thrown instanceof RangeError || !(thrown instanceof Error)) return 'it refers to itself without an end';
  return thrown.message.split('\n', 1).join('').slice(0, 300).replace(/\.$/, '');
}
