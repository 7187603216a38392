import { readdirSync, readFileSync } from 'node:fs';
import type { BuildOptions } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveLimits } from '../../../../src/base/limits.ts';
import { EsbuildService } from '../../../../src/compile/esbuild/esbuild-process.ts';
import { SILENT } from '../fixture.ts';

const isLinux = process.platform === 'linux';
const optionsOf = (contents: string): BuildOptions => ({
  stdin: { contents, loader: 'ts' },
  write: false,
  bundle: true,
  minifyWhitespace: true,
  logLevel: 'silent',
});
/** readProgram refuses most of these; here they go to esbuild as they are. */
const BRACKETS = `x = ${'['.repeat(200_000)}`;
const MANY_ARROWS = `x = ${'a=>'.repeat(9_000)}1`;
const DOUBLING = `enum E { A0 = "xxxxxxxxxx"${Array.from({ length: 40 }, (_, index) => `, A${index + 1} = A${index} + A${index}`).join('')} }`;

let service: EsbuildService;
beforeEach(() => {
  service = new EsbuildService(resolveLimits({ bundleMs: 2_000 }), SILENT);
});
afterEach(() => service.close());

const builds = async (contents = 'x = 1') => (await service.build(optionsOf(contents))).kind;
/** Kills the service as soon as there is one that is not `other`, and tells which that was. */
async function killService(other = 0): Promise<number> {
  for (;;) {
    const children = readdirSync('/proc/self/task').flatMap((task) =>
      readFileSync(`/proc/self/task/${task}/children`, 'latin1').trim().split(' '),
    );
    const pid = children
      .map(Number)
      .find(
        (child) =>
          child > 0 && child !== other && readFileSync(`/proc/${child}/cmdline`, 'latin1').includes('--service='),
      );
    if (pid !== undefined) {
      process.kill(pid, 'SIGKILL');
      return pid;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}
const neighbours = () => Promise.all(Array.from({ length: 6 }, (_, index) => builds(`y = ${index}`)));

describe('EsbuildService', () => {
  it('builds, and tells what is wrong with a text', async () => {
    expect(await builds()).toBe('built');
    expect(await service.build(optionsOf('x = ;'))).toMatchObject({
      kind: 'failed',
      errors: [{ text: 'Unexpected ";"' }],
    });
  });

  it.runIf(isLinux)('builds again what was lost with the service', async () => {
    const slow = service.build(optionsOf(MANY_ARROWS));
    const others = neighbours();
    await killService();
    expect(await others).toEqual(Array(6).fill('built'));
    expect((await slow).kind).toBe('exceeded');
  });

  it.runIf(isLinux)('gives up on what loses the service twice, and builds on', async () => {
    const bomb = service.build(optionsOf(MANY_ARROWS));
    await killService(await killService());
    expect((await bomb).kind).toBe('killed');
    expect(await builds()).toBe('built');
  });

  it('answers brackets without end and then builds on', async () => {
    expect(await builds(BRACKETS)).not.toBe('built');
    expect(await builds()).toBe('built');
  });

  it('ends a build at the deadline without ending its neighbours', async () => {
    const slow = service.build(optionsOf(MANY_ARROWS));
    expect(await neighbours()).toEqual(Array(6).fill('built'));
    expect(await slow).toEqual({ kind: 'exceeded', limit: 'bundleMs' });
    expect(await builds()).toBe('built');
  });

  it.runIf(isLinux)('ends a build that takes too much memory, and blames no neighbour', async () => {
    const large = service.build(optionsOf(DOUBLING));
    expect(await neighbours()).toEqual(Array(6).fill('built'));
    expect(await large).toEqual({ kind: 'exceeded', limit: 'typecheckMb' });
    expect(await builds()).toBe('built');
  });

  it('refuses with a Fault after it was closed, and leaves nobody waiting', async () => {
    const waiting = service.build(optionsOf(MANY_ARROWS));
    const settled = expect(waiting).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await service.close();
    await settled;
    await expect(service.build(optionsOf('x = 1'))).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  });
});
