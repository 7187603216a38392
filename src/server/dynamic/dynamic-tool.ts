/**
 * A dynamic tool in the shape of any other tool. Holds what is listed of it and no code: that is read from the registry
 * when it is called. Made by dynamic-listing.ts for every tool that is enabled.
 */
import type { JsonObject } from '../../base/json.ts';
import { OUTCOME_KINDS } from '../../program/outcome.ts';
import type { ToolRecord } from '../../registry/record/stored-tool.ts';
import type { ToolDefinition } from '../../registry/record/tool-definition.ts';
import { type CheckValue, compileOwnSchema } from '../arguments/compile-schema.ts';
import type { ServerTool } from '../server-tool.ts';
import { callKept, type RunPlace } from '../tools/code-mode-tool.ts';
import { clientSchema } from './client-schema.ts';
import type { KeptDefinitions } from './kept/kept-definitions.ts';
import type { CompileSchema } from './schema-compiler.ts';

/** What a tool without an inputSchema takes. */
const ARGS_SCHEMA: JsonObject = {
  type: 'object',
  properties: { args: { description: 'Any JSON; the program sees it as `args`.' } },
  additionalProperties: false,
};
const SHOWN_SCHEMA_CHARS = 2_000;

export interface DynamicToolParts {
  readonly compile: CompileSchema;
  /** For tools without an inputSchema, which all take the same. */
  readonly checkAny: CheckValue;
  readonly definitions: KeptDefinitions;
}

export function createCheckAny(): CheckValue {
  return compileOwnSchema(ARGS_SCHEMA);
}

export function dynamicTool({ definition, revision, hash }: ToolRecord, parts: DynamicToolParts): ServerTool {
  const { name, title, description, inputSchema, annotations } = definition;
  return {
    name,
    aliases: [],
    scope: 'codeloom.execute',
    title: title ?? annotations?.title ?? name,
    annotations: {
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: false,
      openWorldHint: (definition.servers ?? []).length > 0,
      ...annotations,
    },
    inputSchema: inputSchema === undefined ? ARGS_SCHEMA : clientSchema(inputSchema),
    outputSchema: outcomeSchemaOf(definition),
    description: () => description,
    check: inputSchema === undefined ? parts.checkAny : checkerOf(inputSchema, parts.compile),
    async call(args, context) {
      const { definition: kept, checkResult, builds } = await parts.definitions.get({ name, revision, hash });
      const { code, inputSchema: argsSchema } = kept;
      const program = {
        code,
        builds,
        ...(argsSchema === undefined ? {} : { argsSchema }),
        ...(checkResult === undefined ? {} : { checkResult }),
      };
      return callKept(placeOf(kept), program, argsSchema === undefined ? (args.args ?? {}) : args, context);
    },
  };
}

export function placeOf({ name, servers = [], engine, image, dependencies, timeoutMs }: ToolDefinition): RunPlace {
  return {
    name,
    servers,
    ...(engine === undefined ? {} : { engine }),
    ...(image === undefined ? {} : { image }),
    ...(dependencies === undefined ? {} : { dependencies }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

/** Compiled at the first call: there may be thousands of tools, and a handful that are called. */
function checkerOf(inputSchema: JsonObject, compile: CompileSchema): CheckValue {
  let check: CheckValue | undefined;
  return (value) => {
    check ??= compileInput(inputSchema, compile);
    return check(value);
  };
}

/** It compiled when the tool was made here; one that was imported may not. */
function compileInput(inputSchema: JsonObject, compile: CompileSchema): CheckValue {
  const compiled = compile(inputSchema, { schema: 'inputSchema', value: '' });
  if (compiled.kind === 'checker') return compiled.check;
  const reasons = compiled.kind === 'invalid' ? compiled.mistakes : [`inputSchema: ${compiled.reason}.`];
  return () => ['The tool cannot be called until it is mended.', ...reasons];
}

/**
 * What every outcome fits, in few words: clients compile one of these for every tool that they list. The tool's own
 * schema is in it as text, because an outcome whose result breaks it has to fit, too.
 */
function outcomeSchemaOf({ outputSchema }: ToolDefinition): JsonObject {
  const text = outputSchema === undefined ? undefined : JSON.stringify(outputSchema);
  const isShown = text !== undefined && text.length <= SHOWN_SCHEMA_CHARS;
  const description = isShown ? `When completed, fits the JSON Schema ${text}` : 'What the program returned.';
  return {
    type: 'object',
    properties: {
      kind: { type: 'string', enum: OUTCOME_KINDS },
      result: { description },
      error: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
    },
    anyOf: [{ required: ['kind'] }, { required: ['error'] }],
  };
}
