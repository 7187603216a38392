/**
 * The `outputSchema` of every tool that gives an Outcome. One flat object also admits the form of a fault
 * (`{ error: { code, message, retryable } }`), because clients of the 2025 revisions validate `structuredContent` of
 * error results too. Only keywords that mean the same in draft-07 and 2020-12 are used.
 */
import type { JsonObject } from '../../base/json.ts';
import { OUTCOME_KINDS } from '../../program/outcome.ts';
import { ARTIFACTS_SCHEMA } from './render-artifacts.ts';

const text: JsonObject = { type: 'string' };
const number: JsonObject = { type: 'number' };

const ERROR_SCHEMA: JsonObject = {
  type: 'object',
  description: 'Why there is no result. `name` and a position where the program failed, `code` where Codeloom did.',
  properties: {
    name: text,
    message: text,
    line: number,
    column: number,
    frame: text,
    stack: text,
    cause: { type: 'object', description: 'What the error was caused by, in the same form.' },
    errors: { type: 'array', items: { type: 'object' }, description: 'What an AggregateError is made of.' },
    limit: text,
    value: number,
    code: text,
    retryable: { type: 'boolean' },
    mistakes: { type: 'array', items: text },
    details: {},
  },
  required: ['message'],
};

export const DIAGNOSTIC_SCHEMA: JsonObject = {
  type: 'object',
  properties: { line: number, column: number, code: text, message: text, hint: text },
  required: ['line', 'column', 'code', 'message'],
};

const LOG_SCHEMA: JsonObject = {
  type: 'object',
  properties: { level: text, text, atMs: number },
  required: ['level', 'text', 'atMs'],
};

const TOOL_CALL_SCHEMA: JsonObject = {
  type: 'object',
  properties: { server: text, tool: text, ms: number, ok: { type: 'boolean' }, code: text },
  required: ['server', 'tool', 'ms', 'ok'],
};

const TIMINGS_SCHEMA: JsonObject = {
  type: 'object',
  properties: {
    connectMs: number,
    typecheckMs: number,
    bundleMs: number,
    startMs: number,
    runMs: number,
    totalMs: number,
  },
  required: ['connectMs', 'typecheckMs', 'bundleMs', 'startMs', 'runMs', 'totalMs'],
};

export const OUTCOME_PROPERTIES: JsonObject = {
  kind: {
    type: 'string',
    enum: OUTCOME_KINDS,
    description: 'How the run ended; anything but `completed` is an error.',
  },
  runId: text,
  result: { description: 'What the program returned; absent for undefined.' },
  error: ERROR_SCHEMA,
  diagnostics: { type: 'array', items: DIAGNOSTIC_SCHEMA },
  logs: { type: 'array', items: LOG_SCHEMA },
  toolCalls: { type: 'array', items: TOOL_CALL_SCHEMA },
  truncated: {
    type: 'object',
    description: 'What was left out: `logLines` between the first `afterLogLine` of `logs` and the others, and files.',
    properties: { logLines: number, logBytes: number, afterLogLine: number, artifacts: number },
  },
  artifacts: ARTIFACTS_SCHEMA,
  engine: text,
  isolation: text,
  timings: TIMINGS_SCHEMA,
};

export const OUTCOME_SCHEMA: JsonObject = {
  type: 'object',
  properties: OUTCOME_PROPERTIES,
  anyOf: [
    { required: ['kind', 'runId', 'logs', 'toolCalls', 'engine', 'isolation', 'timings'] },
    { required: ['error'] },
  ],
};

/** The schema of a tool that answers with these members, or with a fault. */
export function answerSchema(properties: JsonObject, required: readonly string[]): JsonObject {
  return {
    type: 'object',
    properties: { ...properties, error: ERROR_SCHEMA },
    anyOf: [{ required }, { required: ['error'] }],
  };
}
