/**
 * D 90, I 152–154, 158: what reaches an upstream, and how often: calls of a program that is over, of one that was
 * cancelled and of one that is sent again, and a thousand runs that are aborted in the same millisecond.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Fault } from '../../../src/base/fault.ts';
import { describeAttacked, scripted, UNABORTED, upstream } from '../fixtures/attacked.ts';

const upstreams = { kit: scripted(['echo']), silent: upstream('misbehaving-upstream', 'silent') };
/** Nothing that a test leaves behind may come up as an unhandled rejection of the server. */
const unhandled: unknown[] = [];
const hear = (reason: unknown) => unhandled.push(reason);
beforeEach(() => void process.on('unhandledRejection', hear));
afterEach(() => {
  process.off('unhandledRejection', hear);
  expect(unhandled.splice(0)).toEqual([]);
});

describeAttacked('an upstream', { upstreams }, (attacked) => {
  it.each([
    [
      '152: a dangling promise',
      '(async () => { for (let n = 0; n < 20; n++) await null; await sleep(1); mcp.kit.echo({}) })(); return 1',
    ],
    ['153: a timer', 'setTimeout(() => mcp.kit.echo({}), 20); return 1'],
    ['153: an interval', 'setInterval(() => mcp.kit.echo({}), 1); return 1'],
    [
      '153: a FinalizationRegistry',
      'const r = new FinalizationRegistry(() => mcp.kit.echo({})); for (let n = 0; n < 1e4; n++) r.register({}, n); return 1',
    ],
    ['153: a getter of the result', 'return { get a() { setTimeout(() => mcp.kit.echo({}), 0); return 1 } }'],
  ])('hears nothing of what is left by %s', async (_title, program) => {
    const before = await attacked.heard('kit');
    const outcome = await attacked.run(program, { servers: ['kit'] });
    expect(outcome).toMatchObject({ kind: 'completed', toolCalls: [] });
    // An honest run of the same workspace lets all the time pass that a late call would need.
    expect(await attacked.result('await sleep(100); return (await mcp.kit.heard({})).heard.length')).toBe(
      before.length,
    );
  });

  it('154: is called once by a call that nobody awaits, and its reply is nobody’s', async () => {
    const before = await attacked.heard('kit');
    const outcome = await attacked.run(
      'const keep = mcp.kit.echo({}); await mcp.kit.heard({}); mcp.kit.echo({}); return 1',
    );
    expect(outcome.kind).toBe('completed');
    expect((await attacked.heard('kit')).length - before.length).toBeLessThanOrEqual(2);
  });

  it('158: is called once for each attempt of a client that cancels and asks again', async () => {
    const calls = async () =>
      ((await attacked.result('return mcp.silent.count({})')) as { readonly work?: number }).work ?? 0;
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const cancel = new AbortController();
      const run = attacked.run('await mcp.silent.work({}); return 1', {}, cancel.signal);
      // Once the upstream has the call, the client gives up.
      await expect.poll(calls, { timeout: 10_000, interval: 20 }).toBe(attempt);
      cancel.abort();
      expect(await run).toMatchObject({ kind: 'cancelled', toolCalls: [{ ok: false, code: 'cancelled' }] });
    }
    expect(await calls()).toBe(5);
  });
});

describeAttacked('a thousand runs', { upstreams, limits: { queuedRuns: 2_000 } }, (attacked) => {
  it('90: that are aborted in one millisecond all come to an end, and no worker is left with them', async () => {
    const cancel = new AbortController();
    const programs = ['for (;;);', 'await new Promise(() => {})', 'await mcp.silent.work({})', 'return 1'];
    const runs = Array.from({ length: 1_000 }, (_, at) =>
      attacked.run(
        `/* ${at % 50} */ ${programs[at % programs.length]}`,
        { servers: ['silent'], workspace: `w${at % 3}` },
        cancel.signal,
      ),
    );
    await Promise.race(runs);
    cancel.abort(new Fault('SHUTTING_DOWN', 'Enough.'));
    const outcomes = await Promise.all(runs);
    expect(outcomes).toHaveLength(1_000);
    for (const { kind } of outcomes) expect(['cancelled', 'completed']).toContain(kind);
    expect(outcomes.filter(({ kind }) => kind === 'cancelled').length).toBeGreaterThan(500);
    await expect.poll(() => attacked.codeloom.health().engine.busy, { timeout: 10_000 }).toBe(0);
  });

  it('90: that are aborted before they began never begin', async () => {
    const aborted = AbortSignal.abort();
    const outcomes = await Promise.all(Array.from({ length: 1_000 }, () => attacked.run('return 1', {}, aborted)));
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['cancelled']));
    expect(UNABORTED.aborted).toBe(false);
  });
});
