import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../../../src/base/fault.ts';
import { createLog } from '../../../../src/base/log.ts';
import type { Registry, RegistryChange } from '../../../../src/registry/registry.ts';
import { DynamicListing } from '../../../../src/server/dynamic/dynamic-listing.ts';
import { createToolSurface } from '../../../../src/server/tool-surface.ts';
import { Workspace } from '../../../../src/server/workspace/workspace.ts';
import { type SqliteBench, sqliteBench } from '../../../fault/registry/sqlite-bench.ts';

const BY = { by: 'tests' };
const FOREVER_MS = 60_000;

describe('the listing of dynamic tools', () => {
  let bench: SqliteBench;
  const listings: DynamicListing[] = [];
  beforeEach(async () => {
    bench = await sqliteBench();
  });
  afterEach(async () => {
    for (const listing of listings.splice(0)) listing.close();
    await bench.close();
  });

  function list(registry: Pick<Registry, 'list' | 'get' | 'onChange'>): DynamicListing {
    const unkept = { isReadOnly: true, keepBundle: async () => {} };
    const listing = new DynamicListing({ ...unkept, ...registry }, createLog('silent'));
    listings.push(listing);
    return listing;
  }

  const tool = (name: string, more: object = {}) => ({
    name,
    description: `Does ${name}.`,
    code: 'return 1;',
    ...more,
  });
  const names = (listing: DynamicListing) => listing.tools().map(({ name }) => name);
  const until = async (listing: DynamicListing, isWanted: () => boolean) => {
    while (!isWanted())
      await new Promise<void>((resolve) => {
        const stop = listing.onChange(() => {
          stop();
          resolve();
        });
      });
  };

  it('has what is enabled, by name, and hears of what others change', async () => {
    const [writer, reader] = [bench.open(), bench.open()];
    for (const name of ['b', 'a', 'c.d']) await writer.create(tool(name), BY);
    await writer.create(tool('off', { enabled: false }), BY);
    const listing = list(reader);
    expect(names(listing)).toEqual([]);
    await listing.loaded(FOREVER_MS);
    expect(names(listing)).toEqual(['a', 'b', 'c.d']);
    await writer.delete('b', BY);
    await writer.update(tool('off', { title: 'On' }), BY);
    await until(listing, () => names(listing).join() === 'a,c.d,off');
    expect(listing.find('off')?.title).toBe('On');
    expect(listing.find('c_d')).toBe(listing.find('c.d'));
    expect(listing.find('b')).toBeUndefined();
    expect(listing.find('__proto__')).toBeUndefined();
  });

  it('has what this process stored at once, and announces it', async () => {
    const registry = bench.open();
    const listing = list(registry);
    await listing.loaded(FOREVER_MS);
    let announced = 0;
    listing.onChange(() => {
      announced += 1;
    });
    listing.note(await registry.create(tool('mine'), BY));
    expect(names(listing)).toEqual(['mine']);
    expect(announced).toBe(1);
    listing.note(await registry.update(tool('mine', { enabled: false }), BY));
    expect(names(listing)).toEqual([]);
    listing.note(await registry.update(tool('mine'), BY));
    await registry.create(tool('other'), BY);
    await until(listing, () => names(listing).includes('other'));
    expect(announced).toBeGreaterThan(1);
    expect(announced).toBeLessThanOrEqual(4);
  });

  it('does not read again what this process stored itself', async () => {
    const registry = bench.open();
    const read: string[] = [];
    const get: Registry['get'] = (name) => {
      read.push(name);
      return registry.get(name);
    };
    let tell: (change: RegistryChange) => void = () => {};
    const onChange: Registry['onChange'] = (listener) => {
      tell = listener;
      listener({ kind: 'reset' });
      return () => {};
    };
    const listing = list({ ...registry, get, onChange });
    await listing.loaded(FOREVER_MS);
    listing.note(await registry.create(tool('mine'), BY));
    await registry.create(tool('theirs'), BY);
    const changed = ['mine', 'theirs'].map((name) => ({ name, revision: 1, isDeleted: false }));
    tell({ kind: 'changed', tools: changed });
    await until(listing, () => names(listing).includes('theirs'));
    expect(read).toEqual(['theirs']);
  });

  it('has one tool that is to be called before thousands have been read', async () => {
    const registry = bench.open();
    await registry.create(tool('wanted'), BY);
    const never = new Promise<never>(() => {});
    const listing = list({ ...registry, list: () => never });
    await listing.loaded(FOREVER_MS, 'wanted');
    expect(listing.find('wanted')).toBeDefined();
    expect(names(listing)).toEqual(['wanted']);
  });

  it('reads code for no longer than it takes to see that it is sound', async () => {
    const registry = bench.open();
    const code = `return ${JSON.stringify('x'.repeat(100_000))};`;
    for (let at = 0; at < 30; at += 1) await registry.create(tool(`t${at}`, { code }), BY);
    const sizes: number[] = [];
    const page: Registry['list'] = async (query) => {
      const found = await registry.list(query);
      sizes.push(found.tools.length);
      return found;
    };
    const listing = list({ ...registry, list: page });
    await listing.loaded(FOREVER_MS);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(20);
    expect(JSON.stringify(listing.tools())).not.toContain('xxx');
  });

  it('reads the bundles of no tool before it is called', async () => {
    const registry = bench.open();
    await registry.create(tool('kept'), { ...BY, bundle: { text: 'bundled', madeBy: 'v1' } });
    // A table that is not there cannot have been read.
    await bench.execute('ALTER TABLE codeloom_bundles RENAME TO elsewhere');
    const listing = list(registry);
    await listing.loaded(FOREVER_MS);
    expect(names(listing)).toEqual(['kept']);
  });

  it('leaves out what is in quarantine, and what would cost clients the whole list', async () => {
    const registry = bench.open();
    await registry.create(tool('sound'), BY);
    await registry.create(tool('edited'), BY);
    await registry.create(tool('odd', { inputSchema: { type: 'array' } }), BY);
    await bench.execute("UPDATE codeloom_revisions SET code = 'return 2' WHERE name = 'edited'");
    const listing = list(registry);
    await listing.loaded(FOREVER_MS);
    expect(names(listing)).toEqual(['sound']);
  });

  it('is empty while the registry is away at first, and is made when it comes', async () => {
    const real = bench.open();
    await real.create(tool('late'), BY);
    let isAway = true;
    const flaky: Pick<Registry, 'list' | 'get' | 'onChange'> = {
      onChange: (listener) => real.onChange(listener),
      get: (name) => real.get(name),
      list: async (query) => {
        if (!isAway) return real.list(query);
        isAway = false;
        throw new Fault('REGISTRY_UNAVAILABLE', 'Away.');
      },
    };
    const listing = list(flaky);
    await until(listing, () => names(listing).includes('late'));
    expect(names(listing)).toEqual(['late']);
  });

  it('keeps nobody waiting for longer than was said', async () => {
    const silent = { onChange: () => () => {}, list: async () => ({ tools: [] }), get: async () => undefined };
    const listing = list(silent);
    await listing.loaded(1);
    expect(names(listing)).toEqual([]);
  });

  it('shows thousands of tools in pages, each of them once', async () => {
    const registry = bench.open();
    for (let at = 0; at < 1_050; at += 1) await registry.create(tool(`t${at}`), BY);
    const listing = list(registry);
    await listing.loaded(FOREVER_MS);
    const surface = createToolSurface([], listing);
    const workspace = new Workspace('w', () => 0);
    const first = surface.list(workspace, 'dotted');
    const second = surface.list(workspace, 'dotted', first.nextCursor);
    expect([first.tools.length, second.tools.length, second.nextCursor]).toEqual([1_000, 50, undefined]);
    expect(new Set([...first.tools, ...second.tools].map(({ name }) => name)).size).toBe(1_050);
    for (const cursor of ['', '~~~~', 'dDE'])
      expect(() => surface.list(workspace, 'dotted', cursor)).toThrow('expected the nextCursor');
  });
});
