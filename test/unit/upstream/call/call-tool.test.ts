import { expect, test } from 'vitest';
import type { ToolProgress } from '../../../../src/run/call-tool.ts';
import { failureIn, fixture, openUpstreams, stdio, unaborted } from '../open-upstreams.ts';

const everything = stdio('mcp-server-everything', ['stdio']);

test('the three npm servers answer side by side', async () => {
  const { catalog, value, call } = openUpstreams({
    everything,
    filesystem: stdio('mcp-server-filesystem', [import.meta.dirname]),
    memory: stdio('mcp-server-memory'),
  });
  const { servers } = await catalog('everything', 'filesystem', 'memory');
  expect(servers.map(({ tools, dropped }) => [tools.length > 8, dropped])).toEqual([
    [true, []],
    [true, []],
    [true, []],
  ]);
  expect(await value('everything', 'echo', { message: 'hello' })).toBe('Echo: hello');
  expect(await value('everything', 'get-structured-content', { location: 'New York' })).toMatchObject({
    conditions: 'Cloudy',
  });
  expect(await value('filesystem', 'list_directory', { path: import.meta.dirname })).toMatchObject({
    content: expect.stringContaining('[FILE] call-tool.test.ts'),
  });
  const image = expect.objectContaining({ type: 'image', mimeType: 'image/png' });
  expect(await value('everything', 'get-tiny-image')).toContainEqual(image);
  expect(await call('everything', 'get-tiny-image')).toMatchObject({ media: [image] });
});

test('wrong arguments never leave, and every mistake has its line', async () => {
  const { failure } = openUpstreams({ everything });
  expect(await failure('everything', 'get-sum', { a: '1', b: { c: 2 } })).toEqual({
    code: 'invalid-arguments',
    message:
      'The arguments of everything.get-sum are wrong:\na must be a number, not "1"\nb must be a number, not an object',
    retryable: false,
    details: [
      { path: 'a', message: 'must be a number, not "1"' },
      { path: 'b', message: 'must be a number, not an object' },
    ],
  });
});

test("an upstream's refusal comes in its own words", async () => {
  const { failure } = openUpstreams({ filesystem: stdio('mcp-server-filesystem', [import.meta.dirname]) });
  expect(await failure('filesystem', 'read_text_file', { path: '/etc/passwd' })).toMatchObject({
    code: 'upstream-error',
    message: expect.stringContaining('Access denied'),
    retryable: false,
  });
});

test.each([
  ['right', { count: 1 }],
  ['text', { count: 5 }],
])('a result that is what the output schema promises, sent %s, is handed in', async (send, expected) => {
  const { value } = openUpstreams({ liar: fixture('lies-about-schema') });
  expect(await value('liar', 'promise', { send })).toEqual(expected);
});

test('a result that breaks its promise is refused with what is wrong with it', async () => {
  const { failure } = openUpstreams({ liar: fixture('lies-about-schema') });
  expect(await failure('liar', 'promise', { send: 'mismatch' })).toMatchObject({
    code: 'invalid-result',
    message:
      'The result of liar.promise is not what its output schema promises:\n' +
      'extra is not a known property.\ncount must be an integer, not "many"',
  });
  for (const send of ['missing', 'null']) {
    expect(await failure('liar', 'promise', { send })).toMatchObject({
      code: 'invalid-result',
      message: 'liar.promise promises structured content, and sent none.',
    });
  }
});

test('a failure is a failure, whatever structure comes with it', async () => {
  const { failure } = openUpstreams({ liar: fixture('lies-about-schema') });
  expect(await failure('liar', 'promise', { send: 'error' })).toEqual({
    code: 'upstream-error',
    message: 'it broke',
    retryable: false,
  });
});

test('blocks of unknown kinds come through, beside text and images', async () => {
  const { value } = openUpstreams({ odd: fixture('odd-results') });
  expect(await value('odd', 'odd', { kind: 'mixed' })).toEqual([
    { type: 'text', text: 'a' },
    { type: 'image', data: 'AAAA', mimeType: 'image/png' },
    { type: 'hologram', depth: 3 },
  ]);
});

test('a result above the limit is refused with its size and the limit', async () => {
  const { failure } = openUpstreams({ odd: fixture('odd-results') });
  expect(await failure('odd', 'odd', { kind: 'large' })).toMatchObject({
    code: 'invalid-result',
    message:
      'The result of odd.odd has 5242880 bytes; the limit toolResultBytes is 4194304. Ask the tool for less, or for one page at a time.',
  });
});

test('a message too large to hold ends the connection, and the next call works', async () => {
  const { failure, value } = openUpstreams({ odd: fixture('odd-results') });
  expect(await failure('odd', 'odd', { kind: 'oversized' })).toMatchObject({
    code: 'upstream-lost',
    message: expect.stringContaining('sent a message of more than 33554432 bytes'),
    retryable: false,
  });
  expect(await value('odd', 'odd', { result: { content: [] } })).toEqual([]);
});

