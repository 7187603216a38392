import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadSettings } from '../../src/config/load-settings.ts';
import { buildCodeloom, type Codeloom } from '../../src/main.ts';
import type { ProgramRequest } from '../../src/program/program-request.ts';
import { missingDocker } from '../docker/local-docker.ts';
import { type LocalRegistry, type PublishedPackage, startRegistry } from '../packages/local-registry.ts';
import { declare, NEVER } from '../packages/open-store.ts';

const PACKAGES: readonly PublishedPackage[] = [
  {
    name: 'greet',
    version: '1.2.0',
    manifest: { dependencies: { shout: '^1.0.0' } },
    files: { 'index.js': 'const shout = require("shout"); exports.greet = (name) => shout("hello " + name);' },
  },
  { name: 'shout', version: '1.0.1', files: { 'index.js': 'module.exports = (text) => text.toUpperCase() + "!";' } },
  {
    name: 'hasher',
    version: '1.0.0',
    manifest: { type: 'module', exports: { '.': './main.js', './plain': './plain.js' } },
    files: {
      'main.js':
        'import { createHash } from "node:crypto"; export const hash = (text) => createHash("sha256").update(text).digest("hex");',
      'plain.js': 'export const plain = 1;',
    },
  },
  { name: 'native', version: '1.0.0', files: { 'index.js': 'require("./x.node")', 'x.node': 'ELF' } },
  {
    name: 'thrower',
    version: '1.0.0',
    files: { 'index.js': '\n\nexports.fail = () => { throw new RangeError("inside"); };' },
  },
];

describe('programs with dependencies', () => {
  let registry: LocalRegistry;
  let folder: string;
  let codeloom: Codeloom;
  let withDocker: Codeloom;

  const build = async (flags: Readonly<Record<string, string>>) => {
    const given = { '--packages-dir': join(folder, 'packages'), '--log-level': 'silent', ...flags };
    const texts = new Map(Object.entries(given).map(([flag, text]) => [flag, [text]]));
    const homeDir = join(homedir(), 'nowhere');
    const { settings } = await loadSettings({ flags: texts, env: {}, platform: process.platform, homeDir });
    return buildCodeloom(settings);
  };

  beforeAll(async () => {
    [registry, folder] = await Promise.all([startRegistry(PACKAGES), mkdtemp(join(tmpdir(), 'codeloom-e2e-'))]);
    await writeFile(join(folder, 'npmrc'), '');
    // npm is pointed to this registry as an operator would do it.
    vi.stubEnv('npm_config_registry', registry.url);
    vi.stubEnv('npm_config_userconfig', join(folder, 'npmrc'));
    codeloom = await build({ '--engine': 'node', '--dependencies': 'on' });
    withDocker = await build({ '--dependencies': 'on', '--docker-pull': 'never' });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await Promise.all([codeloom.close(), withDocker.close(), registry.close()]);
    await rm(folder, { recursive: true, force: true });
  });

  const run = (
    code: string,
    declared: Readonly<Record<string, string>>,
    more: Partial<ProgramRequest> = {},
    on = codeloom,
  ) => on.execute({ code, dependencies: declare(declared), servers: [], workspace: 'e2e', ...more }, NEVER);

  it('imports what it declares, in an isolate', async () => {
    const outcome = await run('import { greet } from "greet";\nreturn greet("world");', { greet: '^1' });
    expect(outcome).toMatchObject({ kind: 'completed', result: 'HELLO WORLD!', isolation: 'isolate' });
  });

  it('is hinted at declaring what it imports without', async () => {
    const outcome = await run('import { greet } from "greet";\nreturn greet("world");', {});
    expect(outcome).toMatchObject({
      kind: 'type-error',
      diagnostics: [
        {
          line: 1,
          message: 'The module "greet" cannot be imported.',
          hint: expect.stringContaining('dependencies: [{ name: "greet", version'),
        },
      ],
    });
  });

  it('cannot import what came along undeclared', async () => {
    const outcome = await run('import shout from "shout";\nreturn shout("x");', { greet: '^1' });
    expect(outcome).toMatchObject({ kind: 'type-error', diagnostics: [{ line: 1, message: /shout/ }] });
  });

  it('has its own lines for what a package throws', async () => {
    const outcome = await run('import { fail } from "thrower";\n\nfail();', { thrower: '1.0.0' });
    expect(outcome).toMatchObject({ kind: 'program-threw', error: { name: 'RangeError', line: 3, column: 1 } });
  });

  it('is refused on the node engine where a package needs modules of Node, and told which', async () => {
    const outcome = run('import { hash } from "hasher";\nreturn hash("x");', { hasher: '1' });
    await expect(outcome).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message:
        'The program uses modules of Node (through hasher), which only the docker engine has; this run is bound to the node engine.',
    });
  });

  it('runs there with the part of the package that needs none', async () => {
    const outcome = await run('import { plain } from "hasher/plain";\nreturn plain;', { hasher: '1' });
    expect(outcome).toMatchObject({ kind: 'completed', result: 1 });
  });

  it('is refused with native code', async () => {
    const outcome = await run('import "native";\nreturn 1;', { native: '1' });
    expect(outcome).toMatchObject({
      kind: 'bundle-error',
      diagnostics: [
        {
          line: 1,
          code: 'import',
          message: 'The package "native" has native code, which no engine can load into a program.',
        },
      ],
    });
  });

  it('is refused before anything runs where a declaration is wrong', async () => {
    await expect(run('return 1;', { greet: 'latest' })).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' });
    await expect(run('return 1;', { '../../x': '1' })).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' });
    await expect(run('return 1;', { absent: '1' })).rejects.toMatchObject({ code: 'DEPENDENCY_REFUSED' });
  });

  it('is refused where the operator has said nothing', async () => {
    const cautious = await build({ '--engine': 'node' });
    const outcome = run('return 1;', { greet: '^1' }, {}, cautious).finally(() => cautious.close());
    await expect(outcome).rejects.toMatchObject({ code: 'DEPENDENCY_REFUSED', message: /setting dependencies/ });
  });

  const missing = missingDocker();
  describe.skipIf(missing !== undefined)(`with containers${missing ? ` (skipped: ${missing})` : ''}`, () => {
    it('goes to one where a package needs modules of Node', async () => {
      const code = 'import { hash } from "hasher";\nreturn hash("x").slice(0, 8);';
      const outcome = await run(code, { hasher: '1' }, {}, withDocker);
      expect(outcome).toMatchObject({ kind: 'completed', result: '2d711642', isolation: 'container' });
    });

    it('imports packages and modules of Node beside each other', async () => {
      const code =
        'import { greet } from "greet";\nimport { basename } from "node:path";\nreturn greet(basename("/a/b"));';
      const outcome = await run(code, { greet: '1' }, { engine: 'docker' }, withDocker);
      expect(outcome).toMatchObject({ kind: 'completed', result: 'HELLO B!', engine: 'docker' });
    });

    it('is refused with native code there, too', async () => {
      const outcome = await run('import "native";\nreturn 1;', { native: '1' }, { engine: 'docker' }, withDocker);
      expect(outcome).toMatchObject({ kind: 'bundle-error', diagnostics: [{ message: /has native code/ }] });
    });

    it('runs in the image that the request names, of those that are allowed', async () => {
      const named = await run('return 1;', {}, { image: 'node:24-slim' }, withDocker);
      expect(named).toMatchObject({ kind: 'completed', engine: 'docker' });
      const other = run('return 1;', {}, { image: 'evil:latest' }, withDocker);
      await expect(other).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID', message: /evil:latest/ });
    });
  });
});
