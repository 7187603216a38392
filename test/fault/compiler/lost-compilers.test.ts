import { describe, expect, it } from 'vitest';
import { describeAttacked } from '../../attack/fixtures/attacked.ts';
import { isLinux } from '../../attack/server/live-server.ts';
import { nextOf, processesOf, signalAll, signalOne } from '../worker/processes.ts';

const BOMB = (n: number) =>
  `type P<T, K = T> = [T] extends [never] ? [] : K extends K ? [K, ...P<Exclude<T, K>>] : never; const all: P<${n} | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10> = [1] as any; return all`;
const LIMITS = { typecheckMs: 3_000, bundleMs: 5_000 };
const checked = { typecheck: true } as const;

describe.runIf(isLinux)('a compiler that is lost', () => {
  describeAttacked('at some moment', { limits: LIMITS }, ({ run }) => {
    it('the type-checker, idle, is missed by nobody', async () => {
      await run('return 1', checked);
      expect(signalAll('checker', 'SIGKILL')).toBeGreaterThan(0);
      expect(await run('const n: number = "a"; return n', checked)).toMatchObject({ kind: 'type-error' });
      expect(await run('return "well"', checked)).toMatchObject({ result: 'well' });
    });

    it('the type-checker, in the middle of a check, has the check repeated, and lets nothing pass unchecked', async () => {
      await run('return 1', checked);
      const known = processesOf('checker');
      const bomb = run(BOMB(20), checked);
      await expect.poll(() => signalAll('checker', 'SIGKILL'), { interval: 50 }).toBeGreaterThan(0);
      await nextOf('checker', known);
      const { kind, diagnostics } = await bomb;
      expect([kind, diagnostics?.[0]?.code]).toEqual(['type-error', 'limit']);
    });

    it('the type-checker, killed as often as it is started, is a fault to retry and never a pass', async () => {
      const killer = setInterval(() => signalAll('checker', 'SIGKILL'), 5);
      try {
        await expect(run('const n: number = "b"; return n', checked)).rejects.toMatchObject({
          code: 'COMPILER_LOST',
          retryable: true,
        });
      } finally {
        clearInterval(killer);
      }
      expect(await run('const n: number = "b"; return n', checked)).toMatchObject({ kind: 'type-error' });
    });

    it('the type-checker, stopped, meets its deadline and is replaced', async () => {
      await run('return 1', checked);
      const stopped = processesOf('checker');
      expect(signalAll('checker', 'SIGSTOP')).toBeGreaterThan(0);
      const outcome = await run('return "stopped"', checked);
      // Either the check waited for the stopped one until its deadline, or another lane took it.
      if (outcome.kind !== 'completed')
        expect(outcome).toMatchObject({ kind: 'type-error', diagnostics: [{ code: 'limit' }] });
      expect(await run('return "after"', checked)).toMatchObject({ result: 'after' });
      for (const pid of stopped) signalOne(pid, 'SIGCONT');
    });

    it('the bundler, idle, is missed by nobody', async () => {
      await run('return "a"');
      expect(signalAll('bundler', 'SIGKILL')).toBe(1);
      expect(await run('return "b"')).toMatchObject({ kind: 'completed', result: 'b' });
    });

    it('the bundler, with ten programs before it, loses none of them', async () => {
      const known = processesOf('bundler');
      const running = Array.from({ length: 10 }, (_, at) => run(`const x${at} = ${'a=>'.repeat(300)}1; return ${at}`));
      signalAll('bundler', 'SIGKILL');
      await nextOf('bundler', known);
      const outcomes = await Promise.all(running);
      expect(outcomes.map(({ result, diagnostics }) => diagnostics ?? result)).toEqual(
        Array.from({ length: 10 }, (_, at) => at),
      );
    });

    it('the bundler, stopped, meets its deadline with a limit, and is replaced', async () => {
      await run('return 1');
      expect(signalAll('bundler', 'SIGSTOP')).toBe(1);
      expect(await run('return "halted"')).toMatchObject({
        kind: 'bundle-error',
        diagnostics: [{ code: 'limit', message: expect.stringContaining('bundleMs') }],
      });
      expect(await run('return "halted"')).toMatchObject({ kind: 'completed', result: 'halted' });
    });

    it('both at once, with the workers, are replaced', async () => {
      await run('return 1', checked);
      for (const part of ['checker', 'bundler', 'worker'] as const) signalAll(part, 'SIGKILL');
      expect(await run('const n: number = 7; return n', checked)).toMatchObject({ kind: 'completed', result: 7 });
    });
  });
});
