/** The part of the contract about records that others changed: shown with the reason, never used, never thrown. */
import { expect, it } from 'vitest';
import { BY, definitionOf, type GetBench } from './registry-contract.ts';

export function quarantineContract(bench: GetBench): void {
  it.each([
    ['its code was edited', "UPDATE codeloom_revisions SET code = 'return 666;' WHERE name = 'bad'", /changed outside/],
    ['its face was edited', "UPDATE codeloom_revisions SET face = '{}' WHERE name = 'bad'", /changed outside/],
    ['its face is no JSON', "UPDATE codeloom_revisions SET face = '{' WHERE name = 'bad'", /changed outside/],
    ['its author was edited', "UPDATE codeloom_revisions SET updated_by = 'x' WHERE name = 'bad'", /changed outside/],
    ['it is of another version', "UPDATE codeloom_revisions SET format = 2 WHERE name = 'bad'", /format 2/],
    ['it was marked as deleted', "UPDATE codeloom_revisions SET is_deleted = 1 WHERE name = 'bad'", /changed outside/],
  ])('takes a tool out of use where %s, and no other', async (_what, sql, reason) => {
    const registry = bench().open();
    await registry.create(definitionOf('bad'), BY);
    const good = await registry.create(definitionOf('good'), BY);
    await bench().execute(sql);
    const reopened = bench().open();
    const { tools } = await reopened.list();
    expect(tools).toEqual([
      expect.objectContaining({ kind: 'quarantined', name: 'bad', revision: 1, reason: expect.stringMatching(reason) }),
      good,
    ]);
    // One that was marked as deleted is not there for `get`, which is as well.
    expect((await reopened.get('bad'))?.kind ?? 'quarantined').toBe('quarantined');
    expect((await reopened.history('bad')).revisions).toEqual([expect.objectContaining({ kind: 'quarantined' })]);
  });

  it('shows a tool whose content somebody took away', async () => {
    const registry = bench().open();
    await registry.create(definitionOf('bad'), BY);
    await bench().execute('DELETE FROM codeloom_revisions');
    expect((await registry.list()).tools).toEqual([
      expect.objectContaining({ kind: 'quarantined', name: 'bad', reason: expect.stringContaining('gone') }),
    ]);
  });

  it('does not let the content of one tool stand in for that of another', async () => {
    const registry = bench().open();
    await registry.create(definitionOf('good'), BY);
    await registry.create(definitionOf('evil'), BY);
    for (const column of ['face', 'code', 'hash']) {
      const of = `(SELECT ${column} FROM codeloom_revisions WHERE name = 'evil')`;
      await bench().execute(`UPDATE codeloom_revisions SET ${column} = ${of} WHERE name = 'good'`);
    }
    expect(await registry.get('good')).toMatchObject({ kind: 'quarantined' });
  });

  it('takes a tool out of use whose name has become a built-in one', async () => {
    await bench().open().create(definitionOf('run.everything'), BY);
    const registry = bench().open({ reserved: { names: ['run_everything'], prefixes: [] } });
    expect(await registry.get('run.everything')).toMatchObject({
      kind: 'quarantined',
      reason: expect.stringContaining('built-in'),
    });
    await expect(registry.delete('run.everything', BY)).resolves.toMatchObject({ revision: 2 });
  });

  it('is left by an update or a deletion, and not by a rollback to a bad revision', async () => {
    const registry = bench().open();
    await registry.create(definitionOf('bad'), BY);
    await bench().execute("UPDATE codeloom_revisions SET code = 'return 666;'");
    await expect(registry.rollback('bad', 1, BY)).rejects.toMatchObject({
      code: 'ARGUMENTS_INVALID',
      message: expect.stringContaining('quarantine'),
    });
    await registry.update(definitionOf('bad'), { ...BY, expectedRevision: 1 });
    expect(await registry.get('bad')).toMatchObject({ kind: 'tool', revision: 2 });
  });

  it('drops a bundle that is not the one that was kept, and keeps the tool', async () => {
    const registry = bench().open();
    const bundle = { text: 'good()', madeBy: 'v1' };
    await registry.create(definitionOf('tool'), { ...BY, bundle });
    await registry.create(definitionOf('other'), { ...BY, bundle: { ...bundle, text: 'evil()' } });
    expect(await registry.get('tool', { withBundle: true })).toMatchObject({ bundle });
    for (const column of ['text', 'hash']) {
      const of = `(SELECT ${column} FROM codeloom_bundles WHERE name = 'other')`;
      await bench().execute(`UPDATE codeloom_bundles SET ${column} = ${of} WHERE name = 'tool'`);
      const read = await registry.get('tool', { withBundle: true });
      expect(read).toMatchObject({ kind: 'tool' });
      expect(read).not.toHaveProperty('bundle');
    }
  });

  it('says that it cannot be used where the tables are not what they were', async () => {
    const registry = bench().open();
    await registry.create(definitionOf('tool'), BY);
    await bench().execute('ALTER TABLE codeloom_revisions RENAME COLUMN code TO program');
    await expect(registry.get('tool')).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    expect(await registry.health()).toMatchObject({ kind: 'up' });
    await bench().execute('ALTER TABLE codeloom_revisions RENAME COLUMN program TO code');
    expect(await registry.get('tool')).toMatchObject({ kind: 'tool' });
  });
}
