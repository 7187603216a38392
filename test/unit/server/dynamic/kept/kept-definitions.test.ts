import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../../../../src/base/log.ts';
import type { Registry } from '../../../../../src/registry/registry.ts';
import { KeptDefinitions } from '../../../../../src/server/dynamic/kept/kept-definitions.ts';
import { createSchemaCompiler } from '../../../../../src/server/dynamic/schema-compiler.ts';
import { type SqliteBench, sqliteBench } from '../../../../fault/registry/sqlite-bench.ts';

const BY = { by: 'tests' };

describe('definitions that are kept', () => {
  let bench: SqliteBench;
  let registry: Registry;
  const asked: string[] = [];
  beforeEach(async () => {
    bench = await sqliteBench();
    registry = bench.open();
    asked.length = 0;
  });
  afterEach(() => bench.close());

  function keep(maxChars?: number): KeptDefinitions {
    const get: Registry['get'] = (name, options) => {
      asked.push(name);
      return registry.get(name, options);
    };
    const parts = { registry: { ...registry, get }, compile: createSchemaCompiler(), log: createLog('silent') };
    return new KeptDefinitions(parts, maxChars);
  }

  async function create(name: string, more: object = {}) {
    const { revision, hash } = await registry.create({ name, description: 'x', code: 'return 1;', ...more }, BY);
    return { name, revision, hash };
  }

  it('are read once', async () => {
    const key = await create('tool');
    const kept = keep();
    expect((await kept.get(key)).definition).toMatchObject({ name: 'tool', code: 'return 1;' });
    await kept.get(key);
    expect(asked).toEqual(['tool']);
  });

  it('give way to others, the one that was not called for longest first', async () => {
    const keys = [await create('a'), await create('b'), await create('c')];
    const [a, b, c] = keys as [(typeof keys)[0], (typeof keys)[0], (typeof keys)[0]];
    const kept = keep(150);
    for (const key of [a, b, a, c, a, b]) await kept.get(key);
    expect(asked).toEqual(['a', 'b', 'c', 'b']);
  });

  it('have the checker of their outputSchema', async () => {
    const key = await create('tool', { outputSchema: { type: 'number' } });
    expect((await keep().get(key)).checkResult?.('x')).toEqual(['result: expected a number, got the string "x".']);
  });

  it('are of the revision that was asked for, whatever came after it', async () => {
    const key = await create('tool');
    await registry.update({ name: 'tool', description: 'x', code: 'return 2;' }, BY);
    expect((await keep().get(key)).definition.code).toBe('return 1;');
  });

  it('are refused where they are not what was listed, or not to be used', async () => {
    const key = await create('tool');
    await expect(keep().get({ ...key, hash: 'other' })).rejects.toMatchObject({ code: 'TOOL_UNKNOWN' });
    await expect(keep().get({ ...key, name: 'none' })).rejects.toMatchObject({ code: 'TOOL_UNKNOWN' });
    await bench.execute("UPDATE codeloom_revisions SET code = 'return 3;'");
    await expect(keep().get(key)).rejects.toThrow('in quarantine');
    const broken = await create('broken', { outputSchema: { type: 'numbr' } });
    await expect(keep().get(broken)).rejects.toThrow(/cannot be called until it is mended\. outputSchema\.type/);
  });
});
