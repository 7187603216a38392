/**
 * ServerParts for the tests of the MCP face: small, in this process, and honest. Programs really run (as plain functions,
 * without a sandbox, because the engine is not what is tested), tool calls really reach the functions below.
 */

import { randomUUID } from 'node:crypto';
import type { Settings } from '../../../src/base/config.ts';
import { raceAbort } from '../../../src/base/deadline.ts';
import { Fault } from '../../../src/base/fault.ts';
import { localCaller } from '../../../src/base/gate/caller.ts';
import type { Happening } from '../../../src/base/gate/happening.ts';
import type { Json, JsonObject } from '../../../src/base/json.ts';
import { type LimitOverrides, resolveLimits } from '../../../src/base/limits.ts';
import { createLog } from '../../../src/base/log.ts';
import type { Catalog, CatalogServer } from '../../../src/base/tool.ts';
import { defaultSettings } from '../../../src/config/assemble-settings.ts';
import { createGuard } from '../../../src/guard/guard.ts';
import type { Outcome } from '../../../src/program/outcome.ts';
import type { ProgramRequest } from '../../../src/program/program-request.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import type { ToolCallRecord } from '../../../src/run/run-report.ts';
import type { ServerParts, UpstreamCall } from '../../../src/server/server-parts.ts';
import { createTracing } from '../../../src/telemetry/tracing/tracing.ts';

type ToolBody = (args: JsonObject, call: Pick<UpstreamCall, 'onProgress'>, signal: AbortSignal) => Promise<Json> | Json;

export interface SmallParts extends ServerParts {
  /** Every request that reached `execute`, in order. */
  readonly executed: ProgramRequest[];
  /** Every call that reached an upstream tool: `server.tool`. */
  readonly called: string[];
  /** Resolves when a tool named `forever` has been entered, with the signal it was given. */
  readonly foreverEntered: Promise<AbortSignal>;
  readonly logLines: string[];
  /** All that was told, in order. */
  readonly told: Happening[];
}

export interface SmallPartsOptions {
  readonly settings?: Partial<Settings>;
  readonly limits?: LimitOverrides;
  readonly engineOk?: boolean;
  readonly registry?: Registry;
}

export function smallParts({
  settings = {},
  limits = {},
  engineOk = true,
  registry,
}: SmallPartsOptions = {}): SmallParts {
  const entered = Promise.withResolvers<AbortSignal>();
  const executed: ProgramRequest[] = [];
  const called: string[] = [];
  const logLines: string[] = [];
  const told: Happening[] = [];
  const tools = toolBodies(entered.resolve);
  const callUpstream: ServerParts['callUpstream'] = async ({ server, tool, args, onProgress }, signal) => {
    called.push(`${server}.${tool}`);
    const body = tools.get(`${server}.${tool}`);
    if (body === undefined) throw new Error(`no body for ${server}.${tool}`);
    if (tool === 'fail') {
      return { kind: 'failure', failure: { code: 'upstream-error', message: 'the disk is full', retryable: false } };
    }
    return { kind: 'value', value: await body(args, onProgress === undefined ? {} : { onProgress }, signal) };
  };
  return {
    settings: { ...defaultSettings(), port: 0, ...settings, limits: resolveLimits({ ...limits }) },
    log: createLog('debug', { write: (line: string) => logLines.push(line) }),
    version: '0.0.1-test',
    tell: (happening) => void told.push(happening),
    told,
    guard: createGuard({
      limits: resolveLimits({ ...limits }),
      callTool: () => Promise.reject(new Error('not here')),
      tell: () => {},
    }),
    tracing: createTracing({ env: {}, version: '', log: createLog('silent') }),
    owner: localCaller('ann'),
    ...(registry === undefined ? {} : { registry }),
    executed,
    called,
    foreverEntered: entered.promise,
    logLines,
    execute(request, signal) {
      executed.push(request);
      return runPlainly(request, signal, callUpstream);
    },
    async check({ code }) {
      return code.includes('mistake')
        ? [
            {
              line: 1,
              column: code.indexOf('mistake') + 1,
              code: 'TS2304',
              message: "Cannot find name 'mistake'.",
              hint: 'Did you mean "args"?',
            },
          ]
        : [];
    },
    async declarations({ servers = [], tools: chosen, detail }) {
      return `declare const mcp: { ${servers.join('; ')} } // ${detail} ${chosen?.join(',') ?? 'all'}`;
    },
    callUpstream,
    upstreams: {
      names: () => [
        { name: 'broken' },
        { name: 'files', description: 'Files on a scratch folder' },
        { name: 'my.clock', description: 'Tells\nthe time' },
      ],
      async catalog(servers) {
        if (servers.includes('broken'))
          throw new Fault('UPSTREAM_UNAVAILABLE', 'The server "broken" exited with code 3.');
        return catalogOf(servers, [...tools.keys()]);
      },
      onToolsChanged: () => () => {},
      status: () => [
        { name: 'broken', state: 'unavailable', reason: 'It exited with code 3.' },
        { name: 'files', state: 'idle' },
      ],
    },
    health: () => ({
      engine: { ok: engineOk, detail: engineOk ? 'isolated-vm works' : 'no worker starts', ready: 1, busy: 0 },
    }),
  };
}

