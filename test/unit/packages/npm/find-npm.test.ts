import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkNpm } from '../../../../src/cli/commands/machine-checks.ts';
import { fetchesFromRegistriesAlone, findNpm } from '../../../../src/packages/npm/find-npm.ts';

async function folder(): Promise<string> {
  const made = await realpath(await mkdtemp(join(tmpdir(), 'codeloom-path-')));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

describe('npm', () => {
  it('is the first on the path that can be run', async () => {
    const [none, plain, right] = [await folder(), await folder(), await folder()];
    await writeFile(join(plain, 'npm'), 'not to be run', { mode: 0o600 });
    await writeFile(join(right, 'npm'), '#!/bin/sh\n');
    await chmod(join(right, 'npm'), 0o755);
    const path = [none, '/does/not/exist', plain, right].join(delimiter);
    expect(await findNpm(path, 'linux')).toEqual({ command: join(right, 'npm'), args: [] });
  });

  it("is run by our own Node where it is npm's script", async () => {
    const bin = await folder();
    const script = join(bin, 'npm-cli.js');
    await writeFile(script, '', { mode: 0o755 });
    await symlink(script, join(bin, 'npm'));
    expect(await findNpm(bin, 'linux')).toEqual({ command: process.execPath, args: [script] });
  });

  it('is the script beside its command on Windows, which only a shell could start', async () => {
    const bin = await folder();
    const scripts = join(bin, 'node_modules', 'npm', 'bin');
    await mkdir(scripts, { recursive: true });
    await writeFile(join(scripts, 'npm-cli.js'), '');
    expect(await findNpm(bin, 'win32')).toEqual({ command: process.execPath, args: [join(scripts, 'npm-cli.js')] });
  });

  it.each([undefined, '', '/does/not/exist'])('is not there on the path %j', async (path) => {
    expect(await findNpm(path)).toBeUndefined();
  });
});

describe('an npm', () => {
  const npmThat = async (body: string) => {
    const bin = await folder();
    await writeFile(join(bin, 'npm'), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    return bin;
  };

  it.each<[string, string, boolean]>([
    ['knows the option', 'echo all', true],
    ['has never heard of it', 'echo undefined', false],
    ['says nothing', 'true', false],
    ['fails', 'exit 1', false],
  ])('can be kept to registries where it %s: %s', async (_what, body, expected) => {
    const bin = await npmThat(body);
    const npm = { command: join(bin, 'npm'), args: [] };
    expect(await fetchesFromRegistriesAlone(npm, { PATH: '/usr/bin:/bin' }, bin)).toBe(expected);
  });

  it('is looked at by the doctor', async () => {
    const old = await npmThat('echo undefined');
    expect(await checkNpm({ PATH: process.env.PATH })).toMatchObject({ kind: 'ok' });
    expect(await checkNpm({ PATH: old })).toMatchObject({ kind: 'failure', detail: expect.stringMatching(/too old/) });
    expect(await checkNpm({ PATH: '' })).toMatchObject({
      kind: 'failure',
      detail: expect.stringMatching(/not on PATH/),
    });
  });
});
