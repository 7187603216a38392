/**
 * Codeloom without its MCP face, composed as src/main.ts composes it: spine, compiler, bundler, node engine. Tools live
 * in this process or in real upstreams. Used by the cases; the product's own composition has no place for the former.
 */
import { fileURLToPath } from 'node:url';
import type { UpstreamConfig } from '../../src/base/config.ts';
import { type LimitOverrides, resolveLimits } from '../../src/base/limits.ts';
import { createLog } from '../../src/base/log.ts';
import { type Catalog, EMPTY_CATALOG } from '../../src/base/tool.ts';
import { type Bundler, createBundler } from '../../src/compile/bundle.ts';
import { createTypechecker, type Typechecker } from '../../src/compile/typescript/typecheck.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { createIsolateEngine } from '../../src/engine/isolate/isolate-engine.ts';
import { executeProgram } from '../../src/execute-program.ts';
import { createGuard } from '../../src/guard/guard.ts';
import type { Outcome } from '../../src/program/outcome.ts';
import type { ProgramRequest } from '../../src/program/program-request.ts';
import { createReadScope } from '../../src/program/program-scope.ts';
import type { CallTool } from '../../src/run/call-tool.ts';
import { createTracing } from '../../src/telemetry/tracing/tracing.ts';
import { createUpstreams } from '../../src/upstream/upstreams.ts';

const RUNTIME_DIR = fileURLToPath(new URL('../../dist/sandbox-runtime/', import.meta.url));

export interface HouseOptions {
  readonly limits?: LimitOverrides;
  /** What the tools of `catalog` do. */
  readonly callTool?: CallTool;
  readonly catalog?: Catalog;
  /** Real upstreams in place of `catalog` and `callTool`. */
  readonly upstreams?: readonly UpstreamConfig[];
  /** Told of every tool call as it arrives from a sandbox. */
  readonly onCall?: () => void;
}

export interface House {
  readonly engine: Engine;
  readonly typechecker: Typechecker;
  readonly bundler: Bundler;
  /** Rejects where the run came to anything but `completed`. */
  run(code: string, more?: Partial<ProgramRequest>): Promise<Outcome>;
  /** The same, whatever it comes to. */
  outcomeOf(code: string, more?: Partial<ProgramRequest>): Promise<Outcome>;
  /** Resolves when the engine has as many isolates ready as it keeps. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export function openHouse({
  callTool,
  catalog = EMPTY_CATALOG,
  upstreams: configs,
  onCall,
  ...rest
}: HouseOptions = {}): House {
  const limits = resolveLimits(rest.limits);
  const log = createLog('silent');
  const upstreams = createUpstreams(configs ?? [], { limits, log });
  const inMemory = {
    names: () => catalog.servers.map(({ name }) => ({ name, isConnected: true })),
    catalog: async () => catalog,
  };
  const engine = createIsolateEngine({ runtimeDir: RUNTIME_DIR, limits, log, path: process.env.PATH });
  const [typechecker, bundler] = [createTypechecker({ limits, log }), createBundler({ limits, log })];
  const parts = {
    limits,
    readScope: createReadScope(configs === undefined ? inMemory : upstreams),
    typechecker,
    bundler,
    packages: { open: async () => undefined },
    guard: createGuard({
      limits,
      callTool: withListener(configs === undefined ? (callTool ?? refuse) : upstreams.callTool, onCall),
      tell: () => {},
    }),
    tell: () => {},
    tracing: createTracing({ env: {}, version: '', log }),
    chooseEngine: async () => engine,
    docker: () => 'off' as const,
  };
  const { signal } = new AbortController();
  const outcomeOf = (code: string, more?: Partial<ProgramRequest>) =>
    executeProgram(parts, { code, workspace: 'bench', ...more }, signal);
  return {
    engine,
    typechecker,
    bundler,
    run: async (code, more) => {
      const outcome = await outcomeOf(code, more);
      if (outcome.kind === 'completed') return outcome;
      const { message } = outcome.error ?? outcome.diagnostics?.[0] ?? { message: '' };
      throw new Error(`A program that should complete came to ${outcome.kind}: ${message}`);
    },
    outcomeOf,
    settle: () => settle(engine),
    close: async () => {
      await Promise.all([engine.close(), typechecker.close(), bundler.close(), upstreams.close()]);
    },
  };
}

function withListener(callTool: CallTool, onCall?: () => void): CallTool {
  if (onCall === undefined) return callTool;
  return (call, signal) => {
    onCall();
    return callTool(call, signal);
  };
}

const refuse: CallTool = async ({ tool }) => {
  throw new Error(`Nobody implements ${tool.name}.`);
};

/** Polled, because an engine tells nobody when a sandbox has become ready. */
async function settle(engine: Engine): Promise<void> {
  while (engine.health().ready < 2) await new Promise((resolve) => setTimeout(resolve, 1));
}
