import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { ERAS } from '../../unit/server/clients.ts';
import { PLUS, toolServers } from './tool-server.ts';

/** Each test starts several processes. */
const SLOW = { timeout: 120_000 };
const PLUS_TWO = {
  name: 'plus-two',
  description: 'Adds two.',
  code: 'return args + 2;',
  annotations: { readOnlyHint: true },
};
const NOTHING_COMPILED = { kind: 'completed', timings: { typecheckMs: 0, bundleMs: 0 } };

interface Timed {
  readonly kind: string;
  readonly timings: { readonly typecheckMs: number; readonly bundleMs: number };
}

it.each(ERAS)('the first call after a restart compiles nothing, with a client of %s', SLOW, async (era) => {
  const servers = toolServers();
  const first = await servers.overStdio(era);
  await first.call('dynamic.tool.create', { tool: PLUS });
  await first.call('dynamic.tool.create', { tool: PLUS_TWO });
  await first.call('dynamic.tool.update', { name: 'plus-two', patch: { code: 'return args + 3;' } });
  await first.call('dynamic.tool.rollback', { name: 'plus-two', revision: 1 });
  expect((await first.call('plus', { n: 1 })).structured).toMatchObject(NOTHING_COMPILED);
  await first.close();
  const second = await servers.overStdio(era);
  expect((await second.call('plus', { n: 1 })).structured).toMatchObject({
    ...NOTHING_COMPILED,
    result: 'The sum of 1 and 1 is 2.',
  });
  expect((await second.call('plus-two', { args: 1 })).structured).toMatchObject({ ...NOTHING_COMPILED, result: 3 });
  const third = await servers.overStdio(era);
  // Named to another tool before it has been read.
  const answer = await third.call('mcp-exec', { name: 'plus-two', arguments: { args: 1 } });
  expect(answer.structured).toMatchObject({ ...NOTHING_COMPILED, result: 3 });
});

it('a tool without a compiled program is compiled once, and not again after a restart', SLOW, async () => {
  const servers = toolServers();
  const call = async () => {
    const client = await servers.overStdio('2026');
    const { structured } = await client.call('plus', { n: 1 });
    // Whatever was to be kept is kept when this is: writes of one process go one after the other.
    await client.call('dynamic.tool.create', { tool: { ...PLUS_TWO, name: 'later' } });
    await client.call('dynamic.tool.delete', { name: 'later' });
    await client.close();
    return structured;
  };
  const maker = await servers.overStdio('2026');
  await maker.call('dynamic.tool.create', { tool: PLUS });
  await maker.close();
  const database = new DatabaseSync(servers.file);
  // As after an import, which brings no compiled programs.
  database.exec('DELETE FROM codeloom_bundles');
  database.close();
  const { timings } = (await call()) as unknown as Timed;
  expect(Math.min(timings.typecheckMs, timings.bundleMs)).toBeGreaterThan(0);
  expect(await call()).toMatchObject(NOTHING_COMPILED);
});

it('a tool whose server has other tools by now is checked again, and the bundle is not made again', SLOW, async () => {
  const servers = toolServers();
  const first = await servers.overStdio('2026');
  await first.call('dynamic.tool.create', { tool: PLUS });
  await first.close();
  const config = JSON.parse(readFileSync(join(dirname(servers.file), 'mcp.json'), 'utf8'));
  config.mcpServers.everything.blockTools = ['echo'];
  const fewer = join(dirname(servers.file), 'fewer.json');
  writeFileSync(fewer, JSON.stringify(config));
  const second = await servers.overStdio('2026', '--config', fewer);
  const { kind, timings } = (await second.call('plus', { n: 1 })).structured as unknown as Timed;
  expect([kind, timings.bundleMs]).toEqual(['completed', 0]);
  expect(timings.typecheckMs).toBeGreaterThan(0);
  await second.call('dynamic.tool.create', { tool: PLUS_TWO });
  await second.close();
  // Both checks are kept.
  for (const more of [['--config', fewer], []]) {
    const client = await servers.overStdio('2026', ...more);
    expect((await client.call('plus', { n: 1 })).structured).toMatchObject(NOTHING_COMPILED);
  }
  config.mcpServers.everything.blockTools = ['get-sum'];
  writeFileSync(fewer, JSON.stringify(config));
  const third = await servers.overStdio('2026', '--config', fewer);
  expect((await third.call('plus', { n: 1 })).structured).toMatchObject({ kind: 'type-error' });
});

it('an error of a program that was not compiled again leads to its own line', SLOW, async () => {
  const servers = toolServers();
  const first = await servers.overStdio('2026');
  const code = 'const seen: unknown = args;\n\nthrow new RangeError("no " + String(seen));';
  await first.call('dynamic.tool.create', { tool: { name: 'fails', description: 'Fails.', code } });
  await first.close();
  const second = await servers.overStdio('2026');
  expect((await second.call('fails', { args: 7 })).structured).toMatchObject({
    kind: 'program-threw',
    error: { name: 'RangeError', message: 'no 7', line: 3, column: 7 },
    timings: { typecheckMs: 0, bundleMs: 0 },
  });
});
