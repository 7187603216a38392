import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { isLinux, startServer } from '../../attack/server/live-server.ts';
import { HONEST, honestRun, openSession } from '../../attack/server/raw-client.ts';

/** Machines may be busy. */
const SOON = { timeout: 15_000 } as const;

const folder = mkdtempSync(join(tmpdir(), 'codeloom-clocks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A module that the server loads before its own, and that misbehaves at SIGUSR2; it says so on stderr. */
function preload(name: string, onSignal: string): readonly string[] {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, `process.on('SIGUSR2', () => { ${onSignal}; process.stderr.write('${name} happened\\n'); });`);
  return ['--import', pathToFileURL(file).href];
}

const DAY_MS = 86_400_000;
const JUMPS = `
  const real = globalThis.realNow ??= Date.now;
  globalThis.jumps = (globalThis.jumps ?? 0) + 1;
  const by = globalThis.jumps % 2 === 1 ? ${DAY_MS} : -${DAY_MS};
  Date.now = () => real() + by;
  globalThis.Date = class extends (globalThis.RealDate ??= Date) { constructor(...given) { super(...(given.length ? given : [Date.now()])) } static now() { return real() + by } };
`;
/** Longer than the deadline of the run that is under way. */
const LAG = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_000)';

describe.runIf(isLinux)('a clock that goes wrong', () => {
  // The machine's own clock is everybody's and stays as it is: the server's view of it jumps, which is all that it has.
  it('of the wall, a day forward and back, ends no run early or late, and no session', async () => {
    const server = await startServer({
      nodeFlags: preload('jump', JUMPS),
      upstreams: { slow: ['slow'] },
      settings: { limits: { workspaceIdleMs: 60_000 } },
    });
    const session = await openSession(server);
    await session.run('return await mcp.slow.release()');
    for (let jump = 1; jump <= 2; jump += 1) {
      const running = session.run('await sleep(700); return "whole"');
      const late = session.call('run_js', { code: 'await sleep(60_000)', timeoutMs: 1_000 });
      server.child.kill('SIGUSR2');
      await expect.poll(() => server.log().match(/jump happened/g)?.length, SOON).toBe(jump);
      expect(await running).toMatchObject({ kind: 'completed', result: 'whole' });
      expect(await late).toMatchObject({ kind: 'limit-exceeded', error: { limit: 'wallMs' } });
    }
    expect(await honestRun(server)).toEqual(HONEST);
    expect((await session.run('return "same session"')).result).toBe('same session');
    expect(await server.end()).toEqual([]);
  });

  it.each<[what: string, result: string, length: number]>([
    ['small', '"x"', 1],
    ['of a hundred kilobytes', '"x".repeat(100_000)', 100_000],
  ])(
    'of the server’s loop, two seconds late, loses no result that lies in the pipe already (%s)',
    async (_what, result, length) => {
      const server = await startServer({ nodeFlags: preload('lag', LAG) });
      const session = await openSession(server);
      await session.run('return 1');
      const running = session.call('run_js', { code: `await sleep(500); return ${result}`, timeoutMs: 1_000 });
      await expect
        .poll(async () => ((await session.call('system.health', {})) as { engine: { busy: number } }).engine.busy, SOON)
        .toBe(1);
      server.child.kill('SIGUSR2');
      const outcome = await running;
      expect(server.log()).toContain('lag happened');
      expect(outcome).toMatchObject({ kind: 'completed' });
      expect(String(outcome.result)).toHaveLength(length);
      expect(await server.end()).toEqual([]);
    },
  );

  it('of the server’s loop, two seconds late, still ends a run that never would', async () => {
    const server = await startServer({ nodeFlags: preload('lag', LAG) });
    const session = await openSession(server);
    const running = session.call('run_js', { code: 'for (;;);', timeoutMs: 1_000 });
    await expect
      .poll(async () => ((await session.call('system.health', {})) as { engine: { busy: number } }).engine.busy, SOON)
      .toBe(1);
    server.child.kill('SIGUSR2');
    expect(await running).toMatchObject({ kind: 'limit-exceeded' });
    expect(await honestRun(server)).toEqual(HONEST);
    expect(await server.end()).toEqual([]);
  });
});
