/**
 * D 82, 87: a worker that sends more than anybody reads, reads nothing of what it is sent, talks when its run is over, or
 * leaves a child behind that holds its pipes. What bounds each in docker is in test/fault/docker/hostile-program.test.ts.
 */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { resolveLimits } from '../../../src/base/limits.ts';
import { createLog } from '../../../src/base/log.ts';
import { EMPTY_CATALOG } from '../../../src/base/tool.ts';
import { WorkerProcess } from '../../../src/engine/isolate/worker-process.ts';
import { leaveNothing, processesOf, readProc, UNABORTED } from '../fixtures/attacked.ts';
import { describeCompromised } from './compromised-worker.ts';

const MB = 1024 * 1024;
const LEAVES_CHILD = fileURLToPath(new URL('../fixtures/leaves-child.cjs', import.meta.url));

/** How much the memory of this process grew at most while `work` was under way. */
async function growth(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss();
  let most = before;
  const look = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 20);
  await work().finally(() => clearInterval(look));
  return most - before;
}

/** True once the process is gone or is only waited for. */
const isDead = (pid: number) => !/^State:\s+[^ZX]/m.test(readProc(pid, 'status'));

describeCompromised(
  'a worker that has been taken over',
  ({ run, result }) => {
    it('82: sends log lines faster than anybody reads: the limit ends it, and little is kept of them', async () => {
      const flood = `const line = w.frame(JSON.stringify({ kind: 'log', run: w.run, level: 'log', atMs: 0 }), 'x'.repeat(60_000)); for (;;) w.raw(line)`;
      let bytes = 0;
      const grown = await growth(async () => {
        const outcome = await run(flood, { timeoutMs: 1_500 });
        bytes = (outcome.truncated?.logLines ?? 0) * 60_000;
        expect(outcome.kind).toBe('limit-exceeded');
        expect(outcome.logs.length).toBeLessThanOrEqual(1);
        expect(outcome.truncated?.logLines).toBeGreaterThan(0);
      });
      // What was read and is garbage may not have been collected yet: some 160 MB of the gigabytes that came.
      expect(grown).toBeLessThan(Math.max(220 * MB, bytes / 2));
    });

    it('82: makes calls and reads none of the replies: it is ended before they fill our memory', async () => {
      const deaf = `w.input.pause(); for (let id = 1; id <= 500; id++) w.call(id, '{}', 0); w.input.pause(); setInterval(() => {}, 1e3)`;
      const lost = run(deaf, { timeoutMs: 20_000 });
      await expect(lost).rejects.toMatchObject({
        code: 'SANDBOX_LOST',
        message: expect.stringMatching(/without taking their replies/),
      });
    });

    it.each([
      [
        'about the run that is over',
        `w.frame(JSON.stringify({ kind: 'log', run: w.run, level: 'log', atMs: 0 }), 'x')`,
      ],
      ['that it is ready', `w.frame('{"kind":"ready","version":1}')`],
    ])('82: talks on and on %s, when it has none: it is ended', async (_what, frame) => {
      const pid = (await result(
        `w.done(process.pid); w.ready(); const more = ${frame}; for (;;) w.raw(more)`,
      )) as number;
      await vi.waitFor(() => expect(isDead(pid)).toBe(true), { timeout: 10_000 });
    });

    it('82: fills its stderr without end: it is ended', async () => {
      const pid = (await result(
        `w.done(process.pid); w.ready(); const more = Buffer.alloc(60_000, 'x'); for (;;) w.require('node:fs').writeSync(2, more)`,
      )) as number;
      await vi.waitFor(() => expect(isDead(pid)).toBe(true), { timeout: 10_000 });
    });
  },
  // What may wait to be read is counted in results: ten megabytes here, which 500 results of 50,000 bytes go beyond.
  { toolResultBytes: 64 * 1024 },
);

describe('a worker outside of every wall', () => {
  leaveNothing();

  it('87: leaves a child that holds its pipes: that neither delays the end of the run nor outlives it', async () => {
    const marker = randomUUID();
    const log = createLog('silent');
    const worker = new WorkerProcess({
      command: { file: process.execPath, args: [LEAVES_CHILD, marker] },
      maxFrameBytes: MB,
      maxUnreadBytes: MB,
      isBounded: false,
      log,
      onGone: () => {},
    });
    await worker.start();
    const limits = { ...resolveLimits(), wallMs: 25_000 };
    const job = { runId: 'r', workspace: 'w', code: '', argsText: '{}', catalog: EMPTY_CATALOG, limits };
    const callTool = async () => ({ kind: 'value', value: null }) as const;
    const run = worker.carry({ job, packed: false, callTool, signal: UNABORTED, log, askedMs: performance.now() });
    await expect(run.ending).rejects.toMatchObject({ code: 'SANDBOX_LOST' });
    await worker.gone;
    await vi.waitFor(() => expect(processesOf(marker)).toEqual([]), { timeout: 5_000 });
  });
});
