import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { resolveLimits } from '../../../../src/base/limits.ts';
import { createLog } from '../../../../src/base/log.ts';
import type { Catalog } from '../../../../src/base/tool.ts';
import type { Engine } from '../../../../src/engine/engine.ts';
import { createIsolateEngine } from '../../../../src/engine/isolate/isolate-engine.ts';
import type { CallTool } from '../../../../src/run/call-tool.ts';

const runtimeDir = fileURLToPath(new URL('../../../../dist/sandbox-runtime/', import.meta.url));
const log = createLog('silent');
const limits = resolveLimits();
const signal = new AbortController().signal;
const tool = { server: 's', name: 'wait', identifier: 'wait', inputSchema: { type: 'object' } };
const catalog: Catalog = { servers: [{ name: 's', identifier: 's', tools: [tool], dropped: [] }], hash: 'h' };
const isLinux = process.platform === 'linux';
const engines: Engine[] = [];

function createEngine(): Engine {
  const engine = createIsolateEngine({ runtimeDir, limits, log, path: process.env.PATH });
  engines.push(engine);
  return engine;
}

function run(
  engine: Engine,
  body: string,
  callTool: CallTool = async () => ({ kind: 'value', value: 1 }),
  workspace = 'w',
) {
  const job = { runId: 'r', workspace, code: `(async () => { ${body} })`, argsText: '{}', catalog, limits };
  return engine.run(job, callTool, signal);
}

/** Processes that this one has started and that run workers. */
function workerPids(): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return Number(parent) === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('isolate-worker');
    } catch {
      return false;
    }
  });
}

afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});

describe('workers', () => {
  it.runIf(isLinux)(
    'have an empty environment, a bound on their data, and leave to read the runtime alone',
    async () => {
      const engine = createEngine();
      const seen = Promise.withResolvers<readonly number[]>();
      const running = run(engine, 'return mcp.s.wait()', async () => {
        seen.resolve(workerPids());
        return { kind: 'value', value: 1 };
      });
      const pids = await seen.promise;
      await running;
      expect(pids.length).toBeGreaterThan(0);
      const bounds = pids.map((pid) => {
        expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).toBe('');
        return /^Max data size\s+(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1];
      });
      expect(bounds.some((bound) => Number(bound) > 0)).toBe(true);
      const command = readFileSync(`/proc/${pids[0]}/cmdline`, 'utf8').split('\0');
      expect(command).toContain('--permission');
      expect(command.filter((word) => word.startsWith('--allow')).sort()).toEqual([
        '--allow-addons',
        expect.stringMatching(/^--allow-fs-read=.*sandbox-runtime\/$/),
        expect.stringMatching(/^--allow-fs-read=.*isolated-vm/),
      ]);
    },
  );

  it.runIf(isLinux)('are bounded by the system from the first on, which is kept for the next run', async () => {
    const engine = createEngine();
    const seen: (readonly number[])[] = [];
    const look: CallTool = async () => {
      seen.push(workerPids());
      return { kind: 'value', value: 1 };
    };
    await run(engine, 'return mcp.s.wait()', look);
    const first = seen[0]?.at(0) ?? 0;
    expect(readFileSync(`/proc/${first}/limits`, 'utf8')).toMatch(/^Max data size\s+(\d+)\s+\1 /m);
    await run(engine, 'return mcp.s.wait()', look);
    expect(seen[1]).toContain(first);
  });

  it.runIf(isLinux)('are gone when the engine is closed, whatever they were doing', async () => {
    const engine = createEngine();
    const started = Promise.withResolvers<void>();
    const spinning = run(engine, 'await mcp.s.wait(); for (;;);', async () => {
      started.resolve();
      return { kind: 'value', value: 1 };
    });
    const ended = expect(spinning).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await started.promise;
    await engine.close();
    await ended;
    expect(workerPids()).toEqual([]);
  });

  it.runIf(isLinux)('are replaced when they are killed: a run before its first tool call does not notice', async () => {
    const engine = createEngine();
    await run(engine, 'return 1');
    await run(engine, 'return 1');
    for (const pid of workerPids()) process.kill(pid, 'SIGKILL');
    expect((await run(engine, 'return 2')).end).toEqual({ kind: 'completed', result: 2 });
  });

  it.runIf(isLinux)('that are killed after a tool call lose their run: it is not made twice', async () => {
    const engine = createEngine();
    let calls = 0;
    const lost = run(engine, 'await mcp.s.wait(); return 1', () => {
      calls += 1;
      for (const pid of workerPids()) process.kill(pid, 'SIGKILL');
      return new Promise(() => {});
    });
    await expect(lost).rejects.toMatchObject({ code: 'SANDBOX_LOST', retryable: true });
    expect(calls).toBe(1);
    expect((await run(engine, 'return 3')).end).toEqual({ kind: 'completed', result: 3 });
  });

  it.runIf(isLinux)('that stand still are ended at the deadline', async () => {
    const engine = createEngine();
    await run(engine, 'return 1');
    const job = { runId: 'r', workspace: 'w', argsText: '{}', catalog, limits: { ...limits, wallMs: 300 } };
    const stopped = engine.run(
      { ...job, code: '(async () => { await mcp.s.wait(); })' },
      async () => {
        for (const pid of workerPids()) process.kill(pid, 'SIGSTOP');
        return { kind: 'value', value: 1 };
      },
      signal,
    );
    expect((await stopped).end).toMatchObject({ kind: 'limit-exceeded', limit: 'wallMs' });
  });
});

