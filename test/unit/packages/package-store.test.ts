import { access, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { declare, NEVER, openStore } from '../../packages/open-store.ts';

const LEAF = { name: 'leaf', version: '1.0.0', files: { 'index.js': 'module.exports = 1;' } };
const NEWER_LEAF = { name: 'leaf', version: '1.4.2', files: { 'index.js': 'module.exports = 2;' } };
const TREE = {
  name: '@scope/tree',
  version: '2.0.0',
  manifest: { dependencies: { leaf: '^1.0.0' } },
  files: { 'index.js': 'module.exports = require("leaf");', 'lib/deep.js': '' },
};

describe('the package store', () => {
  it('installs what is declared with all that it brings, and knows every file by its hash', async () => {
    const { open } = await openStore({ packages: [LEAF, NEWER_LEAF, TREE] });
    const set = await open({ '@scope/tree': '2.x' });
    expect(set.names).toEqual(['@scope/tree']);
    expect([...set.files.keys()].sort()).toEqual([
      'node_modules/@scope/tree/index.js',
      'node_modules/@scope/tree/lib/deep.js',
      'node_modules/@scope/tree/package.json',
      'node_modules/leaf/index.js',
      'node_modules/leaf/package.json',
    ]);
    expect(await readFile(join(set.folder, 'node_modules/leaf/index.js'), 'utf8')).toBe('module.exports = 2;');
    expect(set.native.size).toBe(0);
  });

  it('asks nobody for a set that is there, in this process or another', async () => {
    const { open, second, registry } = await openStore({ packages: [LEAF, TREE] });
    const first = await open({ '@scope/tree': '^2.0.0' });
    const asked = registry.asked.length;
    expect(await open({ '@scope/tree': '^2.0.0' })).toEqual(first);
    expect(await second().open({ '@scope/tree': '^2.0.0' })).toEqual(first);
    expect(registry.asked).toHaveLength(asked);
  });

  it('needs no npm for a set that is there', async () => {
    const { open, second } = await openStore({ packages: [LEAF] });
    const set = await open({ leaf: '1.0.0' });
    expect(await second({}, { PATH: '' }).open({ leaf: '1.0.0' })).toEqual(set);
  });

  it('keeps a range resolved as it was, however the registry changes', async () => {
    const packages = [LEAF];
    const { open, second } = await openStore({ packages });
    const { hash } = await open({ leaf: '^1.0.0' });
    packages.push(NEWER_LEAF);
    expect((await second().open({ leaf: '^1.0.0' })).hash).toBe(hash);
  });

  it('shares a tree that other ranges lead to', async () => {
    const { open, dir } = await openStore({ packages: [LEAF] });
    const [one, other] = [await open({ leaf: '^1.0.0' }), await open({ leaf: '1.x' })];
    expect(other.folder).toBe(one.folder);
    expect(await readdir(join(dir, 'sets'))).toHaveLength(1);
  });

  it('installs one set once for all that ask at a time', async () => {
    const { open, registry } = await openStore({ packages: [LEAF] });
    const sets = await Promise.all(Array.from({ length: 5 }, () => open({ leaf: '1.0.0' })));
    expect(new Set(sets.map(({ folder }) => folder)).size).toBe(1);
    expect(registry.asked.filter((path) => path.endsWith('.tgz'))).toHaveLength(1);
  });

  it('lets two stores install the same set at once, and keeps one copy', async () => {
    const bench = await openStore({ packages: [LEAF, TREE] });
    const others = [bench, bench.second(), bench.second()];
    const sets = await Promise.all(others.map(({ open }) => open({ '@scope/tree': '2' })));
    expect(new Set(sets.map(({ folder }) => folder)).size).toBe(1);
    expect(await readdir(join(bench.dir, 'sets'))).toHaveLength(1);
    expect(await readdir(join(bench.dir, 'staging'))).toEqual([]);
    const file = join(sets[0]?.folder ?? '', 'node_modules/leaf/index.js');
    expect(await readFile(file, 'utf8')).toBe('module.exports = 1;');
  });

  it.each<[string, (file: string) => Promise<void>]>([
    ['changed', (file) => writeFile(file, 'module.exports = "evil";')],
    ['lost a file', (file) => rm(file)],
  ])('installs anew a set that has %s on the disk', async (_what, damage) => {
    const { open, second } = await openStore({ packages: [LEAF] });
    const file = join((await open({ leaf: '1' })).folder, 'node_modules/leaf/index.js');
    await damage(file);
    await second().open({ leaf: '1' });
    expect(await readFile(file, 'utf8')).toBe('module.exports = 1;');
  });

  it('installs anew what was removed under its hands', async () => {
    const { open, dir } = await openStore({ packages: [LEAF] });
    const { folder } = await open({ leaf: '1' });
    await rm(join(dir, 'sets'), { recursive: true });
    await open({ leaf: '1' });
    await access(join(folder, 'node_modules/leaf/index.js'));
  });

  it('removes the sets that were used least recently where they need too much room', async () => {
    const big = { name: 'big', version: '1.0.0', files: { 'index.js': `// ${'x'.repeat(1_200_000)}` } };
    const { open, dir } = await openStore({ packages: [LEAF, big], limits: { storeMb: 1 } });
    await open({ leaf: '1' });
    expect(await readdir(join(dir, 'sets'))).toHaveLength(1);
    const { folder } = await open({ big: '1' });
    expect(await readdir(join(dir, 'sets'))).toEqual([folder.slice(-64)]);
  });

  it('asks whoever wants a set about every package of its tree, each time, and gives it to nobody who may not have one', async () => {
    const { store, open } = await openStore({ packages: [LEAF, TREE] });
    const asked: string[] = [];
    const check = (name: string, via: readonly string[]) => {
      asked.push([...via, name].join(' > '));
      if (name === 'leaf') throw new Error('no leaf for you');
    };
    const declared = declare({ '@scope/tree': '2' });
    await expect(store.open(declared, NEVER, check)).rejects.toThrow('no leaf for you');
    // It is there by now, and somebody else may have it.
    expect((await open({ '@scope/tree': '2' })).names).toEqual(['@scope/tree']);
    await expect(store.open(declared, NEVER, check)).rejects.toThrow('no leaf for you');
    expect(new Set(asked)).toEqual(new Set(['@scope/tree', '@scope/tree > leaf']));
  });

  it('gives nothing where nothing is declared', async () => {
    const { store, registry } = await openStore({ packages: [], settings: { install: 'off' } });
    expect(await store.open(undefined, NEVER)).toBeUndefined();
    expect(await store.open([], NEVER)).toBeUndefined();
    expect(registry.asked).toEqual([]);
  });

  it('stops waiting for an installation when the caller has gone, and finishes it for the next', async () => {
    const { store, registry, open } = await openStore({ packages: [LEAF] });
    const release = registry.hold();
    const gone = new AbortController();
    const waiting = store.open(declare({ leaf: '1' }), gone.signal);
    gone.abort(new Error('gone'));
    await expect(waiting).rejects.toMatchObject({
      code: 'DEPENDENCY_UNAVAILABLE',
      message: 'The request was cancelled before its dependencies were installed.',
    });
    release();
    expect((await open({ leaf: '1' })).names).toEqual(['leaf']);
    expect(registry.asked.filter((path) => path.endsWith('.tgz'))).toHaveLength(1);
  });

  it('ends a running installation when it is closed, and leaves nothing behind', async () => {
    const { store, registry, dir } = await openStore({ packages: [LEAF] });
    registry.hold();
    const waiting = store.open(declare({ leaf: '1' }), NEVER).catch((fault: unknown) => fault);
    await registry.firstRequest;
    await store.close();
    expect(await waiting).toMatchObject({ code: 'SHUTTING_DOWN' });
    expect(await readdir(join(dir, 'staging'))).toEqual([]);
  });
});

describe('a set that cannot be had', () => {
  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['a package that does not exist', { absent: '1' }, 'The package "absent" is not in the registry; check its name.'],
    ['a scoped one', { '@s/absent': '1' }, 'The package "@s/absent" is not in the registry; check its name.'],
    ['a version that does not exist', { leaf: '^9' }, 'The package "leaf" has no version that fits "^9".'],
  ])('is refused with a sentence: %s', async (_what, declared, sentence) => {
    const { refusal } = await openStore({ packages: [LEAF] });
    expect(await refusal(declared)).toBe(`DEPENDENCY_REFUSED: ${sentence}`);
  });

  it('is refused where the operator wants none', async () => {
    const { refusal, registry } = await openStore({ packages: [LEAF], settings: { install: 'off' } });
    expect(await refusal({ leaf: '1' })).toBe(
      'DEPENDENCY_REFUSED: This server installs no dependencies; its operator can allow that (setting dependencies).',
    );
    expect(registry.asked).toEqual([]);
  });

  it('says that there is no npm', async () => {
    const { refusal } = await openStore({ packages: [LEAF], variables: { PATH: '' } });
    expect(await refusal({ leaf: '1' })).toMatch(/^DEPENDENCY_UNAVAILABLE: This server has no npm on its PATH/);
  });

  it('says that npm is too old to be kept to registries', async () => {
    const bench = await openStore({ packages: [LEAF] });
    await writeFile(join(bench.home, 'npm'), '#!/bin/sh\necho undefined\n', { mode: 0o755 });
    const old = bench.second({}, { PATH: `${bench.home}:/usr/bin:/bin` });
    expect(await old.refusal({ leaf: '1' })).toMatch(/^DEPENDENCY_UNAVAILABLE: The npm of this server is too old/);
    expect(bench.registry.asked).toEqual([]);
  });

  it('says that the registry cannot be reached, and not where it is', async () => {
    const { refusal, registry } = await openStore({ packages: [LEAF] });
    await registry.close();
    expect(await refusal({ leaf: '1' })).toBe(
      'DEPENDENCY_UNAVAILABLE: The package registry cannot be reached, so the dependencies were not installed; try again later.',
    );
  });

  it('says that installing took too long', async () => {
    const { refusal, registry, dir } = await openStore({ packages: [LEAF], limits: { installMs: 1_000 } });
    registry.hold();
    expect(await refusal({ leaf: '1' })).toMatch(
      /^DEPENDENCY_UNAVAILABLE: Installing the dependencies took longer than 1000 ms \(limit installMs\)/,
    );
    expect(await readdir(join(dir, 'staging'))).toEqual([]);
  });

  it('says that its folder cannot be written', async () => {
    const bench = await openStore({ packages: [LEAF] });
    await rm(bench.dir, { recursive: true });
    await writeFile(bench.dir, 'a file');
    expect(await bench.refusal({ leaf: '1' })).toMatch(
      /^DEPENDENCY_UNAVAILABLE: The folder .* \(setting packagesDir\)/,
    );
  });

  it('is tried again the next time', async () => {
    const packages = [TREE];
    const { refusal, open } = await openStore({ packages });
    expect(await refusal({ leaf: '1' })).toMatch(/is not in the registry/);
    packages.push(LEAF as never);
    expect((await open({ leaf: '1' })).names).toEqual(['leaf']);
  });
});

