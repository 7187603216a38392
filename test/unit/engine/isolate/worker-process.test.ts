import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { resolveLimits } from '../../../../src/base/limits.ts';
import { createLog } from '../../../../src/base/log.ts';
import type { Catalog } from '../../../../src/base/tool.ts';
import { WorkerProcess } from '../../../../src/engine/isolate/worker-process.ts';
import type { CallTool } from '../../../../src/run/call-tool.ts';

const FAKE_WORKER = fileURLToPath(new URL('../../../fixtures/fake-worker.cjs', import.meta.url));
const log = createLog('silent');
const signal = new AbortController().signal;
const tool = { server: 's', name: 't', identifier: 't', inputSchema: { type: 'object' } };
const catalog: Catalog = { servers: [{ name: 's', identifier: 's', tools: [tool], dropped: [] }], hash: 'h' };
const workers: WorkerProcess[] = [];

/** A worker process that answers a run with these frames, raw bytes, or its own end. */
async function startFake(answer: readonly unknown[], ready = 'ready'): Promise<WorkerProcess> {
  const worker = new WorkerProcess({
    command: { file: process.execPath, args: [FAKE_WORKER, JSON.stringify(answer), ready] },
    maxFrameBytes: 100_000,
    maxUnreadBytes: 100_000,
    isBounded: false,
    log,
    onGone: () => {},
  });
  workers.push(worker);
  await worker.start();
  return worker;
}

function carry(worker: WorkerProcess, callTool: CallTool = async () => ({ kind: 'value', value: null })) {
  const limits = { ...resolveLimits(), wallMs: 5_000 };
  const job = { runId: 'r', workspace: 'w', code: '', argsText: '{}', catalog, limits };
  return worker.carry({ job, packed: false, callTool, signal, log, askedMs: performance.now() });
}

afterEach(async () => {
  for (const worker of workers) worker.kill();
  await Promise.all(workers.splice(0).map((worker) => worker.gone));
});

const completed = (result: string, run = 1) => [
  JSON.stringify({ kind: 'completed', run, hasResult: true }),
  result,
  '[]',
];

describe('a worker that behaves', () => {
  it('is ready, carries a run to its end, and dies when it is killed', async () => {
    const worker = await startFake([completed('{"a":1}')]);
    const { report, isQuiet } = await carry(worker).ending;
    expect([report.end, isQuiet]).toEqual([{ kind: 'completed', result: { a: 1 } }, true]);
    expect([worker.made, worker.mostCarried, worker.isGone]).toEqual([1, 1, false]);
    worker.kill();
    await worker.gone;
    expect(worker.isGone).toBe(true);
    expect(await worker.becomesReady()).toBe(false);
  });
});

describe('a worker that has been taken over', () => {
  const call = (id: number, server: number, at: number) => [
    JSON.stringify({ kind: 'call', run: 1, call: id, server, tool: at }),
    '{}',
  ];
  it.each<[string, readonly unknown[]]>([
    ['sends a frame that is too long', [{ raw: '7fffffff00' }]],
    ['sends an empty frame', [{ raw: '00000000' }]],
    ['sends parts that are longer than their frame', [{ raw: '0000000501ffffffff' }]],
    ['sends no JSON', [['{']]],
    ['sends an unknown kind', [['{"kind":"obey","run":1}']]],
    ['speaks of a run that was never given', [completed('1', 2)]],
    ['speaks of run 0', [completed('1', 0)]],
    ['returns a result that is no JSON', [completed('{')]],
    ['calls a tool that was not granted', [call(1, 0, 1)]],
    ['calls a server that was not granted', [call(1, 1, 0)]],
    ['calls a tool twice under one id', [call(1, 0, 0), call(1, 0, 0)]],
    ['says that it is ready in another version', [['{"kind":"ready","version":99}']]],
    [
      'claims pending calls that were never made',
      [['{"kind":"completed","run":1,"hasResult":false}', '', '[{"call":7,"stack":""}]']],
    ],
  ])('is ended when it %s', async (_what, answer) => {
    const worker = await startFake(answer);
    await expect(carry(worker).ending).rejects.toMatchObject({ code: 'PROTOCOL_VIOLATION' });
    await worker.gone;
  });

  it('may say more about a run that is over, and nobody listens', async () => {
    const worker = await startFake([
      completed('1'),
      completed('2'),
      ['{"kind":"log","run":1,"level":"log","atMs":1}', 'x'],
    ]);
    const run = carry(worker);
    const { report, isQuiet } = await run.ending;
    worker.leave(run, isQuiet);
    expect(report).toMatchObject({ end: { result: 1 }, logs: [] });
    expect(worker.isGone).toBe(false);
  });
});

describe('a worker that is lost', () => {
  it('loses its run with a fault that may be repeated, before the first tool call', async () => {
    for (const end of ['exit', 'abort']) {
      const worker = await startFake([end]);
      const run = carry(worker);
      await expect(run.ending).rejects.toMatchObject({ code: 'SANDBOX_LOST' });
      expect(run.isRepeatable).toBe(true);
    }
  });

  it('loses it with one that may not, after a tool call', async () => {
    const worker = await startFake([
      [JSON.stringify({ kind: 'call', run: 1, call: 1, server: 0, tool: 0 }), '{}'],
      'exit',
    ]);
    const run = carry(worker);
    await expect(run.ending).rejects.toMatchObject({ code: 'SANDBOX_LOST' });
    expect(run.isRepeatable).toBe(false);
  });

  it('has not lost a result that it sent before it died', async () => {
    const worker = await startFake([completed('"kept"'), 'abort']);
    const { report } = await carry(worker).ending;
    expect(report.end).toEqual({ kind: 'completed', result: 'kept' });
    await worker.gone;
  });

  it('cannot be started where it says something else than ready', async () => {
    await expect(startFake([], '{"kind":"threw","run":1}')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });

  it('cannot be started where there is no such program', async () => {
    const command = { file: '/nowhere/node', args: [] };
    const worker = new WorkerProcess({
      command,
      maxFrameBytes: 1_000,
      maxUnreadBytes: 1_000,
      isBounded: false,
      log,
      onGone: () => {},
    });
    await expect(worker.start()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });

  it('loses what it is given once it is gone', async () => {
    const worker = await startFake([]);
    worker.kill();
    await worker.gone;
    await expect(carry(worker).ending).rejects.toMatchObject({ code: 'SANDBOX_LOST' });
  });
});
