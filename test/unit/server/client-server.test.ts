import { describe, expect, it } from 'vitest';
import { ERAS } from './clients.ts';
import { startHttp, startStdio } from './serving.ts';

describe.each(ERAS)('a client of %s', (era) => {
  it('lists the tools and runs a program with them', async () => {
    const { connect, parts } = await startHttp();
    const client = await connect(era);
    expect((await client.list()).map(({ name }) => name)).toContain('run_js');
    const answer = await client.call('run_js', {
      code: 'return (await call("files", "read", args)).path',
      args: { path: '/a' },
      servers: ['files'],
      timeoutMs: 500,
    });
    expect(answer).toMatchObject({ isError: false, structured: { kind: 'completed', result: '/a' } });
    expect(parts.executed[0]).toMatchObject({ servers: ['files'], timeoutMs: 500 });
  });

  it('reads in the text and in the structure what a program threw', async () => {
    const client = await (await startHttp()).connect(era);
    const answer = await client.call('run_js', { code: 'throw new RangeError("too far")' });
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain('RangeError at 1:1: too far');
    expect(answer.structured).toMatchObject({ kind: 'program-threw', error: { line: 1 } });
  });

  it('gets one sentence per mistake in its arguments, and nothing is run', async () => {
    const { connect, parts } = await startHttp();
    const client = await connect(era);
    const answer = await client.call('run_js', { cod: 'x', servers: 'files', timeoutMs: 1.5 });
    expect(answer.isError).toBe(true);
    expect(answer.structured.error).toMatchObject({ code: 'ARGUMENTS_INVALID', retryable: false });
    expect(answer.text.split('\n').slice(1)).toEqual([
      'code: expected a string, got nothing.',
      expect.stringMatching(/^cod: expected one of .* Did you mean "code"\?$/),
      'servers: expected an array, got the string "files".',
      'timeoutMs: expected an integer, got the number 1.5.',
    ]);
    expect(parts.executed).toEqual([]);
  });

  it('learns of an unknown server which ones there are', async () => {
    const { connect, parts } = await startHttp();
    const answer = await (await connect(era)).call('run_js', { code: 'return 1', servers: ['flies'] });
    expect(answer.structured.error).toMatchObject({ code: 'UPSTREAM_UNKNOWN' });
    expect(answer.text).toContain('Did you mean "files"?');
    expect(parts.executed).toEqual([]);
  });

  it('gets an error of the protocol, with the nearest name, for a tool that does not exist', async () => {
    const client = await (await startHttp()).connect(era);
    await expect(client.call('run-jss')).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('Did you mean "run_js"?'),
    });
  });

  it('is told nothing of an unexpected failure but that it happened', async () => {
    const { connect, parts } = await startHttp();
    const answer = await (await connect(era)).call('run_js', { code: 'throw new Error("unexpected")' });
    expect(answer.structured).toEqual({
      error: { code: 'INTERNAL', message: 'Codeloom failed internally; its log has the details.', retryable: false },
    });
    expect(parts.logLines.join()).toContain('secret detail at /home/somebody');
  });

  it('hears the progress of upstream calls in rising numbers', async () => {
    const client = await (await startHttp()).connect(era);
    const heard: unknown[] = [];
    await client.call(
      'run_js',
      { code: 'return await call("my.clock", "tick")' },
      { onprogress: (update) => heard.push(update) },
    );
    expect(heard).toMatchObject([
      { progress: 1, total: 5, message: 'tick 1' },
      { progress: 2, total: 5 },
      { progress: 3, message: 'tick 2' },
      { progress: 4, message: 'tick 1' },
      { progress: 5, total: 5 },
    ]);
  });

  it('aborts the run and its upstream calls by cancelling the request', async () => {
    const { connect, parts } = await startHttp();
    const client = await connect(era);
    const request = new AbortController();
    const call = client.call('run_js', { code: 'return await call("files", "forever")' }, { signal: request.signal });
    const failed = expect(call).rejects.toThrow();
    const signal = await parts.foreverEntered;
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
    request.abort('the user pressed stop');
    await aborted;
    await failed;
    expect(await client.call('run_js', { code: 'return 1' })).toMatchObject({ isError: false });
  });

  it('is answered under every spelling of a name, and under the alias', async () => {
    const client = await (await startHttp()).connect(era);
    for (const name of ['system.health', 'system_health'])
      expect(await client.call(name)).toMatchObject({ isError: false });
    expect(await client.call('run_js_ephemeral', { code: 'return 2' })).toMatchObject({ structured: { result: 2 } });
    expect((await client.list()).map(({ name }) => name)).not.toContain('run_js_ephemeral');
  });

  it('is listed names without dots where it is known to reject them', async () => {
    const { connect } = await startHttp();
    expect((await (await connect(era, 'claude-ai')).list()).map(({ name }) => name)).toContain('system_health');
    expect((await (await connect(era, 'other')).list()).map(({ name }) => name)).toContain('system.health');
  });

  it('may send keys that are names of every object', async () => {
    const client = await (await startHttp()).connect(era);
    const args = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2, "then": 3}');
    const answer = await client.call('run_js', { code: 'return Object.keys(args)', args });
    expect(answer.structured.result).toEqual(['__proto__', 'constructor', 'then']);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    const top = await client.call('run_js', JSON.parse('{"code": "return 1", "constructor": 2}'));
    expect(top.text).toContain('constructor: expected one of');
  });
});

