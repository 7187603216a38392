/**
 * Somebody who can write to the registry's file exchanges what tools were compiled into. He could change their code as
 * well, so what counts is that it stays with the tool that he touched: nothing is handed to another one, or to whoever
 * runs the same program. How sizes are held is in test/unit/compile/kept/.
 */
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { sealBundle } from '../../../src/registry/record/stored-tool.ts';
import { toolServers } from '../../e2e/dynamic-tools/tool-server.ts';

interface KeptRow {
  readonly name: string;
  readonly made_by: string;
  readonly text: string;
  readonly hash: string;
  readonly revision_hash: string;
}

const NAMES = ['swapped', 'resealed', 'blown-up', 'rewritten', 'sound'] as const;

function codeOf(name: string): string {
  return `return ${JSON.stringify(`honest ${name}`)};`;
}

it('171: what tools were compiled into, exchanged behind the back of a server', { timeout: 120_000 }, async () => {
  const servers = toolServers();
  const first = await servers.overStdio('2026');
  for (const name of NAMES) {
    const tool = { name, description: 'Says who it is.', code: codeOf(name) };
    expect(await first.call('dynamic.tool.create', { tool })).toMatchObject({ isError: false });
  }
  await first.close();
  meddle(servers.file);

  const second = await servers.overStdio('2026');
  const call = async (name: string) => (await second.call(name)).structured;
  for (const name of ['swapped', 'resealed', 'blown-up', 'sound'])
    expect(await call(name)).toMatchObject({ kind: 'completed', result: `honest ${name}` });
  // The hash of this one fits: whoever can do that could have written the code, too.
  expect(await call('rewritten')).toMatchObject({ result: 'forged rewritten' });
  for (const name of NAMES)
    expect((await second.call('run_js', { code: codeOf(name) })).structured).toMatchObject({
      result: `honest ${name}`,
    });
  const tool = { name: 'another', description: 'The same program.', code: codeOf('rewritten') };
  await second.call('dynamic.tool.create', { tool });
  expect(await call('another')).toMatchObject({ result: 'honest rewritten' });
});

function meddle(file: string): void {
  const database = new DatabaseSync(file);
  const rows = database
    .prepare(
      'SELECT b.*, r.hash AS revision_hash FROM codeloom_bundles b JOIN codeloom_revisions r USING (name, revision)',
    )
    .all() as unknown as readonly KeptRow[];
  const of = (name: (typeof NAMES)[number]): KeptRow => {
    const row = rows.find((each) => each.name === name);
    if (row === undefined) throw new Error(`Nothing was kept of ${name}.`);
    return row;
  };
  const put = (name: (typeof NAMES)[number], { madeBy, text, hash }: { madeBy: string; text: string; hash: string }) =>
    database
      .prepare('UPDATE codeloom_bundles SET made_by = ?, text = ?, hash = ? WHERE name = ?')
      .run(madeBy, text, hash, name);
  const reseal = (name: (typeof NAMES)[number], text: string) =>
    put(name, sealBundle({ text, madeBy: of(name).made_by }, of(name).revision_hash));
  // As it stands beside another tool, hash and all.
  put('swapped', { madeBy: of('sound').made_by, text: of('sound').text, hash: of('sound').hash });
  // The program of another tool, with the hash that it would have here.
  reseal('resealed', of('sound').text);
  reseal('rewritten', of('rewritten').text.replace('honest', 'forged'));
  database.exec("UPDATE codeloom_bundles SET text = hex(zeroblob(33554433)) WHERE name = 'blown-up'");
  database.close();
}
