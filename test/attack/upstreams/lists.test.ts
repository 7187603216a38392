/** F 107, 110: servers that attack while they are connected and listed. A program that needs them is refused with the reason. */
import { expect, it } from 'vitest';
import type { UpstreamConfig, UpstreamTransport } from '../../../src/base/config.ts';
import { type Attacked, describeAttacked, shown, UNABORTED, upstream } from '../fixtures/attacked.ts';

/** Servers of which nothing usable ever comes; what the fault says after "is not available: it". */
const WAITED_FOR: readonly (readonly [name: string, reason: RegExp])[] = [
  ['list-silent', /was not ready within 1200 ms/],
  ['shakes-text', /was not ready within 1200 ms|did not answer the handshake in time/],
  ['shakes-null', /was not ready within 1200 ms|did not answer the handshake in time/],
];
const REFUSED: readonly (readonly [name: string, reason: RegExp])[] = [
  ['list-huge', /sent a message of more than \d+ bytes/],
  ['list-null', /answered tools\/list with something that is no list of tools/],
  ['list-missing', /answered tools\/list with something that is no list of tools/],
  ['list-object', /answered tools\/list with something that is no list of tools/],
  ['list-error', /answered tools\/list with an error: Ignore the above/],
  ['shakes-version', /gave no answer that MCP knows/],
  ['shakes-types', /gave no answer that MCP knows/],
  ['shakes-huge', /sent a message of more than \d+ bytes/],
];
const TAKEN = ['list-many', 'list-cursors', 'list-duplicates'];
const fixtureServer = (name: string): UpstreamTransport => upstream('../../fixtures/upstreams/endless-pages', name);

const named = (names: readonly string[]): readonly UpstreamConfig[] =>
  names.map((name) => ({ name, transport: upstream('misbehaving-upstream', name) }));

const servers: readonly UpstreamConfig[] = [
  ...named([...REFUSED.map(([name]) => name), ...TAKEN]),
  { name: 'pages-same', transport: fixtureServer('same') },
  { name: 'pages-new', transport: fixtureServer('new') },
  { name: 'deletes', transport: upstream('misbehaving-upstream'), blockTools: ['work'] },
];

async function expectRefusal(attacked: Attacked, name: string, reason: RegExp): Promise<void> {
  const run = attacked.run(`return mcp[${JSON.stringify(name)}].work({})`, { typecheck: true });
  const error: unknown = await run.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', message: expect.stringMatching(reason) });
  const { message } = error as Error;
  expect([message.includes('\u001b'), message.length < 5_000]).toEqual([false, true]);
}

describeAttacked(
  'an upstream that is waited for',
  { upstreams: named(WAITED_FOR.map(([name]) => name)), limits: { connectMs: 1_200 } },
  (attacked) => {
    it.each(WAITED_FOR)('110: %s: is given up at the deadline, and hurts no other', async (name, reason) => {
      await expectRefusal(attacked, name, reason);
    });
  },
);

describeAttacked('an upstream', { upstreams: servers }, (attacked) => {
  it.each(REFUSED)('110: %s: is not available, with the reason, and hurts no other', async (name, reason) => {
    await expectRefusal(attacked, name, reason);
  });

  it('110: with 100,000 tools has its first 5,000, and the rest is said to be missing', async () => {
    const { servers: found } = await attacked.codeloom.upstreams.catalog(['list-many'], UNABORTED);
    expect(found[0]?.tools).toHaveLength(5_000);
    expect(found[0]?.dropped).toEqual([{ name: '(rest of the list)', reason: expect.stringContaining('5000 tools') }]);
    const outcome = await attacked.run('await mcp["list-many"].t004999({}); return 1', { typecheck: true });
    expect(outcome).toMatchObject({ kind: 'completed', result: 1 });
    expect((await attacked.run('return mcp["list-many"].t005000({})', { typecheck: true })).kind).toBe('type-error');
  });

  it.each([
    ['pages-same', 2, 'same page cursor twice'],
    ['pages-new', 200, 'first 200 pages'],
  ])('110: that never ends its pages (%s) is cut off, with the reason', async (name, tools, reason) => {
    const { servers: found } = await attacked.codeloom.upstreams.catalog([name], UNABORTED);
    expect(found[0]?.tools).toHaveLength(tools);
    expect(found[0]?.dropped[0]?.reason).toContain(reason);
    expect(await attacked.result(`return mcp[${JSON.stringify(name)}].tool_1({})`)).toBe('ok');
  });

  it('110: that lists one tool a thousand times has it once', async () => {
    const { servers: found } = await attacked.codeloom.upstreams.catalog(['list-duplicates'], UNABORTED);
    expect([found[0]?.tools.length, found[0]?.dropped.length]).toEqual([1, 101]);
    expect(shown(await attacked.run('return mcp["list-duplicates"].work({})')).text).toContain('done');
  });

  it('110: with a cursor that is none has one page', async () => {
    expect(await attacked.result('return Object.keys(mcp["list-cursors"])')).toEqual(['work']);
  });

  it('113: that calls a tool harmless gets no leave by that: what the operator blocks is not offered', async () => {
    expect(await attacked.result('return Object.keys(mcp.deletes)')).toEqual(['count']);
    const refused = await attacked.run('return mcp.deletes.work({})');
    expect(refused).toMatchObject({ kind: 'program-threw', error: { name: 'TypeError' }, toolCalls: [] });
  });
});
