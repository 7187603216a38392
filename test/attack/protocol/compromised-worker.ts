/**
 * The node engine with a worker that has been taken over (compromised/isolate-worker.cjs) behind the real spine, the
 * real gate and a real upstream: what an attack says to the host goes the way of every run.
 */
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { type LimitOverrides, resolveLimits } from '../../../src/base/limits.ts';
import { createLog } from '../../../src/base/log.ts';
import { createBundler } from '../../../src/compile/bundle.ts';
import { createTypechecker } from '../../../src/compile/typescript/typecheck.ts';
import { createIsolateEngine } from '../../../src/engine/isolate/isolate-engine.ts';
import { type ExecutorParts, executeProgram } from '../../../src/execute-program.ts';
import { createGuard } from '../../../src/guard/guard.ts';
import type { Outcome } from '../../../src/program/outcome.ts';
import type { ProgramRequest } from '../../../src/program/program-request.ts';
import { createReadScope } from '../../../src/program/program-scope.ts';
import { createTracing } from '../../../src/telemetry/tracing/tracing.ts';
import { createUpstreams, type Upstreams } from '../../../src/upstream/upstreams.ts';
import { leaveNothing, resultOf, scripted, UNABORTED } from '../fixtures/attacked.ts';

const RUNTIME_DIR = fileURLToPath(new URL('./compromised/', import.meta.url));
/** The tools that an attack may call, by their places: 0 `big`, 1 `echo`, 2 `heard`. */
const BIG = { content: [{ type: 'text', text: 'x'.repeat(50_000) }] };

export interface CompromisedWorker {
  /** Runs `attack` in the worker, as code with `w` in scope. */
  run(attack: string, more?: Partial<ProgramRequest>): Promise<Outcome>;
  result(attack: string): Promise<unknown>;
  heard(): Promise<readonly string[]>;
}

export function describeCompromised(
  title: string,
  body: (worker: CompromisedWorker) => void,
  limits: LimitOverrides = {},
): void {
  describe(title, () => {
    leaveNothing();
    let built: { parts: ExecutorParts; upstreams: Upstreams; close(): Promise<void> } | undefined;
    beforeAll(() => {
      built = build(limits);
    });
    afterAll(() => built?.close());
    const run: CompromisedWorker['run'] = (attack, more = {}) => {
      if (built === undefined) throw new Error('The suite has not begun.');
      const request = { code: 'return 1', servers: ['kit'], workspace: 'attacker', typecheck: false, ...more };
      return executeProgram(built.parts, { ...request, args: { attack } }, UNABORTED);
    };
    const result = async (attack: string) => resultOf(await run(attack));
    const heard = async () => {
      const ask = `w.onReply = ({ value }) => { w.done(value.heard); w.ready() }; w.call(1, '{}', 2)`;
      return (await result(ask)) as readonly string[];
    };
    afterEach(async () => expect(await result('w.done("honest"); w.ready()')).toBe('honest'));
    body({ run, result, heard });
  });
}

function build(overrides: LimitOverrides) {
  const limits = resolveLimits({ ...overrides });
  const log = createLog('silent');
  const kit = { name: 'kit', transport: scripted(['echo', 'big'], { big: BIG }) };
  const upstreams = createUpstreams([kit], { limits, log });
  const engine = createIsolateEngine({ runtimeDir: RUNTIME_DIR, limits, log, path: process.env.PATH });
  const typechecker = createTypechecker({ limits, log });
  const bundler = createBundler({ limits, log });
  const parts: ExecutorParts = {
    limits,
    readScope: createReadScope(upstreams),
    typechecker,
    bundler,
    packages: { open: async () => undefined },
    guard: createGuard({ limits, callTool: upstreams.callTool, tell: () => {} }),
    tell: () => {},
    tracing: createTracing({ env: {}, version: '', log }),
    chooseEngine: async () => engine,
    docker: () => 'off' as const,
  };
  const close = async () => {
    await Promise.all([engine.close(), typechecker.close(), bundler.close(), upstreams.close()]);
  };
  return { parts, upstreams, close };
}
