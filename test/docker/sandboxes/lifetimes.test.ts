/** How many long-lived sandboxes there may be, whose they are, and all the ways in which they end. */
import { expect, it } from 'vitest';
import { resolveLimits } from '../../../src/base/limits.ts';
import { containersOf, describeWithDocker } from '../describe-with-docker.ts';
import { docker } from '../local-docker.ts';
import { NEVER, openSandbox } from './open-sandbox.ts';

const limits = resolveLimits({ sandboxes: 3, workspaceSandboxes: 2, sandboxMb: 256, sandboxIdleMs: 2_000 });

describeWithDocker(
  'a long-lived sandbox',
  (suite) => {
    const sandboxes = () => suite().engine.sandboxes;
    const open = (workspace: string, lifeMs?: number) =>
      sandboxes().open({ workspace, ...(lifeMs === undefined ? {} : { lifeMs }) }, NEVER);
    const containers = () => containersOf(suite().engine.instanceId);

    it('belongs to its workspace alone: another’s id is answered as one that never was', async () => {
      const session = await open('one');
      expect(sandboxes().get(session.id, 'one')).toBe(session);
      expect(sandboxes().list('one')).toEqual([session]);
      expect(sandboxes().list('two')).toEqual([]);
      const message = (id: string) => {
        try {
          sandboxes().get(id, 'two');
          return 'found';
        } catch (error) {
          return String(error).replaceAll(id, 'ID');
        }
      };
      expect(message(session.id)).toBe(message('00000000-0000-4000-8000-000000000000'));
      await session.end('it was stopped');
      expect(message(session.id)).toBe(message('00000000-0000-4000-8000-000000000000'));
      expect(() => sandboxes().get(session.id, 'one')).toThrow(/has ended: it was stopped\. sandbox\.initialize makes/);
    });

    it('is refused beyond the caps before a container is made, however many ask at once', async () => {
      const asked = await Promise.allSettled(Array.from({ length: 1_000 }, (_, n) => open(`many-${n % 2}`)));
      const made = asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      const refused = asked.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
      expect(made).toHaveLength(3);
      expect(refused.every(({ code }) => code === 'POOL_SATURATED')).toBe(true);
      expect(String(refused.at(-1))).toMatch(/limit workspaceSandboxes|limit sandboxes/);
      await Promise.all(made.map((session) => session.end('it was stopped')));
      await (await open('many-0')).end('it was stopped');
    });

    it('ends where nobody uses it, and not while somebody does', async () => {
      const { session, sh } = await openSandbox(suite().engine, { workspace: 'idle' });
      expect(await sh('sleep 3; echo still here')).toMatchObject({ stdout: 'still here\n' });
      await expect.poll(() => sandboxes().list('idle'), { timeout: 20_000 }).toEqual([]);
      expect(() => sandboxes().get(session.id, 'idle')).toThrow(/nobody used it for too long \(limit sandboxIdleMs\)/);
    });

    it('ends when its time is over, with the command that runs in it', async () => {
      const { session, sh } = await openSandbox(suite().engine, { workspace: 'life', lifeMs: 5_000 });
      expect(session.expiresAt.getTime() - session.createdAt.getTime()).toBe(5_000);
      await expect(sh('sleep 600')).rejects.toMatchObject({
        code: 'SANDBOX_LOST',
        message: expect.stringMatching(/its time was over \(limit sandboxLifeMs\)/),
      });
    });

    it('ends with its workspace, also one that is being made', async () => {
      const session = await open('leaving');
      const late = open('leaving');
      const lost = expect(late).rejects.toMatchObject({ code: 'SANDBOX_LOST' });
      sandboxes().endWorkspace('leaving');
      await lost;
      expect(() => sandboxes().get(session.id, 'leaving')).toThrow(/its workspace has ended/);
    });

    it('that nobody waits for any more is not left behind', async () => {
      const cancel = new AbortController();
      const opening = sandboxes().open({ workspace: 'gone' }, cancel.signal);
      cancel.abort(new Error('not wanted'));
      await expect(opening).rejects.toThrow('not wanted');
      await expect.poll(containers, { timeout: 20_000 }).toHaveLength(2);
      expect(sandboxes().list('gone')).toEqual([]);
    });

    it('whose container is killed from outside fails the command in it, and says so to whoever comes back', async () => {
      const { session, sh } = await openSandbox(suite().engine, { workspace: 'killed' });
      const running = sh('echo begun; sleep 600');
      const lost = expect(running).rejects.toMatchObject({
        code: 'SANDBOX_LOST',
        message: expect.stringMatching(/its container was killed with signal 9, from outside or by a command in it/),
      });
      await docker('kill', session.containerId);
      await lost;
      expect(() => sandboxes().get(session.id, 'killed')).toThrow(/has ended: its container was killed/);
      await expect.poll(containers).not.toContain(session.containerId);
    });

    it('is not taken for abandoned by its own reaper, and is labelled with its owner for the next one’s', async () => {
      const session = await open('labelled');
      const [found] = JSON.parse(await docker('inspect', session.containerId));
      expect(found.Config.Labels).toMatchObject({
        'io.codeloom.instance': suite().engine.instanceId,
        'io.codeloom.lasts-seconds': String(3_600 + 120),
      });
      await session.end('it was stopped');
    });

    it('from an image that is not allowed, or under a lifetime beyond the limit, is none or one as long as the limit', async () => {
      const other = sandboxes().open({ workspace: 'image', image: 'debian:12' }, NEVER);
      await expect(other).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID', message: /debian:12.*not allowed/ });
      const session = await open('image', 24 * 3_600_000);
      expect(session.expiresAt.getTime() - session.createdAt.getTime()).toBe(3_600_000);
      await session.end('it was stopped');
    });
  },
  { limits },
);
