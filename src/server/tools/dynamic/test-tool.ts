/**
 * `dynamic.tool.test`: runs a definition, or the current revision of a stored tool, as its call would, and stores
 * nothing. A tool that is disabled can be tested, too.
 */
import { Fault } from '../../../base/fault.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../base/json.ts';
import { describeValue } from '../../arguments/describe-value.ts';
import { assertScope } from '../../call/assert-scope.ts';
import type { ReadDefinition } from '../../dynamic/definition-gate.ts';
import { placeOf } from '../../dynamic/dynamic-tool.ts';
import { OUTCOME_SCHEMA } from '../../rendering/outcome-schema.ts';
import { renderError } from '../../rendering/render-fault.ts';
import type { ServerTool } from '../../server-tool.ts';
import { callKept } from '../code-mode-tool.ts';
import { defineManagementTool, type Management, readTool } from './manage.ts';
import { TOOL_SCHEMA } from './tool-properties.ts';

interface TestArguments {
  readonly tool?: JsonObject;
  readonly name?: string;
  readonly args?: Json;
}

export function testToolTool({ registry, gate }: Management): ServerTool {
  return defineManagementTool<TestArguments>({
    name: 'dynamic.tool.test',
    title: 'Try a dynamic tool',
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
    description: () =>
      'Runs a dynamic tool once, on args, without storing anything: one that is not there yet (tool), or one that is (name).',
    properties: {
      tool: TOOL_SCHEMA,
      name: { type: 'string', description: 'Of a stored tool, disabled ones too; instead of tool.' },
      args: { description: 'What it is called with: the arguments of its inputSchema, else any JSON. Default {}.' },
    },
    required: [],
    outputSchema: OUTCOME_SCHEMA,
    async call({ tool, name, args = {} }, context) {
      // It runs a program, which managing tools alone does not allow.
      assertScope({ name: 'dynamic.tool.test', scope: 'codeloom.execute' }, context);
      const given = tool === undefined ? await storedDefinition(registry, name) : tool;
      if (tool !== undefined && name !== undefined) throw eitherOr('both');
      const definition = gate.read(given, context.parts);
      const mistakes = argumentMistakes(definition, args);
      if (mistakes.length > 0) {
        const message = `The args do not fit the inputSchema of ${definition.definition.name}; nothing was run.`;
        return renderError({ code: 'ARGUMENTS_INVALID', message, retryable: false, mistakes });
      }
      const { code, inputSchema: argsSchema } = definition.definition;
      const { checkResult } = definition;
      const typed = argsSchema === undefined ? {} : { argsSchema };
      const program = { code, ...typed, ...(checkResult === undefined ? {} : { checkResult }) };
      return callKept(placeOf(definition.definition), program, args, context);
    },
  });
}

async function storedDefinition(registry: Management['registry'], name: string | undefined): Promise<unknown> {
  if (name === undefined) throw eitherOr('neither');
  const stored = await readTool(registry, name);
  if (stored.kind === 'tool') return stored.definition;
  const reason = stored.kind === 'quarantined' ? stored.reason : 'It was deleted.';
  throw new Fault('TOOL_UNKNOWN', `The tool ${JSON.stringify(name)} cannot be run. ${reason}`);
}

function argumentMistakes({ checkArgs }: ReadDefinition, args: Json): readonly string[] {
  if (checkArgs === undefined) return [];
  return isJsonObject(args) ? checkArgs(args) : [`args: expected an object, got ${describeValue(args)}.`];
}

function eitherOr(got: string): Fault {
  return new Fault('ARGUMENTS_INVALID', `the arguments: expected either tool or name, got ${got}.`);
}
