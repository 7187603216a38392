import { expect, onTestFinished, test } from 'vitest';
import { StderrTail } from '../../../../src/upstream/transport/stderr-tail.ts';
import { StdioTransport } from '../../../../src/upstream/transport/stdio-transport.ts';
import { fixture, isAlive, listeningLog, openUpstreams, quiet } from '../open-upstreams.ts';

test('a server gets the environment of its configuration and a few safe variables, and nothing else', async () => {
  process.env.CODELOOM_TEST_SECRET = 'not for servers';
  onTestFinished(() => void delete process.env.CODELOOM_TEST_SECRET);
  const { value } = openUpstreams({ a: fixture('prints-environment', [], { GIVEN: 'yes', HOME: '/elsewhere' }) });
  const environment = (await value('a', 'environment')) as Record<string, string>;
  expect(environment).toMatchObject({ GIVEN: 'yes', HOME: '/elsewhere', PATH: process.env.PATH });
  const safe = ['GIVEN', 'HOME', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'USER'];
  expect(Object.keys(environment).filter((name) => !safe.includes(name))).toEqual([]);
});

test('closing ends a server that ignores the end of its input and SIGTERM, with the helpers that it started', async () => {
  const { upstreams, value } = openUpstreams({ a: fixture('leaves-children', ['stays']) });
  const helper = Number(await value('a', 'helper'));
  expect(isAlive(helper)).toBe(true);
  await upstreams.close();
  await expect.poll(() => isAlive(helper)).toBe(false);
});

test('a server that dies while a helper holds its pipes is known to be dead, and the helper goes too', async () => {
  const { log, told } = listeningLog();
  const { value, failure } = openUpstreams({ a: fixture('leaves-children') }, {}, log);
  const helper = Number(await value('a', 'helper'));
  expect(await failure('a', 'die')).toMatchObject({ code: 'upstream-lost' });
  await told(/exited with code 1/);
  await expect.poll(() => isAlive(helper)).toBe(false);
});

test('a server that exits when it is probed for its era is started again and used', async () => {
  const { upstreams, value } = openUpstreams({ a: fixture('exits-on-probe') });
  expect(Number(await value('a', 'pid'))).toBeGreaterThan(0);
  expect(upstreams.status()[0]).toMatchObject({ state: 'ready', era: '2025' });
});

test('a working folder that does not exist is told', async () => {
  const transport = { kind: 'stdio' as const, command: 'node', args: [], env: {}, cwd: '/no/such/folder' };
  await expect(openUpstreams({ a: transport }).catalog('a')).rejects.toThrow(
    'it could not be started: the command "node" or its working folder was not found.',
  );
});

test('a command that the operating system cannot take is refused without a word about it', async () => {
  const transport = { kind: 'stdio' as const, command: 'node\0', args: [], env: {} };
  await expect(openUpstreams({ a: transport }).catalog('a')).rejects.toThrow(
    '"a" is not available: it could not be started',
  );
});

test('a server that closes its input before it dies is told by how it died', async () => {
  const { log, told } = listeningLog();
  const script = 'exec 0<&-; echo no more >&2; sleep 0.1; exit 3';
  const deaf = { kind: 'stdio' as const, command: '/bin/sh', args: ['-c', script], env: {} };
  const transport = new StdioTransport(deaf, 1_000, new StderrTail(), log);
  await transport.start();
  await told(/upstream wrote to stderr/);
  const sent = [1, 2].map((id) => transport.send({ jsonrpc: '2.0', id, method: 'ping' }));
  for (const each of sent) await expect(each).rejects.toThrow('exited with code 3');
});

test('a server that reads no more is told apart before what it should read fills our memory', async () => {
  const mute = {
    kind: 'stdio' as const,
    command: process.execPath,
    args: ['-e', 'setInterval(() => {}, 1000)'],
    env: {},
  };
  const transport = new StdioTransport(mute, 1_000, new StderrTail(), quiet);
  onTestFinished(() => transport.close());
  await transport.start();
  const text = 'x'.repeat(8 * 1024 * 1024);
  const sent = Array.from({ length: 12 }, () =>
    transport.send({ jsonrpc: '2.0', method: 'notifications/x', params: { text } }),
  );
  const settled = Promise.allSettled(sent);
  await expect(Promise.race(sent)).rejects.toMatchObject({
    failure: { message: 'does not read what it is sent', mayHaveRun: false },
  });
  await transport.close();
  expect((await settled).every(({ status }) => status === 'rejected')).toBe(true);
});