describe('the lists of the operator', () => {
  it('hold for what a declared package brings, and say how it comes in', async () => {
    const top = { name: 'top', version: '1.0.0', manifest: { dependencies: { '@scope/tree': '2' } } };
    const { refusal, registry } = await openStore({ packages: [LEAF, TREE, top], settings: { block: ['leaf'] } });
    expect(await refusal({ top: '1' })).toBe(
      'DEPENDENCY_REFUSED: The package "leaf" is blocked here (setting blockPackages). It comes with top → @scope/tree → leaf.',
    );
    expect(registry.asked.filter((path) => path.endsWith('.tgz'))).toEqual([]);
  });

  it('want every package of the tree among those that are allowed', async () => {
    const bench = await openStore({ packages: [LEAF, TREE], settings: { allow: ['@scope/*'] } });
    expect(await bench.refusal({ '@scope/tree': '2' })).toBe(
      'DEPENDENCY_REFUSED: The package "leaf" is not among those that are allowed here (setting allowPackages). It comes with @scope/tree → leaf.',
    );
    expect(await bench.second({ allow: ['@scope/*', 'leaf'] }).refusal({ '@scope/tree': '2' })).toBe('installed');
  });

  it('hold for sets that were installed before', async () => {
    const bench = await openStore({ packages: [LEAF, TREE] });
    await bench.open({ '@scope/tree': '2' });
    expect(await bench.second({ block: ['leaf'] }).refusal({ '@scope/tree': '2' })).toMatch(/"leaf" is blocked here/);
  });
});
