/**
 * The program of a code-mode tool as it is kept: source within the limit, schemas compiled. Called by code-mode before
 * anything else is done with what an agent gave it.
 */
import { Fault } from '../../base/fault.ts';
import type { JsonObject } from '../../base/json.ts';
import type { TimeBox } from '../../base/schema/time-box.ts';
import { type CheckValue, compileStrangerSchema, type SchemaNames } from '../arguments/compile-schema.ts';
import type { SchemaRules } from '../arguments/schema-rules.ts';
import type { StoredProgram } from './workspace.ts';

const ANY_OBJECT: JsonObject = { type: 'object' };
const MAX_SCHEMA_CHARS = 64 * 1024;

interface GivenProgram {
  readonly code?: string;
  readonly inputSchema?: JsonObject;
  readonly outputSchema?: JsonObject;
}

/** Undefined where there is no code. Throws ARGUMENTS_INVALID with one sentence per mistake. */
export function readStoredProgram(
  { code, inputSchema, outputSchema }: GivenProgram,
  sourceBytes: number,
  timeBox: TimeBox,
  rules?: SchemaRules,
): StoredProgram | undefined {
  if (code === undefined) {
    if (inputSchema === undefined && outputSchema === undefined) return undefined;
    const given = inputSchema === undefined ? 'outputSchema' : 'inputSchema';
    throw invalid(`${given}: expected code beside it, got none; a tool without code takes { script }.`);
  }
  const size = Buffer.byteLength(code);
  if (size > sourceBytes) {
    throw invalid(`code: expected at most ${sourceBytes} bytes (limit sourceBytes), got ${size}.`);
  }
  const input = inputSchema ?? ANY_OBJECT;
  if (input.type !== 'object') {
    throw invalid('inputSchema.type: expected "object", because the arguments of a tool are an object.');
  }
  const checkArgs = compile(input, { schema: 'inputSchema', value: '' }, timeBox, rules);
  if (outputSchema === undefined) return { code, inputSchema: input, checkArgs };
  const checkResult = compile(outputSchema, { schema: 'outputSchema', value: 'result' }, timeBox, rules);
  return { code, inputSchema: input, outputSchema, checkArgs, checkResult };
}

function compile(schema: JsonObject, names: SchemaNames, timeBox: TimeBox, rules?: SchemaRules): CheckValue {
  const chars = JSON.stringify(schema).length;
  if (chars > MAX_SCHEMA_CHARS) {
    throw invalid(`${names.schema}: expected at most ${MAX_SCHEMA_CHARS} characters of JSON, got ${chars}.`);
  }
  const compiled = compileStrangerSchema(schema, names, timeBox, rules);
  if (compiled.kind === 'checker') return compiled.check;
  if (compiled.kind === 'invalid') throw invalid(compiled.mistakes.join(' '));
  throw invalid(`${names.schema}: expected a JSON Schema that can be compiled; ${compiled.reason}.`);
}

function invalid(message: string): Fault {
  return new Fault('ARGUMENTS_INVALID', message);
}
