import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findNpm } from '../../../../src/packages/npm/find-npm.ts';

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
