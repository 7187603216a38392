/**
 * D 73, 74 for workers that carry many runs of one workspace: frames of many runs through each other, and one worker
 * that betrays all of its runs at once. Runs of one workspace may harm each other there; nobody else is harmed.
 */
import { expect, it } from 'vitest';
import { describeCompromised } from './compromised-worker.ts';

/** More than there are workers for one run each, so that the rest share. */
const MANY = 24;

describeCompromised('runs that share a worker which has been taken over', ({ run }) => {
  it('73: each get what was said of them, however the frames of all go through each other', async () => {
    const attack = `for (let n = 0; n < 20; n++) setTimeout(() => w.say({ kind: 'log', run: w.run, level: 'log', atMs: n }, 'of ' + w.run), 200 + n);
      w.call(1); setTimeout(() => { w.done(w.run); w.ready() }, 400)`;
    const outcomes = await Promise.all(Array.from({ length: MANY }, () => run(attack)));
    for (const { kind, result, logs, toolCalls } of outcomes) {
      expect([kind, toolCalls.length]).toEqual(['completed', 1]);
      expect(logs.map(({ text }) => text)).toEqual(Array.from({ length: 20 }, () => `of ${result}`));
    }
  });

  it('74: are lost together where it breaks the protocol, and no run of another workspace with them', async () => {
    const waits = Promise.allSettled(Array.from({ length: MANY }, () => run('w.call(1)', { timeoutMs: 3_000 })));
    const betrayal = run(`w.call(1); setTimeout(() => w.raw(w.u32(2 ** 32 - 1)), 300)`);
    const other = run(`setTimeout(() => { w.done('unharmed'); w.ready() }, 1_000)`, { workspace: 'customer' });
    await expect(betrayal).rejects.toMatchObject({ code: 'PROTOCOL_VIOLATION' });
    expect(await other).toMatchObject({ kind: 'completed', result: 'unharmed' });
    const ends = await waits;
    // Those that had a worker of their own wait on until their deadline; those beside the traitor are told.
    for (const end of ends) {
      if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'PROTOCOL_VIOLATION' });
      else expect(end.value).toMatchObject({ kind: 'limit-exceeded', error: { limit: 'wallMs' } });
    }
    expect(ends.some(({ status }) => status === 'rejected')).toBe(true);
  });

  it('74: cannot be ended by a run of another workspace that knows their numbers', async () => {
    const victim = run(`setTimeout(() => { w.done('own'); w.ready() }, 800)`);
    const forger = run(
      `for (let run = 1; run < w.run; run++) w.say({ kind: 'completed', run, hasResult: true }, '"forged"', '[]');
       w.say({ kind: 'completed', run: w.run + 1, hasResult: true }, '"forged"', '[]')`,
      { workspace: 'forger' },
    );
    await expect(forger).rejects.toMatchObject({ code: 'PROTOCOL_VIOLATION' });
    expect(await victim).toMatchObject({ kind: 'completed', result: 'own' });
  });
});
