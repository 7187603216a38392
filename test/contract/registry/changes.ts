/** The part of the contract about changes: whoever makes them, every listener hears of each. */
import { expect, it } from 'vitest';
import type { Registry } from '../../../src/registry/registry.ts';
import { hearChanges } from '../../fault/registry/hear-changes.ts';
import { BY, definitionOf, type GetBench } from './registry-contract.ts';

export function changesContract(bench: GetBench): void {
  it('tells a new listener to read everything, and of nothing older', async () => {
    const registry = bench().open();
    await registry.create(definitionOf('older'), BY);
    const heard = hearChanges(registry);
    await heard.until(({ resets }) => resets === 1);
    await registry.create(definitionOf('newer'), BY);
    await heard.until(({ tools }) => tools.has('newer'));
    expect(heard.state.tools.has('older')).toBe(false);
  });

  it('tells of changes by others within a second', async () => {
    const [reader, writer] = [bench().open(), bench().open()];
    const heard = hearChanges(reader);
    await heard.until(({ resets }) => resets === 1);
    await writer.create(definitionOf('tool'), BY);
    await heard.until(({ tools }) => tools.get('tool')?.revision === 1);
    await writer.update(definitionOf('tool'), BY);
    await heard.until(({ tools }) => tools.get('tool')?.revision === 2);
    await writer.delete('tool', BY);
    await heard.until(({ tools }) => tools.get('tool')?.isDeleted === true);
    expect(heard.state.resets).toBe(1);
  });

  it('misses none of many changes by many writers', async () => {
    const heard = hearChanges(bench().open());
    await heard.until(({ resets }) => resets === 1);
    const names = Array.from({ length: 4 }, (_, writer) =>
      Array.from({ length: 30 }, (_, at) => `tool-${writer}-${at}`),
    );
    const create = async (registry: Registry, mine: readonly string[]) => {
      for (const name of mine) await registry.create(definitionOf(name), BY);
    };
    await Promise.all(names.map((mine) => create(bench().open(), mine)));
    await heard.until(({ tools }) => tools.size === 120);
    expect([...heard.state.tools.keys()].sort()).toEqual(names.flat().sort());
    expect(heard.state.resets).toBe(1);
  });

  it('goes on telling where one listener throws, and not where one has left', async () => {
    const registry = bench().open();
    registry.onChange(() => {
      throw new Error('A listener of the test.');
    });
    const told: string[] = [];
    const leave = registry.onChange((change) => told.push(change.kind));
    const heard = hearChanges(registry);
    await heard.until(({ resets }) => resets === 1);
    expect(told).toEqual(['reset']);
    leave();
    await registry.create(definitionOf('tool'), BY);
    await heard.until(({ tools }) => tools.has('tool'));
    expect(told).toEqual(['reset']);
  });

  it('says that anything may have changed where the tables are put back to an earlier state', async () => {
    const registry = bench().open();
    await registry.create(definitionOf('kept'), BY);
    await registry.create(definitionOf('lost'), BY);
    const heard = hearChanges(registry);
    await heard.until(({ resets }) => resets === 1);
    await bench().execute("DELETE FROM codeloom_tools WHERE name = 'lost'");
    await bench().execute("DELETE FROM codeloom_revisions WHERE name = 'lost'");
    await heard.until(({ resets }) => resets === 2);
    await registry.create(definitionOf('again'), BY);
    await heard.until(({ tools }) => tools.has('again'));
  });
}