describe('placement', () => {
  /** Starts as many runs as asked, lets each wait in a tool until all have got there, and says how they ended. */
  async function waitTogether(engine: Engine, workspaces: readonly string[]) {
    const all = Promise.withResolvers<void>();
    let waiting = 0;
    const callTool: CallTool = async () => {
      waiting += 1;
      if (waiting === workspaces.length) all.resolve();
      await all.promise;
      return { kind: 'value', value: process.pid };
    };
    return Promise.all(workspaces.map((workspace) => run(engine, 'return mcp.s.wait()', callTool, workspace)));
  }

  it('packs runs of one workspace that would have to wait, so that many wait for tools at once', async () => {
    const reports = await waitTogether(
      createEngine(),
      Array.from({ length: 60 }, () => 'w'),
    );
    expect(reports.every(({ end }) => end.kind === 'completed')).toBe(true);
  });

  it('gives two workspaces processes of their own, also one after the other', async () => {
    const engine = createEngine();
    const seen = new Map<string, Set<number>>([
      ['a', new Set()],
      ['b', new Set()],
    ]);
    const ticksOf = (pid: number) => Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[11]);
    const ticks = () => new Map(workerPids().map((pid) => [pid, ticksOf(pid)]));
    if (!isLinux) return;
    for (const workspace of ['a', 'b', 'a', 'b']) {
      // Between its two calls the program spins: the worker that has it is the one whose
      // processor time grows most; one that starts meanwhile uses a fraction of that.
      const spin =
        'await mcp.s.wait(); const until = Date.now() + 400; while (Date.now() < until); await mcp.s.wait();';
      const looks: ReadonlyMap<number, number>[] = [];
      const look: CallTool = async () => {
        looks.push(ticks());
        return { kind: 'value', value: 1 };
      };
      await run(engine, spin, look, workspace);
      const [before, after] = looks;
      const grown = [...(after ?? [])].map(([pid, now]) => [pid, now - (before?.get(pid) ?? now)] as const);
      seen.get(workspace)?.add(grown.toSorted((x, y) => y[1] - x[1])[0]?.[0] ?? 0);
    }
    const [a, b] = [seen.get('a') ?? new Set(), seen.get('b') ?? new Set()];
    expect([...a].filter((pid) => b.has(pid))).toEqual([]);
  });

  it('tells how it stands', async () => {
    const engine = createEngine();
    await run(engine, 'return 1');
    expect(engine.health()).toMatchObject({ ok: true, busy: 0 });
  });
});

it('leaves no process behind after all of this', () => {
  if (!isLinux) return;
  expect(workerPids()).toEqual([]);
  expect(execFileSync('ps', ['-o', 'stat=', '--ppid', String(process.pid)], { encoding: 'utf8' })).not.toMatch(/^Z/m);
});
