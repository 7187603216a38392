/**
 * K 171, 172: somebody else changes a stored tool after it was read and before it is used, and tools with very many
 * revisions. What a registry does with rows that were edited is also in test/contract/registry/quarantine.ts, for both
 * databases; here a registry is held that has read the tool already, as one that a server has open.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BY, definitionOf } from '../../contract/registry/registry-contract.ts';
import { type SqliteBench, sqliteBench } from '../../fault/registry/sqlite-bench.ts';

const REVISIONS = 1_000;

describe('a stored tool', () => {
  let bench: SqliteBench;
  beforeEach(async () => {
    bench = await sqliteBench();
  });
  afterEach(() => bench.close());

  it('171: that was edited behind the back of an open registry is not handed out again, and no other is touched', async () => {
    const registry = bench.open();
    await registry.create(definitionOf('approved'), BY);
    const other = await registry.create(definitionOf('other'), BY);
    expect(await registry.get('approved')).toMatchObject({ definition: { code: "return 'approved';" } });
    await bench.execute("UPDATE codeloom_revisions SET code = 'return 666;' WHERE name = 'approved'");
    expect(await registry.get('approved')).toMatchObject({ kind: 'quarantined' });
    expect(await registry.get('approved', { revision: 1 })).toMatchObject({ kind: 'quarantined' });
    expect(await registry.get('other')).toEqual(other);
  });

  it('171: whose hash was taken from another revision of its own is not handed out either', async () => {
    const registry = bench.open();
    await registry.create(definitionOf('tool', { code: 'return 1;' }), BY);
    await registry.update(definitionOf('tool', { code: 'return 2;' }), BY);
    await bench.execute(
      "UPDATE codeloom_revisions SET hash = (SELECT hash FROM codeloom_revisions WHERE revision = 1) WHERE name = 'tool'",
    );
    expect(await registry.get('tool')).toMatchObject({ kind: 'quarantined' });
  });

  it('171: that changed since it was looked at is not changed, deleted or approved by who looked at it', async () => {
    const [mine, theirs] = [bench.open(), bench.open()];
    const { revision } = await mine.create(definitionOf('tool'), BY);
    const changed = await theirs.update(definitionOf('tool', { code: 'return 666;' }), BY);
    const asSeen = { ...BY, expectedRevision: revision };
    for (const attempt of [
      () => mine.update(definitionOf('tool', { enabled: false }), asSeen),
      () => mine.delete('tool', asSeen),
      () => mine.rollback('tool', revision, asSeen),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'REGISTRY_CONFLICT' });
    expect(await mine.get('tool')).toEqual(changed);
    // Whoever holds on to the revision that was looked at still has exactly that.
    expect(await mine.get('tool', { revision })).toMatchObject({ definition: { code: "return 'tool';" } });
  });

  it('171: that comes back in an export with other code than its hash says is not taken in', async () => {
    const registry = bench.open();
    await registry.create(definitionOf('tool'), BY);
    const other = await sqliteBench();
    try {
      const lines = async function* () {
        for await (const line of registry.exportLines()) yield line.replace("return 'tool';", 'return 666;');
      };
      const target = other.open();
      expect(await target.importLines(lines())).toMatchObject({ added: 0, refused: [expect.anything()] });
      expect(await target.get('tool')).toBeUndefined();
    } finally {
      await other.close();
    }
  });

  it('172: with a thousand revisions is read in pages, and costs no other its place', async () => {
    const registry = bench.open();
    await registry.create(definitionOf('much'), BY);
    for (let at = 2; at <= REVISIONS; at += 1)
      await registry.update(definitionOf('much', { description: `Revision ${at}.` }), BY);
    const seen: number[] = [];
    for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
      const page = await registry.history('much', cursor === undefined ? {} : { cursor });
      expect(page.revisions.length).toBeLessThanOrEqual(100);
      seen.push(...page.revisions.map(({ revision }) => revision));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(Array.from({ length: REVISIONS }, (_, at) => REVISIONS - at));
    expect(await registry.get('much')).toMatchObject({ revision: REVISIONS });
    const { tools } = await registry.list();
    expect(tools).toMatchObject([{ definition: { name: 'much' } }]);
  });
});
