/** The part of the contract about writes: compare-and-set, names, history, read-only. */
import { expect, it } from 'vitest';
import { BY, definitionOf, type GetBench } from './registry-contract.ts';

export function writingContract(bench: GetBench): void {
  it('gives back what was stored, with who and when', async () => {
    const registry = bench().open();
    const full = definitionOf('full', {
      title: 'Full',
      servers: ['files'],
      inputSchema: { type: 'object', properties: { a: { const: '\u0000' } } },
      outputSchema: { type: 'number' },
      annotations: { readOnlyHint: true },
      dependencies: [{ name: 'left-pad', version: '^1.0.0' }],
      engine: 'node',
      image: 'node:24-slim',
      timeoutMs: 5_000,
      enabled: false,
      tags: ['one', 'two'],
    });
    const stored = await registry.create(full, { by: 'ann', bundle: { text: 'bundled', madeBy: 'v1' } });
    expect(stored).toMatchObject({ kind: 'tool', definition: full, revision: 1, createdBy: 'ann', updatedBy: 'ann' });
    expect(Math.abs(Date.parse(stored.createdAt) - Date.now())).toBeLessThan(600_000);
    expect(await bench().open().get('full')).toEqual(stored);
    expect(await registry.get('full', { withBundle: true })).toEqual({
      ...stored,
      bundle: { text: 'bundled', madeBy: 'v1' },
    });
  });

  it('refuses a name that is taken, and says at which revision it is', async () => {
    const registry = bench().open();
    await registry.create(definitionOf('taken'), BY);
    await expect(bench().open().create(definitionOf('taken'), BY)).rejects.toMatchObject({
      code: 'REGISTRY_CONFLICT',
      currentRevision: 1,
      message: expect.stringContaining('revision 1'),
    });
  });

  it.each([
    ['Report', 'report'],
    ['make.report', 'make_report'],
  ])('refuses %s beside %s, until that is gone', async (name, other) => {
    const registry = bench().open();
    await registry.create(definitionOf(other), BY);
    await expect(registry.create(definitionOf(name), BY)).rejects.toMatchObject({
      code: 'REGISTRY_CONFLICT',
      message: expect.stringContaining(`"${other}"`),
    });
    await registry.delete(other, BY);
    await expect(registry.create(definitionOf(name), BY)).resolves.toMatchObject({ revision: 1 });
    await expect(registry.rollback(other, 1, BY)).rejects.toMatchObject({ code: 'REGISTRY_CONFLICT' });
  });

  it('updates only the revision that was expected, and tells the current one', async () => {
    const registry = bench().open();
    await registry.create(definitionOf('tool'), { by: 'ann' });
    const second = await registry.update(definitionOf('tool', { code: 'return 2;' }), {
      by: 'bob',
      expectedRevision: 1,
    });
    expect(second).toMatchObject({
      revision: 2,
      createdBy: 'ann',
      updatedBy: 'bob',
      definition: { code: 'return 2;' },
    });
    await expect(registry.update(definitionOf('tool'), { ...BY, expectedRevision: 1 })).rejects.toMatchObject({
      code: 'REGISTRY_CONFLICT',
      currentRevision: 2,
      message: expect.stringMatching(/revision 2, not 1.*"bob"/),
    });
    await expect(registry.delete('tool', { ...BY, expectedRevision: 1 })).rejects.toMatchObject({ currentRevision: 2 });
    await expect(registry.update(definitionOf('tool'), BY)).resolves.toMatchObject({ revision: 3 });
  });

  it('lets one of many writers with one expected revision win, and loses nothing', async () => {
    const registries = [bench().open(), bench().open(), bench().open()];
    await registries[0]?.create(definitionOf('tool'), BY);
    const attempts = Array.from({ length: 12 }, (_, at) => {
      const change = definitionOf('tool', { code: `return ${at};` });
      return registries[at % 3]?.update(change, { by: `writer ${at}`, expectedRevision: 1 });
    });
    const settled = await Promise.allSettled(attempts);
    const won = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const lost = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    expect(won).toHaveLength(1);
    for (const fault of lost) expect(fault).toMatchObject({ code: 'REGISTRY_CONFLICT', currentRevision: 2 });
    expect(await registries[1]?.get('tool')).toEqual(won[0]);
  });

  it('makes each of many creates at the same time once', async () => {
    const registries = [bench().open(), bench().open()];
    const names = Array.from({ length: 40 }, (_, at) => `tool-${at % 20}`);
    const creates = names.map((name, at) => registries[at < 20 ? 0 : 1]?.create(definitionOf(name), BY));
    const settled = await Promise.allSettled(creates);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    const { tools } = (await registries[0]?.list({ limit: 100 })) ?? {};
    expect(tools?.map(({ revision }) => revision)).toEqual(Array.from({ length: 20 }, () => 1));
  });

  it('deletes with a tombstone in the history, and goes on counting when the name comes back', async () => {
    const registry = bench().open();
    await registry.create(definitionOf('tool'), { by: 'ann' });
    expect(await registry.delete('tool', { by: 'bob', expectedRevision: 1 })).toMatchObject({ revision: 2 });
    expect(await registry.get('tool')).toBeUndefined();
    expect(await registry.list()).toEqual({ tools: [] });
    expect(await registry.get('tool', { revision: 2 })).toMatchObject({ kind: 'deleted', updatedBy: 'bob' });
    await expect(registry.delete('tool', BY)).rejects.toMatchObject({ code: 'TOOL_UNKNOWN' });
    await expect(registry.update(definitionOf('tool'), BY)).rejects.toMatchObject({ code: 'TOOL_UNKNOWN' });
    expect(await registry.create(definitionOf('tool'), { by: 'eve' })).toMatchObject({ revision: 3, createdBy: 'eve' });
  });

  it('rolls back to the content of a revision, of a deleted tool too', async () => {
    const registry = bench().open();
    await registry.create(definitionOf('tool', { code: 'return 1;' }), BY);
    await registry.update(definitionOf('tool', { code: 'return 2;', tags: ['new'] }), BY);
    const third = await registry.rollback('tool', 1, { by: 'bob', expectedRevision: 2 });
    expect(third).toMatchObject({ revision: 3, updatedBy: 'bob', definition: { code: 'return 1;' } });
    expect(third.definition.tags).toBeUndefined();
    await registry.delete('tool', BY);
    expect(await registry.rollback('tool', 2, BY)).toMatchObject({ revision: 5, definition: { code: 'return 2;' } });
    await expect(registry.rollback('tool', 4, BY)).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' });
    await expect(registry.rollback('tool', 9, BY)).rejects.toMatchObject({ code: 'TOOL_UNKNOWN' });
    await expect(registry.rollback('tool', 1, { ...BY, expectedRevision: 4 })).rejects.toMatchObject({
      currentRevision: 5,
    });
    await expect(registry.rollback('other', 1, BY)).rejects.toMatchObject({ code: 'TOOL_UNKNOWN' });
  });

  it('says which name was probably meant', async () => {
    const registry = bench().open();
    await registry.create(definitionOf('weekly-report'), BY);
    await expect(registry.delete('weekly_reprot', BY)).rejects.toThrow('Did you mean "weekly-report"?');
  });

  it('stores nothing of what is refused', async () => {
    const registry = bench().open({ reserved: { names: ['system.health'], prefixes: ['code-mode-'] } });
    const wrong = [
      definitionOf('system_health'),
      definitionOf('code-mode-x'),
      { name: 'x' },
      null,
      definitionOf('a b'),
    ];
    for (const definition of wrong) {
      await expect(registry.create(definition, BY)).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' });
    }
    expect(await registry.list()).toEqual({ tools: [] });
  });

  it('changes nothing where it is read-only, and reads', async () => {
    const stored = await bench().open().create(definitionOf('tool'), BY);
    const registry = bench().open({ isReadOnly: true });
    const writes = [
      registry.create(definitionOf('other'), BY),
      registry.update(definitionOf('tool'), BY),
      registry.delete('tool', BY),
      registry.rollback('tool', 1, BY),
      registry.keepBundle(stored, { text: 'x', madeBy: 'v1' }),
    ];
    for (const write of writes) await expect(write).rejects.toMatchObject({ code: 'REGISTRY_READ_ONLY' });
    expect(await registry.get('tool')).toEqual(stored);
    expect(await registry.health()).toEqual({ kind: 'up', tools: 1, isReadOnly: true });
  });

  it('keeps a bundle that is made later, for its revision alone', async () => {
    const registry = bench().open();
    const first = await registry.create(definitionOf('tool'), { ...BY, bundle: { text: 'old', madeBy: 'v1' } });
    await registry.keepBundle(first, { text: 'new', madeBy: 'v2' });
    expect(await registry.get('tool', { withBundle: true })).toMatchObject({ bundle: { text: 'new', madeBy: 'v2' } });
    await registry.update(definitionOf('tool'), BY);
    expect(await registry.get('tool', { withBundle: true })).not.toHaveProperty('bundle');
    expect(await registry.get('tool', { revision: 1, withBundle: true })).toHaveProperty('bundle');
  });
}
