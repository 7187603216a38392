/**
 * What goes wrong with the compiled programs that lie in the registry beside their tools: they are broken, old or too
 * large, or there is no keeping them. A call goes on in every case, with a program that is compiled anew.
 */
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../../../src/base/log.ts';
import type { Build } from '../../../../src/compile/kept/build.ts';
import { buildEdition } from '../../../../src/compile/kept/edition.ts';
import type { KeptBundle } from '../../../../src/registry/record/stored-tool.ts';
import type { Registry } from '../../../../src/registry/registry.ts';
import { KeptDefinitions } from '../../../../src/server/dynamic/kept/kept-definitions.ts';
import { createSchemaCompiler } from '../../../../src/server/dynamic/schema-compiler.ts';
import { BY, definitionOf } from '../../../contract/registry/registry-contract.ts';
import { type SqliteBench, sqliteBench } from '../sqlite-bench.ts';

const BUILD: Build = {
  checkedAs: ['c1'],
  bundledAs: 'b1',
  code: '(async()=>1)',
  sourceMap: JSON.stringify({ version: 3, sources: ['program.ts'], names: [], mappings: '' }),
};
const WHOLE: KeptBundle = { text: JSON.stringify(BUILD), madeBy: buildEdition() };
/** As long as a statement waits for a lock, and then some. */
const SLOW = { timeout: 60_000 };

describe('a compiled program that is kept', () => {
  let bench: SqliteBench;
  let registry: Registry;
  let lines: string[];
  let heard: PromiseWithResolvers<void>;
  beforeEach(async () => {
    bench = await sqliteBench();
    registry = bench.open();
    lines = [];
    heard = Promise.withResolvers();
  });
  afterEach(() => bench.close());

  /** As a process does that has just started. */
  async function read(from: Pick<Registry, 'get' | 'keepBundle' | 'isReadOnly'> = registry) {
    const write = (line: string) => {
      lines.push(line);
      heard.resolve();
    };
    const parts = { registry: from, compile: createSchemaCompiler(), log: createLog('warn', { write }) };
    const { revision = 0, hash = '' } = ((await registry.get('tool')) ?? {}) as { revision?: number; hash?: string };
    const definitions = new KeptDefinitions(parts);
    const get = () => definitions.get({ name: 'tool', revision, hash });
    return { get, ...(await get()) };
  }

  it('is there again after a restart', async () => {
    await registry.create(definitionOf('tool'), { ...BY, bundle: WHOLE });
    expect((await read()).builds.known).toEqual(BUILD);
    expect(lines).toEqual([]);
  });

  it.each([
    ['is cut off', { text: WHOLE.text.slice(0, -20) }],
    ['is empty', { text: '' }],
    ['is something else', { text: JSON.stringify({ ...BUILD, sourceMap: 'none' }) }],
  ])('is not used where it %s, and the log says so', async (_how, change) => {
    await registry.create(definitionOf('tool'), { ...BY, bundle: { ...WHOLE, ...change } });
    const { builds, definition } = await read();
    expect(builds.known).toBeUndefined();
    expect(definition.code).toBe("return 'tool';");
    expect(lines.join()).toContain('a kept program is broken; it is compiled anew');
  });

  it('is not used where another edition made it, which is no mistake', async () => {
    await registry.create(definitionOf('tool'), { ...BY, bundle: { ...WHOLE, madeBy: 'codeloom 0.0.1' } });
    const { builds } = await read();
    expect(builds.known).toBeUndefined();
    expect(lines).toEqual([]);
    // What takes its place is kept instead.
    builds.keep(BUILD);
    await untilStored(registry, WHOLE);
    expect((await read()).builds.known).toEqual(BUILD);
  });

  it('is not kept where it is too large, and serves for as long as the process lives', async () => {
    await registry.create(definitionOf('tool'), BY);
    const kept = await read({
      ...registry,
      keepBundle: () => Promise.reject(new Error('It was to be kept.')),
    });
    const large = { ...BUILD, code: 'x'.repeat(16 * 1024 * 1024) };
    kept.builds.keep(large);
    expect((await kept.get()).builds.known).toBe(large);
    expect(await registry.get('tool', { withBundle: true })).not.toHaveProperty('bundle');
    expect(lines).toEqual([]);
  });

  it('costs no call anything while the database is locked, and is told of in the log', SLOW, async () => {
    await registry.create(definitionOf('tool'), BY);
    const { builds, get } = await read();
    const other = new DatabaseSync(bench.file);
    try {
      other.exec('BEGIN IMMEDIATE');
      builds.keep(BUILD);
      expect((await get()).builds.known).toBe(BUILD);
      await heard.promise;
      expect(lines.join()).toContain('a compiled program could not be kept');
    } finally {
      other.exec('ROLLBACK');
      other.close();
    }
    expect((await get()).builds.known).toBe(BUILD);
  });

  it('is never written where the registry is read-only', async () => {
    await registry.create(definitionOf('tool'), BY);
    const { builds } = await read(bench.open({ isReadOnly: true }));
    builds.keep(BUILD);
    expect(builds.known).toBe(BUILD);
    expect(await registry.get('tool', { withBundle: true })).not.toHaveProperty('bundle');
    expect(lines).toEqual([]);
  });
});

/** A write of the same registry that comes after another has it behind it. */
async function untilStored(registry: Registry, bundle: KeptBundle): Promise<void> {
  await registry.create(definitionOf('later'), BY);
  expect(await registry.get('tool', { withBundle: true })).toMatchObject({ bundle });
}
