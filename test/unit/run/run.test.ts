import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../../../sandbox-runtime/protocol.ts';
import { Fault } from '../../../src/base/fault.ts';
import { neverStarted } from '../../../src/run/run.ts';
import { CATALOG, DrivenRun, RUN, value } from './driven-run.ts';

const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

async function endOf(driven: DrivenRun) {
  const { report, isQuiet } = await driven.run.ending;
  return { ...report.end, isQuiet };
}

describe('a run begins', () => {
  it('by sending the job with its limits, its arguments and its grant', () => {
    const { sent } = new DrivenRun({ limits: { heapMb: 64 } });
    expect(sent).toHaveLength(1);
    expect(sent[0]?.header).toMatchObject({
      kind: 'run',
      run: RUN,
      packed: false,
      limits: { heapMb: 64, cpuMs: 10_000 },
    });
    const [code, args, grant] = sent[0]?.payloads ?? [];
    expect([code, args]).toEqual(['program', '{"a":1}']);
    expect((JSON.parse(grant ?? '') as string[][]).map(([identifier]) => identifier)).toEqual(['files', 'my_db']);
  });
});

describe('a run ends', () => {
  it.each([null, 0, '', false, [], { a: [1] }])('completed with the result %j', async (result) => {
    const driven = new DrivenRun();
    driven.complete(result);
    expect(await endOf(driven)).toEqual({ kind: 'completed', result, isQuiet: true });
  });

  it('completed without a result where the program returned undefined', async () => {
    const driven = new DrivenRun();
    driven.complete();
    const end = await endOf(driven);
    expect(end).toEqual({ kind: 'completed', isQuiet: true });
    expect(Object.hasOwn(end, 'result')).toBe(false);
  });

  it('with what the program threw', async () => {
    const driven = new DrivenRun();
    const error = { name: 'TypeError', message: 'no', stack: 'TypeError: no' };
    driven.say({ kind: 'threw' }, JSON.stringify(error));
    expect(await endOf(driven)).toEqual({ kind: 'program-threw', error, isQuiet: true });
  });

  it.each(['heapMb', 'cpuMs', 'resultBytes'] as const)('at the limit %s where the sandbox says so', async (limit) => {
    const driven = new DrivenRun({ limits: { [limit]: 1_000 } });
    driven.say({ kind: 'limit', limit, needed: 2_000 } as never);
    expect(await endOf(driven)).toMatchObject({ kind: 'limit-exceeded', limit, value: 1_000, isQuiet: true });
  });

  it('at its deadline, and then the sandbox has to be stopped by force', async () => {
    const driven = new DrivenRun({ limits: { wallMs: 5 } });
    expect(await endOf(driven)).toMatchObject({ kind: 'limit-exceeded', limit: 'wallMs', value: 5, isQuiet: false });
  });

  it('where its signal aborts, with the words of a fault and with ours for anything else', async () => {
    const client = new AbortController();
    const cancelled = new DrivenRun({ signal: client.signal });
    client.abort(new Error('/a/path of the host'));
    expect(await endOf(cancelled)).toEqual({
      kind: 'cancelled',
      message: 'The request was cancelled.',
      isQuiet: false,
    });
    const signal = AbortSignal.abort(new Fault('SHUTTING_DOWN', 'Codeloom is shutting down.'));
    expect(await endOf(new DrivenRun({ signal }))).toMatchObject({ message: 'Codeloom is shutting down.' });
  });

  it('once: what comes later changes nothing and is no violation', async () => {
    const client = new AbortController();
    const driven = new DrivenRun({ signal: client.signal });
    driven.complete('first');
    driven.complete('second');
    driven.say({ kind: 'threw' }, 'not even JSON');
    driven.call(1);
    driven.run.exceed('heapMb');
    driven.run.fail(new Fault('SANDBOX_LOST', 'gone'));
    client.abort();
    expect(await endOf(driven)).toEqual({ kind: 'completed', result: 'first', isQuiet: true });
    expect(driven.calls).toEqual([]);
  });

  it('with a result that was delivered before the loop came to the deadline: a lag of ours costs the program nothing', async () => {
    const driven = new DrivenRun({ limits: { wallMs: 5 } });
    // What a socket would do: the result is read in the turn of the loop in which the late timer fires, after it.
    setTimeout(() => setImmediate(() => driven.complete('in time')), 5);
    for (const end = performance.now() + 20; performance.now() < end; );
    expect(await endOf(driven)).toMatchObject({ kind: 'completed', result: 'in time' });
  });

  it('with a rejection where the sandbox was lost, and aborts the calls that were open', async () => {
    const driven = new DrivenRun();
    driven.call(1);
    const fault = new Fault('SANDBOX_LOST', 'The sandbox ended before its program did.');
    driven.run.fail(fault);
    await expect(driven.run.ending).rejects.toBe(fault);
    expect(driven.calls[0]?.signal.aborted).toBe(true);
  });

  it('with a rejection where a reply cannot be written down, and takes nothing else with it', async () => {
    const driven = new DrivenRun();
    for (const id of [1, 2]) driven.call(id);
    driven.calls[0]?.answer.resolve(value(JSON.parse(deep(20_000))));
    await expect(driven.run.ending).rejects.toMatchObject({
      name: 'Fault',
      code: 'INTERNAL',
      cause: expect.any(RangeError),
    });
    expect(driven.calls[1]?.signal.aborted).toBe(true);
  });

  it('and leaves nothing behind on its signal and no timer', async () => {
    const client = new AbortController();
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const driven = new DrivenRun({ signal: client.signal });
    driven.complete();
    await driven.run.ending;
    expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length).toBe(before);
  });
});

