/**
 * Calls an upstream tool for a program: checks the arguments before they leave and the result before it is handed in,
 * and turns whatever goes wrong into a failure that the program can act on. The implementation of `CallTool`
 * (src/run/call-tool.ts), made by upstreams.ts. Failures hold the upstream's own words at most, never ours about the host.
 */
import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import type { Limits } from '../../base/limits.ts';
import type { CallTool, ToolCall, ToolFailure, ToolFailureCode, ToolReply } from '../../run/call-tool.ts';
import type { Connection } from '../connection/connection.ts';
import { LinkError } from '../link-error.ts';
import { paramHeaders } from '../param-headers.ts';
import { describeMistakes } from './mistakes.ts';
import { unwrap } from './unwrap.ts';
import type { Validators } from './validators.ts';

const INVALID_PARAMS = -32_602;
/** Statuses by which an HTTP server says that it did nothing and that it may be asked again. */
const TRY_AGAIN: ReadonlySet<number> = new Set([408, 425, 429, 503]);

export interface CallToolOptions {
  readonly connections: ReadonlyMap<string, Connection>;
  readonly validators: Validators;
  readonly limits: Limits;
}

export function createCallTool({ connections, validators, limits }: CallToolOptions): CallTool {
  return async (call, signal) => {
    signal.throwIfAborted();
    const { tool } = call;
    const connection = connections.get(tool.server);
    if (connection === undefined) return failed('unknown-tool', `There is no server ${JSON.stringify(tool.server)}.`);
    const mistakes = validators.for(tool.inputSchema, `the arguments of ${nameOf(call)}`)(call.args);
    if (mistakes.length > 0)
      return wrong('invalid-arguments', `The arguments of ${nameOf(call)} are wrong`, mistakes, call.args);
    try {
      const timeoutMs = connection.config.timeoutMs ?? limits.callMs;
      const { onProgress, trace } = call;
      const result = await connection.call(
        { name: tool.name, arguments: call.args },
        {
          signal,
          timeoutMs,
          ...(onProgress === undefined ? {} : { onProgress }),
          ...(trace === undefined ? {} : { trace }),
          headersFor: ({ mirrorsParams }) => (mirrorsParams ? paramHeaders(tool.inputSchema, call.args) : undefined),
        },
      );
      return accept(call, result, validators, limits);
    } catch (thrown) {
      signal.throwIfAborted();
      if (!(thrown instanceof LinkError)) throw thrown;
      return { kind: 'failure', failure: failureOf(call, thrown) };
    }
  };
}

function accept(call: ToolCall, result: JsonObject, validators: Validators, limits: Limits): ToolReply {
  const unwrapped = unwrap(result);
  if (unwrapped.kind === 'failed') return failed('upstream-error', unwrapped.words);
  if (unwrapped.kind === 'unusable')
    return failed('invalid-result', `The result of ${nameOf(call)} ${unwrapped.reason}.`);
  const { value, isStructured, media } = unwrapped;
  const text = JSON.stringify(value);
  const bytes = Buffer.byteLength(typeof value === 'string' ? value : text);
  if (bytes > limits.toolResultBytes) {
    const advice = 'Ask the tool for less, or for one page at a time.';
    return failed(
      'invalid-result',
      `The result of ${nameOf(call)} has ${bytes} bytes; the limit toolResultBytes is ${limits.toolResultBytes}. ${advice}`,
    );
  }
  const { outputSchema } = call.tool;
  const reply: ToolReply = { kind: 'value', value, bytes, text, ...(media === undefined ? {} : { media }) };
  if (outputSchema === undefined) return reply;
  // A text that is the promised value, sent the old way, is as good as structured content.
  if (!isStructured && !isJsonObject(value))
    return failed('invalid-result', `${nameOf(call)} promises structured content, and sent none.`);
  const mistakes = validators.for(outputSchema, `the result of ${nameOf(call)}`)(value);
  if (mistakes.length === 0) return reply;
  return wrong(
    'invalid-result',
    `The result of ${nameOf(call)} is not what its output schema promises`,
    mistakes,
    value,
  );
}

function failureOf(call: ToolCall, { failure }: LinkError): ToolFailure {
  const name = nameOf(call);
  switch (failure.kind) {
    case 'rpc':
      return {
        code: failure.code === INVALID_PARAMS ? 'invalid-arguments' : 'upstream-error',
        message: failure.message,
        retryable: false,
      };
    case 'refused':
      return {
        code: 'upstream-error',
        message: `The server of ${name} ${failure.message}.`,
        retryable: TRY_AGAIN.has(failure.status),
      };
    case 'timeout':
      return {
        code: 'upstream-timeout',
        message: `${name} ${failure.message}; the call was cancelled and may have taken effect.`,
        retryable: false,
      };
    case 'lost': {
      const effect = failure.mayHaveRun ? 'The call may have taken effect.' : 'The call was not made.';
      return {
        code: 'upstream-lost',
        message: `The server of ${name} ${failure.message}. ${effect}`,
        retryable: !failure.mayHaveRun,
      };
    }
  }
}

function wrong(
  code: ToolFailureCode,
  heading: string,
  errors: Parameters<typeof describeMistakes>[0],
  value: Json,
): ToolReply {
  const { shown, more } = describeMistakes(errors, value);
  const lines = shown.map(({ path, message }) => `${path === '' ? 'the whole' : path} ${message}`);
  const rest = more > 0 ? [`and ${more} more`] : [];
  const message = `${heading}:\n${[...lines, ...rest].join('\n')}`;
  const details = shown.map(({ path, message }) => ({ path, message }));
  return { kind: 'failure', failure: { code, message, retryable: false, details } };
}

function failed(code: ToolFailureCode, message: string): ToolReply {
  return { kind: 'failure', failure: { code, message, retryable: false } };
}

function nameOf({ tool }: ToolCall): string {
  return `${tool.server}.${tool.name}`;
}
