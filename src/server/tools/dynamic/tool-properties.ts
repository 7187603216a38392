/** The members of a dynamic tool as JSON Schema, for the arguments and answers of the tools beside this file. */
import type { JsonObject } from '../../../base/json.ts';
import { answerSchema, DIAGNOSTIC_SCHEMA } from '../../rendering/outcome-schema.ts';
import {
  DEPENDENCIES_PROPERTY,
  ENGINE_PROPERTY,
  IMAGE_PROPERTY,
  SERVERS_PROPERTY,
  TIMEOUT_PROPERTY,
} from '../run-js.ts';

const text: JsonObject = { type: 'string' };
const number: JsonObject = { type: 'number' };
const HINT: JsonObject = { type: 'boolean' };

const OPTIONAL: Readonly<Record<string, JsonObject>> = {
  title: { type: 'string', description: 'For people.' },
  servers: { ...SERVERS_PROPERTY, description: 'Servers that the program may call; default none.' },
  inputSchema: {
    type: 'object',
    description:
      'JSON Schema of the arguments, with type "object"; the program sees them as typed `args`. Without it the tool takes { args }.',
  },
  outputSchema: { type: 'object', description: 'JSON Schema that every result must fit.' },
  annotations: {
    type: 'object',
    properties: { title: text, readOnlyHint: HINT, destructiveHint: HINT, idempotentHint: HINT, openWorldHint: HINT },
    additionalProperties: false,
    description: 'Hints of MCP about the tool.',
  },
  dependencies: DEPENDENCIES_PROPERTY,
  engine: ENGINE_PROPERTY,
  image: IMAGE_PROPERTY,
  timeoutMs: TIMEOUT_PROPERTY,
  tags: { type: 'array', items: text, description: 'Words to find it by.' },
};

const REQUIRED: Readonly<Record<string, JsonObject>> = {
  description: { type: 'string', description: 'What it does, for the agents that choose it.' },
  code: { type: 'string', description: 'The program, in the forms that run_js takes.' },
};

const ENABLED: JsonObject = { type: 'boolean', description: 'false keeps it without listing it; default true.' };

export const NAME_PROPERTY: JsonObject = {
  type: 'string',
  description: '1 to 64 of A-Z a-z 0-9 _ - . that no other tool has.',
};

export const TOOL_SCHEMA: JsonObject = {
  type: 'object',
  properties: { name: NAME_PROPERTY, ...REQUIRED, ...OPTIONAL, enabled: ENABLED },
  required: ['name', 'description', 'code'],
  additionalProperties: false,
};

export const PATCH_SCHEMA: JsonObject = {
  type: 'object',
  properties: {
    ...REQUIRED,
    ...Object.fromEntries(Object.entries(OPTIONAL).map(([key, schema]) => [key, orNull(schema)])),
    enabled: ENABLED,
  },
  additionalProperties: false,
  minProperties: 1,
  description: 'Members to change; null takes an optional one away. The name stays.',
};

function orNull(schema: JsonObject): JsonObject {
  return { anyOf: [schema, { type: 'null' }] };
}

export const REVISION_PROPERTY: JsonObject = { type: 'integer', minimum: 1 };
export const EXPECTED_REVISION_PROPERTY: JsonObject = {
  ...REVISION_PROPERTY,
  description: 'Refuses where the tool is at another revision by now.',
};
export const CURSOR_PROPERTY: JsonObject = { type: 'string', description: 'nextCursor of the page before.' };

const STATE: JsonObject = { type: 'string', enum: ['enabled', 'disabled', 'quarantined', 'deleted'] };

/** One revision of one tool, with more or less of it. */
export const STORED_PROPERTIES: JsonObject = {
  name: text,
  state: { ...STATE, description: 'quarantined: it cannot be used, for `reason`.' },
  revision: number,
  createdAt: text,
  createdBy: text,
  updatedAt: text,
  updatedBy: text,
  reason: text,
  problems: { type: 'array', items: text, description: 'Why calls would fail as things are.' },
  definition: { type: 'object', description: 'As dynamic.tool.create takes it.' },
};

export const STORED_SCHEMA: JsonObject = {
  type: 'object',
  properties: STORED_PROPERTIES,
  required: ['name', 'state', 'revision'],
};

/** What a change answers with. */
export const CHANGE_SCHEMA = answerSchema(
  {
    name: text,
    state: STATE,
    revision: number,
    updatedAt: text,
    updatedBy: text,
    diagnostics: { type: 'array', items: DIAGNOSTIC_SCHEMA },
  },
  ['name', 'state', 'revision'],
);
