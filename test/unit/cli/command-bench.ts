/** What the tests of the commands stand on: a terminal that remembers, and a Codeloom whose parts a test chooses. */
import { localCaller } from '../../../src/base/gate/caller.ts';
import { resolveLimits } from '../../../src/base/limits.ts';
import { createLog } from '../../../src/base/log.ts';
import type { CatalogServer } from '../../../src/base/tool.ts';
import { plain, type Terminal } from '../../../src/cli/terminal.ts';
import { defaultSettings } from '../../../src/config/assemble-settings.ts';
import { createGuard } from '../../../src/guard/guard.ts';
import type { Codeloom } from '../../../src/main.ts';
import type { Outcome } from '../../../src/program/outcome.ts';
import { createTracing } from '../../../src/telemetry/tracing/tracing.ts';

export interface RememberingTerminal extends Terminal {
  readonly out: string[];
  readonly err: string[];
}

export function createRememberingTerminal(stdin = ''): RememberingTerminal {
  const [out, err]: [string[], string[]] = [[], []];
  return {
    out,
    err,
    print: (text) => void out.push(text),
    tell: (text) => void err.push(text),
    readStdin: async () => stdin,
    paint: plain,
  };
}

/** An outcome of which a test says only what matters to it. */
export function outcomeOf(given: Partial<Outcome>): Outcome {
  return {
    kind: 'completed',
    runId: 'run-1',
    logs: [],
    toolCalls: [],
    engine: 'node',
    isolation: 'isolate',
    timings: { connectMs: 5, typecheckMs: 1, bundleMs: 2, startMs: 3, runMs: 4, totalMs: 10 },
    ...given,
  };
}

export function serverOf(name: string, given: Partial<CatalogServer> = {}): CatalogServer {
  return { name, identifier: name, tools: [], dropped: [], ...given };
}

/** Upstreams of which a test says only what matters to it: none, unless it says so. */
export function upstreamsOf(given: Partial<Codeloom['upstreams']>): Codeloom['upstreams'] {
  return {
    names: () => [],
    catalog: async () => ({ servers: [], hash: '' }),
    onToolsChanged: () => () => {},
    status: () => [],
    ...given,
  };
}

/** A Codeloom without upstreams that completes every program; `parts` replace any of it. */
export function createCodeloom(parts: Partial<Codeloom> = {}): Codeloom {
  return {
    settings: defaultSettings({ logLevel: 'silent' }),
    log: createLog('silent'),
    version: '0.0.0',
    tell: () => {},
    guard: createGuard({
      limits: resolveLimits(),
      callTool: async () => ({ kind: 'value', value: null }),
      tell: () => {},
    }),
    tracing: createTracing({ env: {}, version: '', log: createLog('silent') }),
    owner: localCaller(),
    upstreams: upstreamsOf({}),
    execute: async () => outcomeOf({ result: 42 }),
    check: async () => [],
    declarations: async () => '',
    callUpstream: async () => ({ kind: 'value', value: null }),
    health: () => ({ engine: { ok: true, detail: 'One worker is ready.', ready: 1, busy: 0 } }),
    serve: async () => ({ closed: Promise.resolve(), close: async () => {} }),
    close: async () => {},
    ...parts,
  };
}

export const NEVER = new AbortController().signal;
