import { randomBytes } from 'node:crypto';
import { access, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { resolveLimits } from '../../../src/base/limits.ts';
import { createLog } from '../../../src/base/log.ts';
import { createBundler } from '../../../src/compile/bundle.ts';
import { readProgram } from '../../../src/compile/program-form.ts';
import type { PublishedPackage } from '../../packages/local-registry.ts';
import { NEVER, openStore } from '../../packages/open-store.ts';

const js = (text: string) => ({ 'index.js': text });

function manyFiles(count: number): Readonly<Record<string, Buffer>> {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}`, Buffer.alloc(0)]));
}

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'codeloom-witness-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('a hostile package', () => {
  it('runs none of its scripts when it is installed, also where the user of the server has them on', async () => {
    const witness = await emptyFolder();
    const script = (name: string) => `node -e "fs.writeFileSync('${join(witness, name)}','')"`;
    const names = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish', 'dependencies'];
    const scripts = Object.fromEntries(names.map((name) => [name, script(name)]));
    const evil: PublishedPackage = {
      name: 'evil',
      version: '1.0.0',
      manifest: { scripts, hasInstallScript: true },
      files: { ...js('exports.a = 1'), '.npmrc': 'ignore-scripts=false' },
    };
    const variables = { npm_config_ignore_scripts: 'false', NPM_CONFIG_IGNORE_SCRIPTS: 'false' };
    const { open } = await openStore({ packages: [evil], variables });
    await open({ evil: '1.0.0' });
    expect(await readdir(witness)).toEqual([]);
  });

  it.each<[string, string]>([
    ['a git repository', 'git+file:///tmp/nothing.git'],
    ['a git host', 'github:someone/something'],
    ['a short form of one', 'someone/something'],
    ['a folder', 'file:../../../../etc'],
    ['a link', 'link:/etc'],
    ['a workspace', 'workspace:*'],
  ])('does not get at %s by what it depends on', async (_what, spec) => {
    const evil = { name: 'evil', version: '1.0.0', manifest: { dependencies: { inner: spec } } };
    const { refusal, dir } = await openStore({ packages: [evil] });
    expect(await refusal({ evil: '1.0.0' })).toMatch(
      /^DEPENDENCY_REFUSED: .*(?:git, a URL|not a version of the registry)/,
    );
    expect(await readdir(join(dir, 'sets'))).toEqual([]);
  });

  it('does not have the server ask for a URL of its choice', async () => {
    const packages: PublishedPackage[] = [];
    const { refusal, registry } = await openStore({ packages });
    packages.push({
      name: 'evil',
      version: '1.0.0',
      manifest: { dependencies: { inner: `${registry.url}internal.tgz` } },
    });
    expect(await refusal({ evil: '1' })).toMatch(/^DEPENDENCY_REFUSED: .*git, a URL/);
    expect(registry.asked).not.toContain('/internal.tgz');
  });

  it('is refused where an alias hides a package that is blocked', async () => {
    const packages = [
      { name: 'evil', version: '1.0.0', manifest: { dependencies: { innocent: 'npm:blocked@1' } } },
      { name: 'blocked', version: '1.0.0' },
    ];
    const { refusal } = await openStore({ packages, settings: { block: ['blocked'] } });
    expect(await refusal({ evil: '1' })).toMatch(/"blocked" is blocked here .* It comes with evil → blocked\./);
  });

  it('leaves no links on the disk, and nothing outside of its folder', async () => {
    const evil: PublishedPackage = {
      name: 'evil',
      version: '1.0.0',
      files: {
        ...js('exports.a = 1'),
        'soft.js': { linkTo: '/etc/hostname' },
        'up.js': { linkTo: '../../../../../../etc/hostname' },
        'hard.js': { linkTo: '/etc/hostname', isHard: true },
        '/package/../../escaped.js': 'escaped',
        '/../../../escaped.js': 'escaped',
        '/package/folder': { linkTo: '/tmp' },
        '/package/folder/through.js': 'escaped',
      },
    };
    const { open, dir } = await openStore({ packages: [evil] });
    const { files, folder } = await open({ evil: '1' });
    const found = await readdir(folder, { recursive: true, withFileTypes: true });
    expect(found.filter((entry) => !entry.isFile() && !entry.isDirectory())).toEqual([]);
    expect([...files.keys()].filter((path) => /soft|up\.js|hard/.test(path))).toEqual([]);
    expect((await readdir(dir)).sort()).toEqual(['resolved', 'sets', 'staging']);
    await expect(access('/tmp/through.js')).rejects.toThrow();
  });

  it('cannot bring others along that nobody looked at', async () => {
    const evil = {
      name: 'evil',
      version: '1.0.0',
      files: { ...js('module.exports = require("blocked")'), 'node_modules/blocked/index.js': 'module.exports = 1' },
    };
    const { open } = await openStore({ packages: [evil], settings: { block: ['blocked'] } });
    const { files } = await open({ evil: '1' });
    expect([...files.keys()].filter((path) => path.includes('blocked'))).toEqual([]);
  });

  it('is refused where it says that it packs others', async () => {
    const evil = {
      name: 'evil',
      version: '1.0.0',
      manifest: { dependencies: { blocked: '1' }, bundleDependencies: ['blocked'] },
      files: {
        ...js(''),
        'node_modules/blocked/package.json': '{"name":"blocked","version":"1.0.0"}',
        'node_modules/blocked/index.js': '',
      },
    };
    const { refusal } = await openStore({ packages: [evil, { name: 'blocked', version: '1.0.0' }] });
    expect(await refusal({ evil: '1' })).toMatch(
      /^DEPENDENCY_REFUSED: .*(?:out of another package|packed inside of another)/,
    );
  });

  it('is refused where what is sent is not what its hash says', async () => {
    const evil = { name: 'evil', version: '1.0.0', integrity: `sha512-${Buffer.alloc(64).toString('base64')}` };
    const { refusal, dir } = await openStore({ packages: [evil] });
    expect(await refusal({ evil: '1' })).toMatch(
      /^DEPENDENCY_REFUSED: What the registry sent for .* is not what its hash says/,
    );
    expect(await readdir(join(dir, 'sets'))).toEqual([]);
  });

  it('is refused where it has a weak hash only', async () => {
    const evil = { name: 'evil', version: '1.0.0', integrity: `sha1-${Buffer.alloc(20).toString('base64')}` };
    const { refusal } = await openStore({ packages: [evil] });
    expect(await refusal({ evil: '1' })).toMatch(/no SHA-2 hash of the package "evil"/);
  });

  it.each<[string, Readonly<Record<string, Buffer>>, RegExp]>([
    [
      'what grows when it is unpacked',
      { zeros: Buffer.alloc(100 * 1024 * 1024) },
      /damaged, or grows beyond|more room/,
    ],
    ['much', { noise: randomBytes(12 * 1024 * 1024) }, /took more room than 8 MB \(limit installMb\)/],
    ['many empty files', manyFiles(3_000), /took more room than 8 MB \(limit installMb\)/],
  ])('cannot fill the disk with %s', async (_what, files, sentence) => {
    const { refusal, dir } = await openStore({
      packages: [{ name: 'bomb', version: '1.0.0', files }],
      limits: { installMb: 8 },
    });
    expect(await refusal({ bomb: '1' })).toMatch(sentence);
    expect(await readdir(join(dir, 'staging'))).toEqual([]);
    expect(await readdir(join(dir, 'sets'))).toEqual([]);
  });

  it('cannot bring more packages than the limit allows', async () => {
    const chain = Array.from({ length: 8 }, (_, at) => ({
      name: `link-${at}`,
      version: '1.0.0',
      manifest: at === 7 ? {} : { dependencies: { [`link-${at + 1}`]: '1' } },
    }));
    const { refusal } = await openStore({ packages: chain, limits: { packages: 5 } });
    expect(await refusal({ 'link-0': '1' })).toBe(
      'DEPENDENCY_REFUSED: The dependencies bring 8 packages; the limit packages allows 5.',
    );
  });

  it.each(['../../../../../../../etc/hostname', '/etc/hostname', '../../../package.json', '../../../set.json'])(
    'cannot have %s read as its main file',
    async (main) => {
      const evil = { name: 'evil', version: '1.0.0', manifest: { main } };
      const { open } = await openStore({ packages: [evil] });
      const [packages, limits] = [await open({ evil: '1' }), resolveLimits()];
      const bundler = createBundler({ limits, log: createLog('silent') });
      onTestFinished(() => bundler.close());
      const program = readProgram('import evil from "evil"; return evil;', limits);
      if (!('text' in program)) throw new Error('no program');
      const made = await bundler.bundle(program, NEVER, { packages });
      expect(made).toMatchObject([
        { code: 'import', message: 'The package "evil" has no module "evil" for this engine.' },
      ]);
    },
  );

  it('is known for its native code', async () => {
    const packages = [
      { name: 'built', version: '1.0.0', files: { 'build/Release/x.node': 'ELF' } },
      { name: 'unbuilt', version: '1.0.0', files: { 'binding.gyp': '{}' } },
      { name: 'plain', version: '1.0.0', files: { 'test/fixtures/binding.gyp': '{}', 'x.node.js': '' } },
      { name: 'top', version: '1.0.0', manifest: { dependencies: { built: '1', unbuilt: '1', plain: '1' } } },
    ];
    const { open } = await openStore({ packages });
    expect([...(await open({ top: '1' })).native].sort()).toEqual(['built', 'unbuilt']);
  });
});
