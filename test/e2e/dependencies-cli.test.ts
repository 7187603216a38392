import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalRegistry, startRegistry } from '../packages/local-registry.ts';

const BIN = fileURLToPath(new URL('../../src/cli/bin.ts', import.meta.url));
const LEAF = { name: 'leaf', version: '1.0.0', files: { 'index.js': 'module.exports = "leaf";' } };

describe('codeloom run with packages', () => {
  let registry: LocalRegistry;
  let home: string;

  beforeAll(async () => {
    [registry, home] = await Promise.all([startRegistry([LEAF]), mkdtemp(join(tmpdir(), 'codeloom-cli-'))]);
    // As a user configures npm: in the file in his home folder.
    await writeFile(join(home, '.npmrc'), `registry=${registry.url}\n`);
    await writeFile(join(home, 'program.ts'), 'import leaf from "leaf";\nreturn leaf;\n');
  });
  afterAll(async () => {
    await registry.close();
    await rm(home, { recursive: true, force: true });
  });

  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    new Promise<{ readonly stdout: string; readonly stderr: string }>((resolve) => {
      const options = { cwd: home, env: { PATH: process.env.PATH, HOME: home, ...env } };
      const command = [BIN, 'run', 'program.ts', '--engine', 'node', '--dependency', 'leaf@^1', ...args];
      execFile(process.execPath, command, options, (_error, stdout, stderr) => resolve({ stdout, stderr }));
    });

  it('installs them on being told to, and once only', async () => {
    expect(await run([])).toMatchObject({ stdout: 'leaf\n' });
    const asked = registry.asked.length;
    expect(await run([])).toMatchObject({ stdout: 'leaf\n' });
    expect(registry.asked).toHaveLength(asked);
  });

  it('installs none where the user or his file has said so', async () => {
    const sentence = /^codeloom: This server installs no dependencies/;
    expect((await run(['--dependencies', 'off'])).stderr).toMatch(sentence);
    expect((await run([], { CODELOOM_DEPENDENCIES: 'off' })).stderr).toMatch(sentence);
  });

  it('installs one set from several processes at once', async () => {
    const own = ['--packages-dir', join(home, 'shared')];
    const ended = await Promise.all([run(own), run(own), run(own)]);
    expect(ended.map(({ stdout }) => stdout)).toEqual(['leaf\n', 'leaf\n', 'leaf\n']);
    expect(await readdir(join(home, 'shared', 'sets'))).toHaveLength(1);
    expect(await readdir(join(home, 'shared', 'staging'))).toEqual([]);
  });

  it('holds to the lists', async () => {
    expect((await run(['--block-packages', 'leaf'])).stderr).toMatch(/^codeloom: The package "leaf" is blocked here/);
  });
});
