/** The part of the contract about export and import: everything goes along, nothing is invented, twice is once. */
import { expect, it } from 'vitest';
import type { Registry } from '../../../src/registry/registry.ts';
import { BY, definitionOf, type GetBench } from './registry-contract.ts';

async function linesOf(registry: Registry): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of registry.exportLines()) lines.push(line);
  return lines;
}

async function* each(lines: readonly string[]): AsyncIterable<string> {
  yield* lines;
}

async function fill(registry: Registry): Promise<void> {
  await registry.create(definitionOf('kept', { description: 'Line one.\nLine two: "ä".' }), { by: 'ann' });
  await registry.create(definitionOf('gone'), { by: 'ann' });
  await registry.update(definitionOf('kept', { code: 'return 2;' }), { by: 'bob' });
  await registry.delete('gone', { by: 'bob' });
}

export function transferContract(bench: GetBench): void {
  it('moves every revision to another registry, which then says the same', async () => {
    const source = bench().open();
    await fill(source);
    const lines = await linesOf(source);
    expect(lines.every((line) => !line.includes('\n'))).toBe(true);
    const other = await bench().another();
    const target = other.open();
    expect(await target.importLines(each(lines))).toEqual({ added: 4, present: 0, refused: [], isComplete: true });
    expect(await linesOf(target)).toEqual(lines);
    expect(await target.list()).toEqual(await source.list());
    for (const name of ['kept', 'gone']) expect(await target.history(name)).toEqual(await source.history(name));
    await other.close();
  });

  it('adds nothing the second time, and what is new the third', async () => {
    const source = bench().open();
    await fill(source);
    const other = await bench().another();
    const target = other.open();
    await target.importLines(each(await linesOf(source)));
    expect(await target.importLines(each(await linesOf(source)))).toMatchObject({ added: 0, present: 4, refused: [] });
    await source.update(definitionOf('kept', { code: 'return 3;' }), BY);
    expect(await target.importLines(each(await linesOf(source)))).toMatchObject({ added: 1, present: 4, refused: [] });
    expect(await target.get('kept')).toMatchObject({ revision: 3, definition: { code: 'return 3;' } });
    await other.close();
  });

  it('leaves alone a tool that is another one here, and says so', async () => {
    const source = bench().open();
    await fill(source);
    const other = await bench().another();
    const target = other.open();
    const mine = await target.create(definitionOf('kept'), BY);
    await target.create(definitionOf('GONE'), BY);
    const { added, refused } = await target.importLines(each(await linesOf(source)));
    expect(added).toBe(0);
    expect(refused.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
      expect.stringMatching(/^2 .*"kept" is another one here, at revision 1/),
      expect.stringMatching(/^3 .*too like/),
      expect.stringMatching(/^4 .*earlier revision of "kept"/),
      expect.stringMatching(/^5 .*earlier revision of "gone"/),
    ]);
    expect(await target.get('kept')).toEqual(mine);
    expect(await target.history('gone')).toEqual({ revisions: [] });
    await other.close();
  });

  it('refuses lines that were tampered with, one by one', async () => {
    const source = bench().open({ reserved: { names: [], prefixes: [] } });
    await fill(source);
    const [head = '', first = '', second = ''] = await linesOf(source);
    const other = await bench().another();
    const target = other.open({ reserved: { names: ['gone'], prefixes: [] } });
    const lines = [
      head,
      first.replace('return', 'retarn'),
      second,
      '{',
      '[]',
      '{"kind":"revision"}',
      '{"__proto__":1}',
      '',
    ];
    const report = await target.importLines(each([...lines, first]));
    expect(report.refused.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 7]);
    expect(report).toMatchObject({ added: 1, isComplete: false });
    await other.close();
  });

  it('takes nothing that does not begin like an export, and nothing where it is read-only', async () => {
    const registry = bench().open();
    for (const lines of [[], ['{}'], ['{"kind":"end"}'], ['{"kind":"codeloom-registry","version":2}']]) {
      await expect(registry.importLines(each(lines))).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' });
    }
    const readOnly = bench().open({ isReadOnly: true }).importLines(each([]));
    await expect(readOnly).rejects.toMatchObject({ code: 'REGISTRY_READ_ONLY' });
  });
}