describe('one workspace', () => {
  it('is listed alike on every connection of 2026', async () => {
    const { connect } = await startHttp();
    const [one, other] = [await connect('2026'), await connect('2026')];
    for (const name of ['b', 'a']) await one.call('code-mode', { name, servers: [] });
    expect(await other.list()).toEqual(await one.list());
    expect((await other.list()).map(({ name }) => name).slice(-2)).toEqual(['code-mode-a', 'code-mode-b']);
  });

  it('belongs to one session of 2025 and is not seen by another', async () => {
    const { connect } = await startHttp();
    const [one, other] = [await connect('2025'), await connect('v1')];
    await one.call('code-mode', { name: 'mine', servers: [] });
    expect((await other.list()).map(({ name }) => name)).not.toContain('code-mode-mine');
    await expect(other.call('code-mode-mine', { script: 'return 1' })).rejects.toThrow('There is no tool');
  });
});

describe.each(['2026', '2025'] as const)('over stdio a client of %s', (era) => {
  it('lists, calls, makes tools and hears of the change', async () => {
    const { connect } = await startStdio();
    const client = await connect(era);
    const changed = client.nextChange();
    expect(await client.call('code-mode', { name: 'x', servers: ['files'] })).toMatchObject({ isError: false });
    await changed;
    expect((await client.list()).map(({ name }) => name)).toContain('code-mode-x');
    expect(await client.call('code-mode-x', { script: 'return 7' })).toMatchObject({ structured: { result: 7 } });
  });

  it('hears progress and can cancel', async () => {
    const { connect, parts } = await startStdio();
    const client = await connect(era);
    const heard: number[] = [];
    await client.call('mcp-exec', { name: 'my.clock.tick' }, { onprogress: ({ progress }) => heard.push(progress) });
    expect(heard).toEqual([1, 2, 3, 4, 5]);
    const request = new AbortController();
    const call = expect(
      client.call('mcp-exec', { name: 'files.forever' }, { signal: request.signal }),
    ).rejects.toThrow();
    const signal = await parts.foreverEntered;
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
    request.abort();
    await Promise.all([aborted, call]);
  });

  it('is listed names without dots where it is known to reject them', async () => {
    const client = await (await startStdio()).connect(era, 'claude-ai');
    expect((await client.list()).map(({ name }) => name)).toContain('system_health');
  });
});
