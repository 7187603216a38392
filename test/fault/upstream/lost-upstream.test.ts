import { describe, expect, it } from 'vitest';
import { describeAttacked, upstream } from '../../attack/fixtures/attacked.ts';
import { isLinux } from '../../attack/server/live-server.ts';
import { signalOne } from '../worker/processes.ts';

const fixture = (name: string, ...args: readonly string[]) => upstream(`../../fixtures/upstreams/${name}`, ...args);
const upstreams = {
  dies: fixture('dies-on-call'),
  other: fixture('dies-on-call'),
  slow: fixture('slow'),
  silent: fixture('never-answers', 'silent'),
  starts: fixture('dies-at-start'),
};
const LIMITS = { callMs: 1_000, connectMs: 2_000 };
/** What a program is told, as a value. */
const told = (call: string) =>
  `try { return [${call}] } catch (e) { return { code: e.code, server: e.server, retryable: e.retryable, message: e.message } }`;

describe.runIf(isLinux)('an upstream that is lost', () => {
  describeAttacked('at some moment', { upstreams, limits: LIMITS }, ({ run, result }) => {
    const pidOf = async (server: string) =>
      Number(await result(`return await mcp.${server}.pid()`, { servers: [server] }));

    it('that dies in the middle of a call is told to the program, and the next call has a new one', async () => {
      const before = await pidOf('dies');
      expect(await result(told('await mcp.dies.die()'), { servers: ['dies'] })).toMatchObject({
        code: 'upstream-lost',
        server: 'dies',
      });
      expect(await pidOf('dies')).not.toBe(before);
    });

    it('that is killed in the middle of a call of many lets all of them know', async () => {
      const pid = await pidOf('dies');
      const calls = run(
        'const all = await Promise.allSettled(Array.from({ length: 10 }, () => mcp.dies.die())); return all.map((each) => each.status)',
        { servers: ['dies'] },
      );
      signalOne(pid, 'SIGKILL');
      const outcome = await calls;
      expect(outcome).toMatchObject({ kind: 'completed', result: Array(10).fill('rejected') });
      expect(outcome.toolCalls.every(({ ok }) => !ok)).toBe(true);
    });

    it('that is killed between two calls is started anew', async () => {
      const pid = await pidOf('dies');
      expect(signalOne(pid, 'SIGKILL')).toBe(true);
      await expect
        .poll(async () => (await run('return await mcp.dies.pid()', { servers: ['dies'] })).kind, { timeout: 15_000 })
        .toBe('completed');
      expect(await pidOf('dies')).not.toBe(pid);
    });

    it('that ends by itself after an answer has given it', async () => {
      expect(await result('return await mcp.dies.exit_soon()', { servers: ['dies'] })).toMatch(/^\d+$/);
      await expect
        .poll(async () => (await run('return await mcp.dies.pid()', { servers: ['dies'] })).kind, { timeout: 15_000 })
        .toBe('completed');
    });

    it('that is stopped is told as a timeout, and works on when it is continued', async () => {
      const pid = await pidOf('other');
      signalOne(pid, 'SIGSTOP');
      expect(await result(told('await mcp.other.pid()'), { servers: ['other'] })).toMatchObject({
        code: 'upstream-timeout',
        server: 'other',
      });
      signalOne(pid, 'SIGCONT');
      await expect
        .poll(async () => (await run('return await mcp.other.pid()', { servers: ['other'] })).kind, { timeout: 15_000 })
        .toBe('completed');
    });

    it('does not touch the calls to another', async () => {
      const code =
        'const [one, two] = await Promise.allSettled([mcp.dies.die(), mcp.other.pid()]); return [one.status, two.status]';
      expect(await result(code, { servers: ['dies', 'other'] })).toEqual(['rejected', 'fulfilled']);
    });

    it.each(['silent', 'starts'])(
      'at its start (%s) fails the run with its name, and only runs that name it',
      async (server) => {
        await expect(run('return 1', { servers: [server] })).rejects.toMatchObject({
          code: 'UPSTREAM_UNAVAILABLE',
          message: expect.stringContaining(server),
        });
        expect(await run('return 1', { servers: [] })).toMatchObject({ kind: 'completed' });
      },
    );

    it('leaves its run to be cancelled while it waits', async () => {
      const leave = new AbortController();
      const waiting = run(
        'return await mcp.slow.work()',
        { servers: ['slow'], onProgress: () => leave.abort(new Error('left')) },
        leave.signal,
      );
      expect((await waiting).kind).toBe('cancelled');
    });
  });
});