function toolBodies(onForever: (signal: AbortSignal) => void): ReadonlyMap<string, ToolBody> {
  return new Map<string, ToolBody>([
    ['files.read', ({ path }) => ({ path: path ?? null, text: 'hello' })],
    ['files.fail', () => null],
    ['files.big', () => 'x'.repeat(10_000)],
    [
      'files.forever',
      (_args, _call, signal) => {
        onForever(signal);
        return raceAbort(new Promise<never>(() => {}), signal);
      },
    ],
    ['my.clock.now', () => 12],
    [
      'my.clock.tick',
      (_args, { onProgress }) => {
        for (const progress of [1, 2, 2, 1, 5]) onProgress?.({ progress, total: 5, message: `tick ${progress}` });
        return 'ticked';
      },
    ],
  ]);
}

function catalogOf(servers: readonly string[], tools: readonly string[]): Catalog {
  const of = (name: string): CatalogServer => ({
    name,
    identifier: name.replace('.', '_'),
    tools: tools
      .filter((tool) => tool.startsWith(`${name}.`))
      .map((tool) => tool.slice(name.length + 1))
      .map((tool) => ({ server: name, name: tool, identifier: tool, inputSchema: { type: 'object' } })),
    dropped: name === 'files' ? [{ name: 'bad\u001b[31mtool', reason: 'Its inputSchema is no object.' }] : [],
  });
  return { servers: servers.map(of), hash: servers.join() };
}

async function runPlainly(
  { code, args, caller = localCaller('ann'), onProgress }: ProgramRequest,
  signal: AbortSignal,
  callUpstream: ServerParts['callUpstream'],
): Promise<Outcome> {
  const toolCalls: ToolCallRecord[] = [];
  const call = async (server: string, tool: string, toolArgs: JsonObject = {}): Promise<Json> => {
    const reply = await callUpstream(
      { server, tool, args: toolArgs, caller, ...(onProgress ? { onProgress } : {}) },
      signal,
    );
    toolCalls.push({
      server,
      tool,
      ms: 1,
      ok: reply.kind === 'value',
      ...(reply.kind === 'failure' ? { code: reply.failure.code } : {}),
    });
    if (reply.kind === 'failure') throw new Error(reply.failure.message);
    return reply.value;
  };
  const ended = (end: Pick<Outcome, 'kind'> & Partial<Outcome>): Outcome => ({
    runId: randomUUID(),
    logs: [],
    toolCalls,
    engine: 'node',
    isolation: 'isolate',
    timings: { connectMs: 0, typecheckMs: 1, bundleMs: 1, startMs: 1, runMs: 1, totalMs: 4 },
    ...end,
  });
  try {
    const program = new Function('call', 'args', `return (async () => { ${code} })()`);
    const result: Json | undefined = await raceAbort(program(call, args), signal);
    return ended({ kind: 'completed', ...(result === undefined ? {} : { result }) });
  } catch (thrown) {
    if (signal.aborted) {
      if (signal.reason instanceof Fault) throw signal.reason;
      return ended({ kind: 'cancelled', error: { name: 'Cancelled', message: 'The client cancelled the request.' } });
    }
    if (!(thrown instanceof Error)) throw thrown;
    if (thrown.message === 'unexpected') throw new TypeError('secret detail at /home/somebody/file.ts:3');
    return ended({ kind: 'program-threw', error: { name: thrown.name, message: thrown.message, line: 1, column: 1 } });
  }
}
