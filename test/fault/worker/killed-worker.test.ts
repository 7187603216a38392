import { describe, expect, it } from 'vitest';
import { describeAttacked, upstream } from '../../attack/fixtures/attacked.ts';
import { isLinux } from '../../attack/server/live-server.ts';
import { processesOf, signalAll } from './processes.ts';

const slow = upstream('../../fixtures/upstreams/slow');

describe.runIf(isLinux)('a worker that is killed', () => {
  describeAttacked('at some moment of a run', { upstreams: { slow } }, ({ run, result }) => {
    /** The outcome of a run, and a promise of the moment at which its tool call has reached the upstream. */
    const startCall = (code: string, workspace = 'attacker') => {
      const begun = Promise.withResolvers<void>();
      const outcome = run(code, { servers: ['slow'], workspace, onProgress: () => begun.resolve() });
      return { outcome, begun: begun.promise };
    };
    const release = () => result('return await mcp.slow.release()', { servers: ['slow'], workspace: 'releaser' });

    it('idle, is missed by nobody', async () => {
      await Promise.all([run('return 1'), run('return 2')]);
      expect(signalAll('worker', 'SIGKILL')).toBeGreaterThan(0);
      expect(await run('return "after"')).toMatchObject({ kind: 'completed', result: 'after' });
    });

    it('before the first tool call, costs a repetition that nobody sees', async () => {
      await run('return 1');
      const known = processesOf('worker');
      const running = run('await sleep(400); return "whole"');
      await expect.poll(() => known.length).toBeGreaterThan(0);
      await run('return "beside"', { workspace: 'beside' });
      signalAll('worker', 'SIGKILL');
      expect(await running).toMatchObject({ kind: 'completed', result: 'whole' });
    });

    it('during a tool call, loses its run with a fault to retry, and the call is not made twice', async () => {
      const { outcome, begun } = startCall('return await mcp.slow.work()');
      const lost = expect(outcome).rejects.toMatchObject({ code: 'SANDBOX_LOST', retryable: true });
      await begun;
      signalAll('worker', 'SIGKILL');
      await lost;
      await release();
    });

    it('after its result, takes nothing back', async () => {
      const outcome = await run('console.log("said"); return "kept"');
      signalAll('worker', 'SIGKILL');
      expect(outcome).toMatchObject({ kind: 'completed', result: 'kept', logs: [{ text: 'said' }] });
    });

    it('while another’s run is under way, does not touch that', async () => {
      const mine = startCall('return await mcp.slow.work()', 'mine');
      await mine.begun;
      const held = processesOf('worker');
      const theirs = run('for (;;);', { workspace: 'theirs', timeoutMs: 1_000 });
      expect(await theirs).toMatchObject({ kind: 'limit-exceeded' });
      // The one that spun was killed by its limit; the one that waits is among those that stay.
      expect(processesOf('worker').some((pid) => held.includes(pid))).toBe(true);
      await release();
      expect(await mine.outcome).toMatchObject({ kind: 'completed', result: 'done' });
    });

    it('again and again, is replaced as often', async () => {
      for (let n = 0; n < 5; n += 1) {
        expect(await run(`return ${n}`)).toMatchObject({ result: n });
        signalAll('worker', 'SIGKILL');
      }
    });

    it('stopped, is ended at the deadline of its run; continued, works on', async () => {
      const stopped = startCall('await mcp.slow.work(); return 1');
      await stopped.begun;
      signalAll('worker', 'SIGSTOP');
      signalAll('worker', 'SIGCONT');
      await release();
      expect(await stopped.outcome).toMatchObject({ kind: 'completed', result: 1 });
      const begun = Promise.withResolvers<void>();
      const code = 'await mcp.slow.work(); return 1';
      const ended = run(code, { servers: ['slow'], timeoutMs: 1_000, onProgress: () => begun.resolve() });
      await begun.promise;
      signalAll('worker', 'SIGSTOP');
      expect(await ended).toMatchObject({ kind: 'limit-exceeded', error: { limit: 'wallMs' } });
      signalAll('worker', 'SIGCONT');
    });

    it('that ate its memory in native code is told as a limit, and its neighbours live', async () => {
      const code = 'const all: any[] = []; for (;;) all.push(new Uint8Array(4_000_000).fill(1));';
      const [eater, neighbour] = await Promise.all([
        run(code),
        run('await sleep(300); return 1', { workspace: 'neighbour' }),
      ]);
      expect(['limit-exceeded', 'program-threw']).toContain(eater.kind);
      expect(neighbour).toMatchObject({ kind: 'completed', result: 1 });
    });
  });
});
