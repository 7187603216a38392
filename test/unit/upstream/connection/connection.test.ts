import { expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/base/json.ts';
import { failureIn, fixture, isAlive, listeningLog, openUpstreams, unaborted, valueIn } from '../open-upstreams.ts';

test('a server that was killed between two calls is started again, and its user does not notice', async () => {
  const { log, told } = listeningLog();
  const { value } = openUpstreams({ a: fixture('dies-on-call') }, {}, log);
  const first = Number(await value('a', 'pid'));
  process.kill(first, 'SIGKILL');
  await told(/was ended by SIGKILL; it is connected again/);
  const second = Number(await value('a', 'pid'));
  expect(second).not.toBe(first);
  expect(isAlive(second)).toBe(true);
});

test('a server that ends after its answer is started again for the next call', async () => {
  const { log, told } = listeningLog();
  const { value } = openUpstreams({ a: fixture('dies-on-call') }, {}, log);
  const first = await value('a', 'exit_soon');
  await told(/exited with code 0/);
  expect(await value('a', 'pid')).not.toBe(first);
});

test('a call that meets the death of its server is never told to have worked, and not made again', async () => {
  const { call } = openUpstreams({ a: fixture('dies-on-call') });
  const first = Number(await call('a', 'pid').then(valueIn));
  const calls = Array.from({ length: 20 }, () => call('a', 'pid'));
  process.kill(first, 'SIGKILL');
  for (const reply of await Promise.all(calls)) {
    if (reply.kind === 'failure') expect(reply.failure).toMatchObject({ code: 'upstream-lost', retryable: false });
    else expect(Number(reply.value)).toBeGreaterThan(0);
  }
});

test('a server that dies in the middle of a call fails that call for good, and is there for the next', async () => {
  const { call, value, upstreams } = openUpstreams({ a: fixture('dies-on-call') });
  const failure = failureIn(await call('a', 'die'));
  expect(failure).toEqual({
    code: 'upstream-lost',
    message: 'The server of a.die exited with code 3. The call may have taken effect.',
    retryable: false,
  });
  expect(upstreams.status()[0]).toMatchObject({
    state: 'failed',
    reason: 'It exited with code 3.',
    stderrTail: 'out of cheese',
  });
  expect(await value('a', 'pid')).toMatch(/^\d+$/);
});

test('calls that were under way elsewhere are untouched when one server dies', async () => {
  const { call, value } = openUpstreams({ dying: fixture('dies-on-call'), slow: fixture('slow') });
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const working = call('slow', 'work', {}, { onProgress: () => resolve() });
  await begun;
  expect((await call('dying', 'die')).kind).toBe('failure');
  await value('slow', 'release');
  expect(await working).toMatchObject({ kind: 'value', value: 'done' });
});

test('a call to a server that cannot be started again says that it was not made', async () => {
  const { upstreams, tool } = openUpstreams({ a: fixture('dies-on-call') });
  const pid = await tool('a', 'pid');
  await upstreams.close();
  await expect(upstreams.callTool({ runId: 'r', tool: pid, args: {} }, unaborted)).rejects.toMatchObject({
    code: 'SHUTTING_DOWN',
  });
});

test('a server that dies again and again is waited for longer and longer, and the fault says until when', async () => {
  const { catalog } = openUpstreams({ dead: fixture('dies-at-start') });
  const messages: string[] = [];
  for (let times = 0; times < 6; times += 1)
    messages.push(String(await catalog('dead').catch((error: unknown) => error)));
  expect(messages[0]).not.toContain('tried again');
  expect(messages.at(-1)).toMatch(/exited with code 7 .* It is tried again in \d+ s at the earliest\./);
});

test.each(['2025', '2026'])(
  'a tool that is added while connected is in the next catalog, in the %s era',
  async (era) => {
    const { upstreams, catalog, value } = openUpstreams({ a: fixture('list-changes', era === '2025' ? ['2025'] : []) });
    const before = await catalog('a');
    expect(upstreams.status()[0]?.era).toBe(era);
    const changed = new Promise((resolve) => upstreams.onToolsChanged(resolve));
    await value('a', 'add');
    expect(await changed).toBe('a');
    const after = await catalog('a');
    expect(after.servers[0]?.tools.map(({ name }) => name)).toEqual(['add', 'added_1']);
    expect(after.hash).not.toBe(before.hash);
    expect(before.servers[0]?.tools.map(({ name }) => name)).toEqual(['add']);
  },
);

test('a storm of notifications is one change', async () => {
  const { upstreams, value, catalog } = openUpstreams({ a: fixture('list-changes', ['2025']) });
  await catalog('a');
  let told = 0;
  const changed = new Promise<void>((resolve) => {
    upstreams.onToolsChanged(() => {
      told += 1;
      resolve();
    });
  });
  await value('a', 'add', { times: 2_000 });
  await changed;
  expect(told).toBe(1);
});

test('who stops listening hears nothing more', async () => {
  const { upstreams, value, catalog } = openUpstreams({ a: fixture('list-changes', ['2025']) });
  await catalog('a');
  const told: string[] = [];
  const stop = upstreams.onToolsChanged(() => told.push('stopped'));
  stop();
  const changed = new Promise((resolve) => upstreams.onToolsChanged(resolve));
  await value('a', 'add');
  await changed;
  expect(told).toEqual([]);
});

test('only what is allowed and not blocked is offered, and the log names what does not exist', async () => {
  const lines: JsonObject[] = [];
  const { createLog } = await import('../../../../src/base/log.ts');
  const log = createLog('warn', { write: (line: string) => void lines.push(JSON.parse(line)) });
  const { catalog } = openUpstreams(
    {
      a: {
        transport: fixture('many-pages'),
        allowTools: ['tool_01', 'tool_02', 'tol_03'],
        blockTools: ['tool_02'],
      },
    },
    {},
    log,
  );
  const [server] = (await catalog('a')).servers;
  expect(server?.tools.map(({ name }) => name)).toEqual(['tool_01']);
  expect(server?.dropped).toEqual([]);
  expect(lines.map(({ msg }) => msg)).toEqual([
    'The configuration names the tool "tol_03", which this server does not offer. Did you mean "tool_03"?',
  ]);
});
