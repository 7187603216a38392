/**
 * F 110 and hostile upstreams at large: servers that break the protocol during a call, each called by a program, and the
 * same server used again right after.
 */
import { expect, it } from 'vitest';
import type { UpstreamConfig } from '../../../src/base/config.ts';
import { describeAttacked, shown, upstream } from '../fixtures/attacked.ts';

const DURING_CALLS = [
  'silent',
  'answers-twice',
  'answers-others',
  'answers-before',
  'no-result',
  'error-junk',
  'error-words',
  'no-error',
  'asks-back',
  'asks-without-end',
  'notifies',
  'lists-changed',
  'changes-tools',
  'huge-result',
  'huge-error',
  'huge-structure',
  'line-without-end',
  'noise',
  'invalid-bytes',
  'batch',
];
/** Servers that never answer are not waited for longer than this. */
const SOON_MS = 400;
const IMPATIENT = new Set(['silent', 'answers-others']);
const servers: readonly UpstreamConfig[] = DURING_CALLS.map((name) => ({
  name,
  transport: upstream('misbehaving-upstream', name),
  ...(IMPATIENT.has(name) ? { timeoutMs: SOON_MS } : {}),
}));

describeAttacked('an upstream', { upstreams: servers }, (attacked) => {
  /** What a call comes to for the program; then `count` is called, so that the server must be of use again. */
  const call = async (name: string, args = '{}') => {
    const at = `mcp[${JSON.stringify(name)}]`;
    const code = `const seen = await ${at}.work(${args}).catch((error) => ({ code: error.code, message: error.message, retryable: error.retryable }));
      return [seen, (await ${at}.count({}))["tools/call"]]`;
    const outcome = await attacked.run(code);
    const [seen, count] = outcome.result as [unknown, number];
    expect(count).toBeGreaterThan(0);
    expect(shown(outcome).wire.length).toBeLessThan(2_000_000);
    expect(shown(outcome).wire).not.toContain('\u001b');
    return seen;
  };
  const failure = (code: string, message: unknown = expect.any(String)) => ({ code, message, retryable: false });

  it.each(['silent', 'answers-others'])('110: that never answers (%s) is told apart at its deadline', async (name) => {
    expect(await call(name)).toEqual(failure('upstream-timeout', expect.stringContaining(`within ${SOON_MS} ms`)));
  });

  it('110: that answers twice is believed once', async () => {
    expect(await call('answers-twice')).toBe('first');
  });

  it('110: that answers a call before it was made is not believed', async () => {
    expect(await call('answers-before')).toBe('own');
    expect(await call('answers-before')).toBe('own');
  });

  it('110: that answers without a result and without an error has failed', async () => {
    expect(await call('no-result')).toEqual(failure('upstream-error'));
  });

  it.each([0, 1, 2, 3, 4, 5, 6])('110: that fails with an error that is none (%i) has failed', async (at) => {
    expect(await call('error-junk', `{ at: ${at} }`)).toEqual(failure('upstream-error'));
  });

  it('110: that says beside its result that there was no error has not failed', async () => {
    expect(await call('no-error')).toBe('done');
  });

  it('110: that fails with megabytes of terminal orders is quoted cleanly and in part', async () => {
    const { message } = (await call('error-words')) as { message: string };
    expect(message).toMatch(/^evil evil /);
    expect(message.length).toBeLessThanOrEqual(4_096);
  });

  it('110: that asks us for samples, roots, answers of people or our own tools gets nothing', async () => {
    const replies = (await call('asks-back')) as { error?: { code: number } }[];
    expect(replies).toHaveLength(6);
    for (const { error } of replies) expect(error?.code).toBe(-32601);
  });

  it.each(['asks-without-end', 'notifies', 'noise'])('110: that floods us (%s) is still answered by', async (name) => {
    expect(await call(name)).toBe('done');
  });

  it('110: that says without end that its tools have changed is asked for them now and then', async () => {
    expect(await call('lists-changed')).toBe('done');
    const counted = await attacked.result('return mcp["lists-changed"].count({})');
    expect((counted as Record<string, number>)['tools/list']).toBeLessThan(10);
  });

  it('110: whose tools change under a run does not change that run; the next run sees what is there now', async () => {
    const program = `const first = await mcp["changes-tools"].work({}); await sleep(300);
      return [first, await mcp["changes-tools"].work({}), Object.keys(mcp["changes-tools"]).sort()]`;
    expect(await attacked.result(program)).toEqual(['version 2', 'version 3', ['count', 'work']]);
    await expect
      .poll(() => attacked.result('return Object.keys(mcp["changes-tools"]).sort()'), { timeout: 10_000 })
      .toEqual(['count', 'work_3']);
    const stale = await attacked.run('return mcp["changes-tools"].work({})', { typecheck: true });
    expect(stale.kind).toBe('type-error');
  });

  it('110: that answers with 100 MB is cut off, and started again for the next call', async () => {
    expect(await call('huge-result')).toEqual(
      failure('upstream-lost', expect.stringContaining('sent a message of more than')),
    );
  });

  it('110: that writes a line without end is cut off, and started again for the next call', async () => {
    expect(await call('line-without-end')).toEqual(
      failure('upstream-lost', expect.stringContaining('sent a message of more than')),
    );
  });

  it('109: that answers with more than a program may have is refused with the size', async () => {
    expect(await call('huge-structure')).toEqual(
      failure('invalid-result', expect.stringMatching(/\d+ bytes; the limit toolResultBytes is/)),
    );
  });

  it('109: that says in megabytes that it failed is quoted in part', async () => {
    const { code, message } = (await call('huge-error')) as { code: string; message: string };
    expect([code, message.slice(0, 6), message.length <= 8_192]).toEqual(['upstream-error', 'no no ', true]);
  });

  it('149: that writes bytes which are no text is read with a mark in their place', async () => {
    expect(await call('invalid-bytes')).toMatch(/^\ufffd+\(\ufffd+$/);
  });

  it('110: that answers in a batch, as an old revision had it, is understood', async () => {
    expect(await call('batch')).toBe('in a batch');
  });
});
