import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/base/fault.ts';
import { DrivenRun, value } from './driven-run.ts';

const nested = (levels: number) => '{"a":'.repeat(levels) + 1 + '}'.repeat(levels);

describe('a tool call', () => {
  it('reaches the tool that its positions name, with the arguments and the run it belongs to', () => {
    const driven = new DrivenRun();
    driven.call(1, { path: '/x' }, 0, 1);
    driven.call(2, { sql: 'select' }, 1, 0);
    expect(driven.calls.map(({ call }) => [call.runId, call.tool.server, call.tool.name, call.args])).toEqual([
      ['run-1', 'files', 'write-file', { path: '/x' }],
      ['run-1', 'my-db', 'query', { sql: 'select' }],
    ]);
  });

  it('hands progress to whoever asked for it, and to nobody else', () => {
    const onProgress = () => {};
    const asked = new DrivenRun({ job: { onProgress } });
    const silent = new DrivenRun();
    for (const driven of [asked, silent]) driven.call(1);
    expect(asked.calls[0]?.call.onProgress).toBe(onProgress);
    expect(Object.hasOwn(silent.calls[0]?.call ?? {}, 'onProgress')).toBe(false);
  });

  it('is answered as soon as its own reply is there, in any order', async () => {
    const driven = new DrivenRun();
    for (const id of [1, 2, 3]) driven.call(id);
    for (const at of [2, 0, 1]) {
      driven.calls[at]?.answer.resolve(value({ at }));
      await driven.settled();
    }
    expect(driven.replies).toEqual([
      [3, true, { at: 2 }],
      [1, true, { at: 0 }],
      [2, true, { at: 1 }],
    ]);
  });

  it('hears of a failure as the upstream gave it', async () => {
    const driven = new DrivenRun();
    const failure = { code: 'upstream-error', message: 'no such row', retryable: true, details: { row: 1 } } as const;
    driven.call(1);
    driven.calls[0]?.answer.resolve({ kind: 'failure', failure });
    await driven.settled();
    expect(driven.replies).toEqual([[1, false, failure]]);
  });

  it('hears nothing of ours where the tool room breaks; the log hears it all', async () => {
    const driven = new DrivenRun({
      callTool: () => {
        throw new Error('broken at /home/somebody');
      },
    });
    driven.call(1);
    await driven.settled();
    expect(driven.replies).toEqual([
      [1, false, { code: 'upstream-error', message: 'The call could not be made.', retryable: false }],
    ]);
    expect(driven.logged.join()).toContain('broken at /home/somebody');
  });

  it('hears the one safe sentence of a fault', async () => {
    const callTool = async () => Promise.reject(new Fault('UPSTREAM_UNAVAILABLE', 'The upstream is away.'));
    const driven = new DrivenRun({ callTool });
    driven.call(1);
    await driven.settled();
    expect(driven.replies).toMatchObject([[1, false, { message: 'The upstream is away.' }]]);
  });
});

describe('arguments are refused to the program, and nothing leaves, where they are', () => {
  it.each<[string, string]>([
    ['a list', '[]'],
    ['a text', '"path"'],
    ['null', 'null'],
    ['no JSON', '{'],
    ['nothing', ''],
    ['nested too deep', nested(101)],
    ['nested by the hundred thousand', nested(100_000)],
    ['one byte too long', JSON.stringify({ a: 'ü'.repeat(500_000) }).padEnd(1024 * 1024 + 1)],
  ])('%s', async (_name, text) => {
    const driven = new DrivenRun();
    driven.call(1, text);
    expect(driven.replies).toMatchObject([[1, false, { code: 'invalid-arguments', retryable: false }]]);
    expect(driven.calls).toEqual([]);
    driven.complete();
    const { report } = await driven.run.ending;
    expect(report.toolCalls).toMatchObject([{ ok: false, code: 'invalid-arguments' }]);
  });

  it('but not where they are just within the caps', () => {
    const driven = new DrivenRun({ limits: { argsBytes: 1_000 } });
    driven.call(1, nested(100));
    driven.call(2, '{}'.padEnd(1_000));
    expect(driven.calls).toHaveLength(2);
  });

  it('a key __proto__ stays a key of the arguments', () => {
    const driven = new DrivenRun();
    driven.call(1, '{"__proto__":{"x":1}}');
    expect(Object.keys(driven.calls[0]?.call.args ?? {})).toEqual(['__proto__']);
  });
});

describe('a call that no honest runtime makes is a violation:', () => {
  it.each<[string, number, number, number]>([
    ['an id that was skipped', 2, 0, 0],
    ['an id from before', 0, 0, 0],
    ['a server that was not granted', 1, 2, 0],
    ['a tool that was not granted', 1, 0, 2],
    ['a tool of another server', 1, 1, 1],
    ['a position that is none', 1, 0.5, 0],
    ['a tool at a position that is none', 1, 0, -1],
  ])('%s', (_name, id, server, tool) => {
    const driven = new DrivenRun();
    expect(() => driven.call(id, {}, server, tool)).toThrow(expect.objectContaining({ code: 'PROTOCOL_VIOLATION' }));
    expect(driven.calls).toEqual([]);
  });

  it('the same id twice', () => {
    const driven = new DrivenRun();
    driven.call(1);
    expect(() => driven.call(1)).toThrow(expect.objectContaining({ code: 'PROTOCOL_VIOLATION' }));
    expect(driven.calls).toHaveLength(1);
  });
});

