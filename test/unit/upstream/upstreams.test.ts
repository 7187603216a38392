import { expect, test } from 'vitest';
import { Fault } from '../../../src/base/fault.ts';
import { fixture, isAlive, openUpstreams, stdio } from './open-upstreams.ts';

test('servers are named in order, with descriptions, and none is connected before it is asked for', () => {
  const { upstreams } = openUpstreams({
    zebra: fixture('many-pages'),
    ape: { transport: fixture('many-pages'), description: 'Apes and their kin' },
  });
  expect(upstreams.names()).toEqual([
    { name: 'ape', description: 'Apes and their kin', isConnected: false },
    { name: 'zebra', isConnected: false },
  ]);
  expect(upstreams.status().map(({ state }) => state)).toEqual(['idle', 'idle']);
});

test('a catalog holds the chosen servers sorted by name, each once, and connects no other', async () => {
  const { upstreams, catalog } = openUpstreams({ b: fixture('many-pages'), a: fixture('slow'), c: fixture('slow') });
  const { servers } = await catalog('b', 'a', 'b');
  expect(servers.map(({ name, identifier, tools }) => [name, identifier, tools.length])).toEqual([
    ['a', 'a', 2],
    ['b', 'b', 25],
  ]);
  expect(upstreams.status().map(({ state, tools, era }) => [state, tools, era])).toEqual([
    ['ready', 2, '2025'],
    ['ready', 25, '2025'],
    ['idle', undefined, undefined],
  ]);
  expect(upstreams.names().map(({ isConnected }) => isConnected)).toEqual([true, true, false]);
});

test('the catalog of no servers is empty', async () => {
  const { catalog } = openUpstreams({ a: fixture('slow') });
  expect((await catalog()).servers).toEqual([]);
});

test('as long as nothing changes, the catalog of the same servers is the same frozen object', async () => {
  const { catalog } = openUpstreams({ a: fixture('slow'), b: fixture('many-pages') });
  const first = await catalog('a', 'b');
  expect(await catalog('b', 'a')).toBe(first);
  expect(await catalog('a')).not.toBe(first);
  expect(Object.isFrozen(first)).toBe(true);
  expect(Object.isFrozen(first.servers[0]?.tools[0]?.inputSchema)).toBe(true);
});

test('a server that does not exist is refused with those that do and the nearest, and nothing is connected', async () => {
  const { upstreams, catalog } = openUpstreams({ github: fixture('slow'), memory: fixture('slow') });
  const refused = await catalog('memory', 'gihtub').catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Fault);
  expect(refused).toMatchObject({
    code: 'UPSTREAM_UNKNOWN',
    message: 'There is no server "gihtub". Did you mean "github"? The servers are: github, memory.',
  });
  await expect(catalog('constructor')).rejects.toMatchObject({ code: 'UPSTREAM_UNKNOWN' });
  expect(upstreams.status().map(({ state }) => state)).toEqual(['idle', 'idle']);
});

test('with no server configured, a name is refused with a sentence that says so', async () => {
  await expect(openUpstreams({}).catalog('github')).rejects.toThrow(
    'There is no server "github". No servers are configured.',
  );
});

test('every server that is not there is named, and one that is there can be used without them', async () => {
  const { catalog } = openUpstreams({
    alive: fixture('slow'),
    dead: fixture('dies-at-start'),
    missing: stdio('no-such-command-anywhere'),
  });
  const fault = await catalog('alive', 'dead', 'missing').catch((error: unknown) => error);
  expect(fault).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
  expect(String(fault)).toContain('"dead" is not available: it exited with code 7 before it was ready');
  expect(String(fault)).toContain(
    '"missing" is not available: it could not be started: the command "no-such-command-anywhere" was not found',
  );
  expect((await catalog('alive')).servers).toHaveLength(1);
});

test('the reason of a failure comes with the cleaned end of stderr, in the fault and in the status', async () => {
  const { upstreams, catalog } = openUpstreams({ dead: fixture('dies-at-start') });
  const fault = await catalog('dead').catch((error: unknown) => error);
  expect(String(fault)).toMatch(/Its stderr ended with:\n[\s\S]*no key in MY_KEY$/);
  expect(String(fault).length).toBeLessThan(2_500);
  const [status] = upstreams.status();
  expect(status).toMatchObject({ state: 'failed', reason: 'It exited with code 7 before it was ready.' });
  expect(status?.stderrTail).toMatch(/no key in MY_KEY$/);
});

test('a command with a path is not named to clients', async () => {
  const fault = await openUpstreams({ hidden: stdio('/opt/secret/tool') })
    .catalog('hidden')
    .catch((error: unknown) => error);
  expect(String(fault)).toContain('its command was not found');
  expect(String(fault)).not.toContain('/opt');
});

test('a server that never says anything is given up at the deadline, and its process is gone after closing', async () => {
  const { upstreams, catalog } = openUpstreams({ mute: fixture('never-answers', ['silent']) }, { connectMs: 500 });
  await expect(catalog('mute')).rejects.toThrow('"mute" is not available: it was not ready within 500 ms');
  await upstreams.close();
});

test('waiting for a catalog ends at once when the signal aborts, with its reason', async () => {
  const { upstreams } = openUpstreams({ mute: fixture('never-answers', ['silent']) });
  const abort = new AbortController();
  const waiting = upstreams.catalog(['mute'], abort.signal);
  abort.abort(new Error('no longer wanted'));
  await expect(waiting).rejects.toThrow('no longer wanted');
});

test('closing while a server is being connected refuses those who wait and leaves nothing running', async () => {
  const { upstreams, catalog } = openUpstreams({ mute: fixture('never-answers', ['silent']) });
  const waiting = catalog('mute').catch((error: unknown) => error);
  await upstreams.close();
  expect(await waiting).toMatchObject({ code: 'SHUTTING_DOWN' });
});

test('after closing no process of any server is left, and nothing more is connected', async () => {
  const { upstreams, value, catalog } = openUpstreams({ a: fixture('dies-on-call'), b: fixture('dies-on-call') });
  const pids = [Number(await value('a', 'pid')), Number(await value('b', 'pid'))];
  expect(pids.map(isAlive)).toEqual([true, true]);
  await upstreams.close();
  expect(pids.map(isAlive)).toEqual([false, false]);
  await expect(catalog('a')).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
});

test('one client at a time or many at once, a server is started once', async () => {
  const { upstreams, value } = openUpstreams({ a: fixture('dies-on-call') });
  const pids = await Promise.all(Array.from({ length: 10 }, () => value('a', 'pid')));
  expect(new Set(pids).size).toBe(1);
  expect(upstreams.status()).toHaveLength(1);
});