describe('the size of a result', () => {
  it('may be at the limit, counted in bytes of its JSON', async () => {
    const driven = new DrivenRun({ limits: { resultBytes: 10 } });
    driven.complete('ü'.repeat(4));
    expect(await endOf(driven)).toMatchObject({ kind: 'completed' });
  });

  it('over the limit is said with what it would have taken', async () => {
    const driven = new DrivenRun({ limits: { resultBytes: 10 } });
    driven.complete('ü'.repeat(5));
    const message = expect.stringContaining('at least 12 bytes of JSON, more than 10 bytes (limit resultBytes)');
    expect(await endOf(driven)).toMatchObject({ kind: 'limit-exceeded', limit: 'resultBytes', message });
  });
});

describe('a claim that no runtime of ours would make is refused:', () => {
  it.each<[string, (driven: DrivenRun) => void]>([
    ['a result that is not JSON', (driven) => driven.say({ kind: 'completed', hasResult: true } as never, '{', '[]')],
    ['a result without a text', (driven) => driven.say({ kind: 'completed', hasResult: true } as never)],
    [
      'a result nested deeper than the guest allows, which nobody could write as JSON again',
      (driven) => driven.say({ kind: 'completed', hasResult: true } as never, deep(1_001), '[]'),
    ],
    [
      'a result nested by the hundred thousand',
      (driven) => driven.say({ kind: 'completed', hasResult: true } as never, deep(400_000), '[]'),
    ],
    ['a second greeting', (driven) => driven.run.accept({ kind: 'ready', version: 1 }, [])],
  ])('%s', (_name, claim) => {
    const driven = new DrivenRun();
    expect(() => claim(driven)).toThrow(expect.objectContaining({ name: 'Fault', code: 'PROTOCOL_VIOLATION' }));
  });

  it.each<[string, (driven: DrivenRun) => void]>([
    ['an error that is not JSON', (driven) => driven.say({ kind: 'threw' }, 'Error: no')],
    [
      'an error whose message is no text',
      (driven) => driven.say({ kind: 'threw' }, '{"name":"E","message":1,"stack":""}'),
    ],
    ['an error without a payload', (driven) => driven.say({ kind: 'threw' })],
    ['a tail of the log that is none', (driven) => driven.say({ kind: 'log-tail' }, '{"lines":1}')],
    ['pending calls that are no list', (driven) => driven.complete(1, {})],
    ['pending calls of a program that made none', (driven) => driven.complete(1, [{ call: 1, stack: '' }])],
  ])('%s', (_name, claim) => {
    expect(() => claim(new DrivenRun())).toThrow(ProtocolError);
  });

  it('and does not end the run by itself: that is for the engine', async () => {
    const driven = new DrivenRun();
    expect(() => driven.say({ kind: 'threw' }, 'x')).toThrow(ProtocolError);
    driven.complete('still there');
    expect(await endOf(driven)).toMatchObject({ result: 'still there' });
  });

  it('a result at the depth that the guest allows is taken', async () => {
    const driven = new DrivenRun();
    driven.say({ kind: 'completed', hasResult: true } as never, deep(1_000), '[]');
    expect(await endOf(driven)).toMatchObject({ kind: 'completed' });
  });
});

describe('the report', () => {
  it('holds the log lines within the limits, whatever the sandbox sends', async () => {
    const driven = new DrivenRun({ limits: { logBytes: 100, logLines: 4 } });
    driven.say({ kind: 'log', level: 'info', atMs: 1 } as never, 'first');
    driven.say({ kind: 'log', level: 'warn', atMs: 2 } as never, 'x'.repeat(5_000_000));
    driven.say(
      { kind: 'log-tail' },
      JSON.stringify({ droppedLines: 3, droppedBytes: 30, lines: [{ level: 'error', atMs: 3, text: 'last' }] }),
    );
    driven.complete();
    const { report } = await driven.run.ending;
    expect(report.logs.map(({ text }) => text)).toEqual(['first', 'last']);
    expect(report.truncated).toEqual({ logLines: 4, logBytes: 5_000_030, afterLogLine: 1 });
  });

  it('says how long the run took to start and to end, never less than nothing', async () => {
    const driven = new DrivenRun();
    driven.complete();
    const { report } = await driven.run.ending;
    expect(report.startMs).toBeGreaterThanOrEqual(0);
    expect(report.runMs).toBeGreaterThanOrEqual(0);
  });

  it('of a sandbox without files has none, and one that sends any is not believed', async () => {
    const driven = new DrivenRun();
    expect(() => driven.say({ kind: 'artifact' } as never, 'a.txt', '')).toThrow(Fault);
    expect(() => driven.say({ kind: 'artifacts-left-out', files: 1 } as never)).toThrow(Fault);
    driven.complete();
    expect((await driven.run.ending).report).not.toHaveProperty('artifacts');
  });

  it('of a run that never started is that of a cancelled one', () => {
    const report = neverStarted(AbortSignal.abort(), performance.now());
    expect(report).toMatchObject({
      end: { kind: 'cancelled' },
      logs: [],
      toolCalls: [],
      unawaited: [],
      uncaught: [],
      runMs: 0,
    });
  });
});

describe('a run may be repeated', () => {
  it('until a tool call was accepted, and never after', async () => {
    const driven = new DrivenRun();
    driven.say({ kind: 'log', level: 'info', atMs: 1 } as never, 'a line');
    expect(() => driven.call(1, {}, CATALOG.servers.length)).toThrow(Fault);
    expect(driven.run.isRepeatable).toBe(true);
    driven.call(1);
    expect(driven.run.isRepeatable).toBe(false);
    driven.run.fail(new Fault('SANDBOX_LOST', 'gone'));
    await expect(driven.run.ending).rejects.toThrow('gone');
    expect(driven.run.isRepeatable).toBe(false);
  });
});
