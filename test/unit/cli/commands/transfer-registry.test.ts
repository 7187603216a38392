import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportRegistry, importRegistry } from '../../../../src/cli/commands/transfer-registry.ts';
import type { Registry } from '../../../../src/registry/registry.ts';
import { type SqliteBench, sqliteBench } from '../../../fault/registry/sqlite-bench.ts';
import { createCodeloom, createRememberingTerminal, NEVER } from '../command-bench.ts';

const BY = { by: 'tests' };

describe('registry export and import', () => {
  let benches: readonly SqliteBench[];
  let [from, to]: Registry[] = [];
  beforeEach(async () => {
    benches = [await sqliteBench(), await sqliteBench()];
    [from, to] = benches.map((bench) => bench.open());
    for (const name of ['a', 'b']) await from?.create({ name, description: 'x', code: `return '${name}';\n` }, BY);
    await from?.delete('b', BY);
  });
  afterEach(() => Promise.all(benches.map((bench) => bench.close())));

  const codeloomOf = (tools: Registry | undefined) => createCodeloom(tools === undefined ? {} : { registry: tools });
  const fileOf = (name: string) => join(benches[0]?.folder ?? '', name);

  it('carry every revision over stdout and stdin, and may be repeated', async () => {
    const out = createRememberingTerminal();
    expect(await exportRegistry(codeloomOf(from), undefined, out, NEVER)).toBe(0);
    expect(out.out).toHaveLength(5);
    const into = createRememberingTerminal(`${out.out.join('\n')}\n`);
    expect(await importRegistry(codeloomOf(to), '-', into, NEVER)).toBe(0);
    expect(await importRegistry(codeloomOf(to), undefined, into, NEVER)).toBe(0);
    expect(into.err).toEqual([
      'Added 3 revisions; 0 were there already, 0 were refused.',
      'Added 0 revisions; 3 were there already, 0 were refused.',
    ]);
    expect(await to?.get('a')).toEqual(await from?.get('a'));
  });

  it('carry them over a file that is for its owner alone', async () => {
    const terminal = createRememberingTerminal();
    expect(await exportRegistry(codeloomOf(from), fileOf('tools.jsonl'), terminal, NEVER)).toBe(0);
    expect((await stat(fileOf('tools.jsonl'))).mode & 0o777).toBe(0o600);
    expect(terminal.err).toEqual(['Wrote 3 revisions.']);
    expect(await importRegistry(codeloomOf(to), fileOf('tools.jsonl'), terminal, NEVER)).toBe(0);
    expect((await to?.history('b'))?.revisions).toHaveLength(2);
  });

  it('say what was refused and what is missing', async () => {
    const terminal = createRememberingTerminal();
    await exportRegistry(codeloomOf(from), fileOf('tools.jsonl'), terminal, NEVER);
    const lines = (await readFile(fileOf('tools.jsonl'), 'utf8')).split('\n');
    const tampered = lines.slice(0, 3).map((line) => line.replace("return 'a'", "return 'evil'"));
    await writeFile(fileOf('bad.jsonl'), tampered.join('\n'));
    expect(await importRegistry(codeloomOf(to), fileOf('bad.jsonl'), terminal, NEVER)).toBe(1);
    expect(terminal.err.slice(1)).toEqual([
      'Added 1 revision; 0 were there already, 1 were refused.',
      expect.stringMatching(/^line 2 was refused: It was changed outside Codeloom/),
      'The lines end before their export did: something is missing.',
    ]);
    expect(await to?.get('a')).toBeUndefined();
  });

  it('refuse files that cannot be, files that are no export, and to work without a registry', async () => {
    const terminal = createRememberingTerminal();
    const missing = fileOf('none/tools.jsonl');
    await expect(exportRegistry(codeloomOf(from), missing, terminal, NEVER)).rejects.toThrow(
      'cannot be written: there is no such file or folder.',
    );
    await expect(importRegistry(codeloomOf(to), missing, terminal, NEVER)).rejects.toThrow(
      'cannot be read: there is no such file or folder.',
    );
    await writeFile(fileOf('odd'), '{}\n');
    await expect(importRegistry(codeloomOf(to), fileOf('odd'), terminal, NEVER)).rejects.toThrow('no export');
    await expect(exportRegistry(codeloomOf(undefined), '-', terminal, NEVER)).rejects.toThrow('There is no registry');
  });
});
