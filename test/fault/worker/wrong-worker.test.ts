import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { createIsolateEngine } from '../../../src/engine/isolate/isolate-engine.ts';
import { leaveNothing } from '../../attack/fixtures/attacked.ts';
import { CATALOG, callTool, createBench, LIMITS, NEVER, SILENT } from '../../contract/engine/bench.ts';
import { processesOf } from './processes.ts';

const FAKE = readFileSync(new URL('../../fixtures/fake-worker.cjs', import.meta.url), 'utf8');
const REAL = fileURLToPath(new URL('../../../dist/sandbox-runtime/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'codeloom-worker-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(open.splice(0).map((bench) => bench.close()));
});

/** An engine whose worker is a program of ours that goes wrong; without one, the real worker. */
function benchWith(script?: string) {
  if (script !== undefined) writeFileSync(join(folder, 'isolate-worker.cjs'), script);
  const runtimeDir = script === undefined ? REAL : `${folder}/`;
  const bench = createBench(createIsolateEngine({ runtimeDir, limits: LIMITS, log: SILENT, path: process.env.PATH }));
  open.push(bench);
  return bench;
}

/** The worker of the unit tests, which answers every run with these frames, or with its own end. */
function answering(...answer: readonly unknown[]): string {
  const ends = "process.on('exit', () => {}); const segfault = () => process.kill(process.pid, 'SIGSEGV');";
  return `process.argv.splice(2, 2, ${JSON.stringify(JSON.stringify(answer))});${ends}${FAKE.replace('process.abort()', 'segfault()')}`;
}

/** Made without a compiler, whose deadlines would pass with the clock that the test turns. */
const JOB = { runId: 'r', workspace: 'w', code: '(async () => 1)', argsText: '{}', catalog: CATALOG, limits: LIMITS };

const completed = (result: string) => ['{"kind":"completed","run":1,"hasResult":true}', result, '[]'];

describe('a worker that goes wrong', () => {
  leaveNothing();

  it('silent at its start, is given up at its deadline and not waited for by who leaves before', async () => {
    const bench = benchWith('setInterval(() => {}, 1_000)');
    const leave = new AbortController();
    const left = bench.run('return 1', { signal: leave.signal });
    await expect.poll(() => processesOf('worker').length).toBeGreaterThan(0);
    leave.abort();
    expect((await left).end.kind).toBe('cancelled');
    await bench.close();
    expect(processesOf('worker')).toEqual([]);
  });

  it('silent at its start for thirty seconds, makes the engine unavailable, and leaves no process', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const bench = benchWith('setInterval(() => {}, 1_000)');
    const refused = expect(bench.engine.run(JOB, callTool, NEVER)).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
    });
    let isOver = false;
    void refused.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await vi.advanceTimersByTimeAsync(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await refused;
    expect(bench.engine.health()).toMatchObject({ ok: false });
  });

  it.each<[what: string, script: string]>([
    ['ends with 0 at its start', ''],
    ['ends with an error at its start', 'throw new Error("no")'],
    ['says something else than ready', "require('fs').writeSync(4, Buffer.from('GET / HTTP/1.1'))"],
    ['ends by a signal at its start', "process.kill(process.pid, 'SIGSEGV')"],
  ])('%s, makes the engine unavailable at once', async (_what, script) => {
    const bench = benchWith(script);
    await expect(bench.run('return 1')).rejects.toMatchObject({
      code: expect.stringMatching(/ENGINE_UNAVAILABLE|PROTOCOL_VIOLATION/),
    });
    expect(bench.engine.health().ok).toBe(false);
  });

  it('ends with 0 and without a result, loses the run: no result is not a result', async () => {
    await expect(benchWith(answering('exit')).run('return 1')).rejects.toMatchObject({ code: 'SANDBOX_LOST' });
  });

  it('ends by SIGSEGV right after its result, has given it all the same', async () => {
    const bench = benchWith(answering(completed('"kept"'), 'abort'));
    for (let n = 0; n < 3; n += 1) expect(await bench.result('return 1')).toBe('kept');
  });

  it('ends by SIGSEGV in the middle of its result, has given none', async () => {
    const half = { raw: '0000004001' };
    await expect(benchWith(answering(half, 'abort')).run('return 1')).rejects.toMatchObject({ code: 'SANDBOX_LOST' });
  });

  it('is followed by real ones that work', async () => {
    expect(await benchWith().result('return 42')).toBe(42);
  });
});