test('results too deep to handle and results that are none are refused', async () => {
  const { failure } = openUpstreams({ odd: fixture('odd-results') });
  expect(await failure('odd', 'odd', { kind: 'deep' })).toMatchObject({
    code: 'invalid-result',
    message: 'The result of odd.odd is nested more than 100 levels deep.',
  });
  expect(await failure('odd', 'odd', { kind: 'array' })).toMatchObject({ code: 'upstream-error' });
});

test('progress is passed on while the call is under way', async () => {
  const { call, value } = openUpstreams({ slow: fixture('slow') });
  const heard: ToolProgress[] = [];
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const working = call('slow', 'work', {}, { onProgress: (progress) => resolve(void heard.push(progress)) });
  await begun;
  await value('slow', 'release');
  expect(await working).toEqual({ kind: 'value', value: 'done', bytes: 4, text: '"done"' });
  expect(heard).toEqual([
    { progress: 1, total: 2, message: 'begun' },
    { progress: 2, total: 2, message: 'over' },
  ]);
});

test('an aborted call rejects with the reason, and the upstream is told', async () => {
  const { call, value } = openUpstreams({ never: fixture('never-answers') });
  await value('never', 'heard');
  const abort = new AbortController();
  const waiting = call('never', 'wait', {}, { signal: abort.signal });
  // The call has left once another one was answered after it.
  await value('never', 'heard');
  abort.abort(new Error('changed my mind'));
  await expect(waiting).rejects.toThrow('changed my mind');
  expect(await value('never', 'heard')).toEqual([{ requestId: expect.any(Number), reason: 'The call was cancelled.' }]);
});

test('a call with an aborted signal is not made', async () => {
  const { upstreams, tool, value } = openUpstreams({ never: fixture('never-answers') });
  const wait = await tool('never', 'wait');
  await expect(
    upstreams.callTool({ runId: 'r', tool: wait, args: {} }, AbortSignal.abort(new Error('too late'))),
  ).rejects.toThrow('too late');
  expect(await value('never', 'heard')).toEqual([]);
});

test("a call that takes longer than its server's time is cancelled and told apart", async () => {
  const { failure, value } = openUpstreams({ never: { transport: fixture('never-answers'), timeoutMs: 200 } });
  expect(await failure('never', 'wait')).toEqual({
    code: 'upstream-timeout',
    message: 'never.wait did not answer within 200 ms; the call was cancelled and may have taken effect.',
    retryable: false,
  });
  expect(await value('never', 'heard')).toEqual([{ requestId: expect.any(Number), reason: 'The call took too long.' }]);
});

test('without a time of its own, a server has the limit callMs', async () => {
  const { failure } = openUpstreams({ never: fixture('never-answers') }, { callMs: 150 });
  expect(await failure('never', 'wait')).toMatchObject({
    code: 'upstream-timeout',
    message: expect.stringContaining('150 ms'),
  });
});

test('a tool of no configured server is an unknown tool', async () => {
  const { upstreams } = openUpstreams({});
  const tool = { server: 'gone', name: 'x', identifier: 'x', inputSchema: { type: 'object' } };
  const failure = failureIn(await upstreams.callTool({ runId: 'r', tool, args: {} }, unaborted));
  expect(failure).toMatchObject({ code: 'unknown-tool', message: 'There is no server "gone".' });
});

test('names that break look-ups are called as any other', async () => {
  const { value } = openUpstreams({ hostile: fixture('hostile-names') });
  for (const name of ['__proto__', 'constructor', 'then', 'toString', 'a b', 'naïve-名前', '"quoted"', '*/']) {
    expect(await value('hostile', name)).toBe(name === '"quoted"' ? '"quoted"' : name);
  }
});

test('lines on stdout that are no messages disturb nothing', async () => {
  const { value } = openUpstreams({ noisy: fixture('noisy') });
  expect(await value('noisy', 'speak')).toBe('spoken');
});

test('a hundred calls at once all get their own answers', async () => {
  const { value } = openUpstreams({ everything });
  const echoed = await Promise.all(
    Array.from({ length: 100 }, (_, index) => value('everything', 'echo', { message: String(index) })),
  );
  expect(echoed).toEqual(Array.from({ length: 100 }, (_, index) => `Echo: ${index}`));
});

test('in the 2026 era malformed tools hurt no others, unknown blocks come through, and questions are failures', async () => {
  const { catalog, value, failure, upstreams } = openUpstreams({ a: fixture('malformed-modern') });
  const [server] = (await catalog('a')).servers;
  expect(upstreams.status()[0]?.era).toBe('2026');
  expect(server?.tools.map(({ name }) => name)).toEqual(['asks', 'good']);
  expect(server?.dropped.map(({ name }) => name)).toEqual(['(unnamed)', '(unnamed)', 'bad']);
  // Every request of this era says who asks, and in which revision.
  expect(await value('a', 'good')).toEqual([
    {
      type: 'hologram',
      meta: ['clientCapabilities', 'clientInfo', 'protocolVersion'].map((key) => `io.modelcontextprotocol/${key}`),
    },
  ]);
  expect(await failure('a', 'asks')).toMatchObject({
    code: 'upstream-error',
    message: expect.stringContaining('asks for input from a person'),
  });
});