describe('the budget', () => {
  it('is spent on calls that were refused, too, and then each call is told so', async () => {
    const driven = new DrivenRun({ limits: { toolCalls: 2 } });
    driven.call(1, 'no JSON');
    for (const id of [2, 3]) driven.call(id);
    expect(driven.calls).toHaveLength(1);
    const told = { code: 'budget-spent', message: expect.stringContaining('made its 2 tool calls (limit toolCalls)') };
    expect(driven.replies).toMatchObject([
      [1, false, {}],
      [3, false, told],
    ]);
  });

  it('ends a program that goes on calling all the same', async () => {
    const driven = new DrivenRun({ limits: { toolCalls: 1 } });
    for (let id = 1; id <= 101; id++) driven.call(id);
    driven.call(102);
    const { report, isQuiet } = await driven.run.ending;
    expect(report.end).toMatchObject({ kind: 'limit-exceeded', limit: 'toolCalls', value: 1 });
    expect(isQuiet).toBe(false);
    expect(report.toolCalls).toHaveLength(102);
  });
});

describe('calls in flight', () => {
  it('are never more than the limit; the others wait their turn', async () => {
    const driven = new DrivenRun({ limits: { toolCallsInFlight: 2 } });
    for (let id = 1; id <= 5; id++) driven.call(id, { id });
    expect(driven.calls).toHaveLength(2);
    driven.calls[1]?.answer.resolve(value(null));
    await driven.settled();
    expect(driven.calls.map(({ call }) => call.args)).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    for (let at = 0; at < 5; at++) {
      driven.calls[at]?.answer.resolve(value(null));
      await driven.settled();
    }
    expect(driven.replies).toHaveLength(5);
  });

  it('are aborted when the run ends, and those that waited never leave', async () => {
    const driven = new DrivenRun({ limits: { toolCallsInFlight: 1 } });
    for (const id of [1, 2]) driven.call(id);
    driven.run.exceed('wallMs');
    const { report } = await driven.run.ending;
    expect(driven.calls[0]?.signal.aborted).toBe(true);
    driven.calls[0]?.answer.resolve(value('late'));
    await driven.settled();
    expect(driven.calls).toHaveLength(1);
    expect(driven.replies).toEqual([]);
    expect(report.toolCalls).toMatchObject([
      { ok: false, code: 'cancelled' },
      { ok: false, code: 'cancelled' },
    ]);
  });

  it('that fail because the run is over are no error of ours', async () => {
    const callTool = (_call: unknown, signal: AbortSignal) =>
      new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const driven = new DrivenRun({ callTool });
    driven.call(1);
    driven.complete();
    await driven.run.ending;
    await driven.settled();
    expect(driven.logged).toEqual([]);
  });
});

describe('calls that the program did not wait for', () => {
  it('are named with the line that made them, beside the ones that were answered', async () => {
    const driven = new DrivenRun();
    for (const id of [1, 2, 3]) driven.call(id, {}, id === 2 ? 1 : 0);
    driven.calls[0]?.answer.resolve(value(1));
    await driven.settled();
    driven.complete('done', [
      { call: 3, stack: 'at program.js:3:1' },
      { call: 2, stack: 'at program.js:2:1' },
    ]);
    const { report } = await driven.run.ending;
    expect(report.end).toMatchObject({ kind: 'completed', result: 'done' });
    expect(report.unawaited).toEqual([
      { server: 'my-db', tool: 'query', isAborted: true, stack: 'at program.js:2:1' },
      { server: 'files', tool: 'read-file', isAborted: true, stack: 'at program.js:3:1' },
    ]);
    expect(report.toolCalls.map(({ code }) => code)).toEqual([undefined, 'unawaited-tool-call', 'unawaited-tool-call']);
    expect(driven.calls[1]?.signal.aborted).toBe(true);
  });

  it('are those that are open here, and those whose reply the program had not had; one that was never made is none', async () => {
    const driven = new DrivenRun();
    for (const id of [1, 2]) driven.call(id);
    driven.calls[0]?.answer.resolve(value(1));
    await driven.settled();
    driven.complete(null, [
      { call: 1, stack: 'at program.js:1:1' },
      { call: 99, stack: 'never made' },
    ]);
    const { report } = await driven.run.ending;
    expect(report.unawaited).toEqual([
      { server: 'files', tool: 'read-file', isAborted: false, stack: 'at program.js:1:1' },
      { server: 'files', tool: 'read-file', isAborted: true, stack: '' },
    ]);
    expect(report.toolCalls.map(({ ok }) => ok)).toEqual([true, false]);
  });

  it('are only cancelled where the program did not return', async () => {
    const driven = new DrivenRun();
    driven.call(1);
    driven.say({ kind: 'threw' }, '{"name":"Error","message":"","stack":""}');
    const { report } = await driven.run.ending;
    expect(report.unawaited).toEqual([]);
    expect(report.toolCalls).toMatchObject([{ server: 'files', tool: 'read-file', ok: false, code: 'cancelled' }]);
  });
});
