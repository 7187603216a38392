/** Long-lived sandboxes as an agent uses them: the real server over HTTP, clients of each era, a real daemon behind it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docker, missingDocker } from '../docker/local-docker.ts';
import { connectHttp, ERAS, type TestClient } from '../unit/server/clients.ts';
import { BIN, createConfig, startHttp } from './served.ts';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const NAMES = ['sandbox.initialize', 'sandbox.exec', 'sandbox.run_js', 'sandbox.stop', 'sandbox.session.list'];
const missing = missingDocker();

describe.skipIf(missing !== undefined)(`sandboxes${missing ? ` (skipped: ${missing})` : ''}`, () => {
  const { configFile, remove } = createConfig();
  const args = [BIN, 'serve', '--config', configFile, '--transport', 'http', '--port', '0', '--docker-pull', 'never'];
  let server: Awaited<ReturnType<typeof startHttp>>;
  const clients: TestClient[] = [];
  const connect = async (era: (typeof ERAS)[number], name?: string) => {
    const client = await connectHttp(server.url, era, name);
    clients.push(client);
    return client;
  };
  const open = async (client: TestClient) => {
    const { structured, isError } = await client.call('sandbox.initialize');
    expect(isError).toBe(false);
    return String(structured.id);
  };
  const isThere = async (hostname: string) =>
    (await docker('ps', '--all', '--no-trunc', '--quiet')).split('\n').some((id) => id.startsWith(hostname));

  beforeAll(async () => {
    server = await startHttp([...args, '--sandboxes', 'on']);
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await server.end();
    remove();
  });

  it.each(ERAS)('keep their files from call to call, for a client of %s', async (era) => {
    const client = await connect(era);
    const id = await open(client);
    const failed = await client.call('sandbox.exec', { id, command: 'echo 20 > n; echo oops >&2; exit 4' });
    expect(failed).toMatchObject({
      isError: false,
      structured: { id, exitCode: 4, stderr: 'oops\n', timedOut: false },
    });
    expect(failed.text).toMatch(/^exit code 4 in \d+ ms\nstderr:\noops$/);
    const code = `
        import { readFileSync, writeFileSync } from 'node:fs';
        const { sum } = await mcp.everything.get_sum({ a: Number(readFileSync('n', 'utf8')), b: 22 }).then((text) => ({ sum: String(text) }));
        writeFileSync('out/sum.txt', sum);
        writeFileSync('out/dot.png', Buffer.from('${PNG}', 'base64'));
        return sum;`;
    const ran = await client.call('sandbox.run_js', { id, code, servers: ['everything'] });
    expect(ran.structured).toMatchObject({ kind: 'completed', engine: 'docker', isolation: 'container' });
    expect(ran.structured.result).toContain('42');
    expect(ran.structured.artifacts).toEqual([
      { path: 'dot.png', mimeType: 'image/png', bytes: 70 },
      { path: 'sum.txt', mimeType: 'text/plain', bytes: expect.any(Number) },
    ]);
    expect(ran.files).toMatchObject([
      { type: 'image', mimeType: 'image/png', data: PNG },
      { type: 'resource', resource: { mimeType: 'text/plain', text: ran.structured.result } },
    ]);
    const { resource } = ran.files[1] as { resource: { uri: string } };
    expect(resource.uri).toBe(`codeloom://runs/${String(ran.structured.runId)}/out/sum.txt`);
    const listed = await client.call('sandbox.session.list');
    expect(listed.structured).toMatchObject({ sandboxes: [{ id, busy: false }] });
    expect(await client.call('sandbox.stop', { id })).toMatchObject({ isError: false, structured: { stopped: id } });
    const after = await client.call('sandbox.exec', { id, argv: ['true'] });
    expect(after).toMatchObject({ isError: true, structured: { error: { code: 'ARGUMENTS_INVALID' } } });
    expect(after.text).toMatch(/has ended: it was stopped/);
  });

  it('are not needed for files: run_js and code-mode tools give theirs back too', async () => {
    const client = await connect('v1');
    const code = "import { writeFileSync } from 'node:fs'; writeFileSync('/workspace/out/a.csv', 'a;b'); return 1";
    await client.call('code-mode', { name: 'report', servers: [], engine: 'docker' });
    const answers = [
      await client.call('run_js', { code }),
      await client.call('code-mode-report', { script: code }),
      await client.call('mcp-exec', { name: 'code-mode-report', arguments: { script: code } }),
    ];
    for (const { structured, files, text } of answers) {
      expect(structured).toMatchObject({ result: 1, artifacts: [{ path: 'a.csv', mimeType: 'text/csv', bytes: 3 }] });
      const uri = `codeloom://runs/${String(structured.runId)}/out/a.csv`;
      expect(files).toEqual([{ type: 'resource', resource: { uri, mimeType: 'text/csv', text: 'a;b' } }]);
      expect(text).toContain('file: a.csv (text/csv, 3 bytes)');
    }
  });

  it('answer a foreign id exactly as one that never was, on every tool', async () => {
    const [owner, other] = [await connect('v1'), await connect('2025')];
    const id = await open(owner);
    const unknown = id.replace(/^.{8}/, '00000000');
    for (const [name, more] of [
      ['sandbox.exec', { command: 'true' }],
      ['sandbox.run_js', { code: 'return 1' }],
      ['sandbox.stop', {}],
    ] as const) {
      const foreign = await other.call(name, { id, ...more });
      const never = await other.call(name, { id: unknown, ...more });
      expect(foreign.isError, name).toBe(true);
      expect(JSON.stringify(foreign).replaceAll(id, 'ID'), name).toBe(JSON.stringify(never).replaceAll(unknown, 'ID'));
    }
    expect((await other.call('sandbox.session.list')).structured).toEqual({ sandboxes: [] });
    expect((await owner.call('sandbox.exec', { id, command: 'echo mine' })).structured.stdout).toBe('mine\n');
    await owner.call('sandbox.stop', { id });
  });

  it('are refused beyond the caps however many are asked for at once, and leave no container behind', async () => {
    const client = await connect('v1');
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => client.call('sandbox.initialize')));
    const made = answers.filter(({ isError }) => !isError);
    expect(made).toHaveLength(4);
    const refused = answers.find(({ isError }) => isError);
    expect(refused?.text).toMatch(/POOL_SATURATED: This workspace has 4 sandboxes \(limit workspaceSandboxes\)/);
    for (const { structured } of made) await client.call('sandbox.stop', { id: structured.id });
    expect((await client.call('sandbox.session.list')).structured).toEqual({ sandboxes: [] });
  }, 120_000);

  it('kill a command that ignores SIGTERM at its time, and say so', async () => {
    const client = await connect('v1');
    const id = await open(client);
    const command = `trap '' TERM INT HUP; echo begun; (setsid sleep 600 &); sleep 600`;
    const killed = await client.call('sandbox.exec', { id, command, timeoutMs: 1_500 });
    expect(killed).toMatchObject({ isError: true, structured: { timedOut: true, exitCode: 137, stdout: 'begun\n' } });
    expect(killed.text).toMatch(
      /^killed at its timeout, exit code 137.*\nWhatever else ran in the sandbox, in the background too/,
    );
    const spun = await client.call('sandbox.run_js', { id, code: 'for (;;);', timeoutMs: 1_500 });
    expect(spun.text).toMatch(/limit wallMs.*Whatever else ran in the sandbox was ended with it/);
    await client.call('sandbox.stop', { id });
  });

  it('show the beginning and the end of a long output, more of the end where the command failed, and what is missing', async () => {
    const client = await connect('v1');
    const id = await open(client);
    const failed = await client.call('sandbox.exec', { id, command: 'seq 1 5000; echo the reason; exit 3' });
    expect(failed.text).toMatch(/^exit code 3 in \d+ ms\nstdout:\n1\n2\n/);
    expect(failed.text).toMatch(
      /\n…\(\d+ characters left out; all of it is in structuredContent\)…\n[\s\S]*\n5000\nthe reason$/,
    );
    expect(failed.text.split('…\n')[1]?.length).toBeGreaterThan(2_500);
    const flood = await client.call('sandbox.exec', { id, command: 'seq 1 200000' });
    const { truncated } = flood.structured as { truncated: { stdoutBytes: number } };
    expect(flood.text).toContain(
      `what was kept is in structuredContent, ${truncated.stdoutBytes} bytes were dropped)…`,
    );
    expect(flood.text.trimEnd()).toMatch(/\n200000$/);
    await client.call('sandbox.stop', { id });
  });

  it('and code-mode refuse an image that may not be used when the tool is made', async () => {
    const client = await connect('v1');
    for (const more of [{}, { code: 'return 1' }]) {
      const made = await client.call('code-mode', { name: 'odd', servers: [], image: 'debian:12', ...more });
      expect(made.isError).toBe(true);
      expect(made.text).toMatch(/The image "debian:12" is not allowed here; a run may name/);
    }
    expect((await client.list()).map(({ name }) => name)).not.toContain('code-mode-odd');
  });

  it('say what is wrong with the arguments', async () => {
    const client = await connect('v1');
    const id = await open(client);
    for (const [given, words] of [
      [{ id }, 'expected either command or argv, got neither'],
      [{ id, command: 'a', argv: ['b'] }, 'expected either command or argv, got both'],
      [{ id, command: 'a', timeoutMs: 10 ** 9 }, 'timeoutMs'],
    ] as const) {
      expect((await client.call('sandbox.exec', given)).text).toContain(words);
    }
    const image = await client.call('sandbox.initialize', { image: 'debian:12' });
    expect(image.text).toMatch(/The image "debian:12" is not allowed here/);
    const long = await client.call('sandbox.initialize', { timeoutMs: 4_000_000 });
    expect(long.text).toMatch(
      /timeoutMs: expected a whole number from 1000 to \d+ \(limit sandboxLifeMs\), got 4000000/,
    );
    await client.call('sandbox.stop', { id });
  });

  it('are spelled with underscores for clients that reject dots, and answer to both', async () => {
    const names = async (name?: string) => (await (await connect('v1', name)).list()).map((tool) => tool.name);
    expect(await names()).toEqual(expect.arrayContaining(NAMES));
    const spelled = await names('claude-ai');
    expect(spelled).toEqual(expect.arrayContaining(NAMES.map((name) => name.replaceAll('.', '_'))));
    expect(spelled.filter((name) => name.includes('.'))).toEqual([]);
    expect(await (await connect('v1')).call('sandbox_session_list')).toMatchObject({ isError: false });
  });

  it('end when the session of their client does, and with the server', async () => {
    const hostnameIn = { command: 'hostname' };
    const leaving = await openSession(server.url);
    const { id } = await leaving.call('sandbox.initialize', {});
    const first = String((await leaving.call('sandbox.exec', { id, ...hostnameIn })).stdout).trim();
    expect(await isThere(first)).toBe(true);
    await leaving.end();
    await expect.poll(() => isThere(first), { timeout: 20_000 }).toBe(false);
    const own = await startHttp([...args, '--sandboxes', 'on']);
    const client = await connectHttp(own.url, 'v1');
    const { structured } = await client.call('sandbox.exec', { id: await open(client), ...hostnameIn });
    const second = String(structured.stdout).trim();
    expect(await isThere(second)).toBe(true);
    await own.end();
    expect(await isThere(second)).toBe(false);
    await client.close().catch(() => {});
  }, 120_000);

  it('are not there at all unless they are wanted', async () => {
    const plain = await startHttp(args);
    const client = await connectHttp(plain.url, 'v1');
    const names = (await client.list()).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('sandbox'))).toEqual([]);
    await expect(client.call('sandbox.initialize')).rejects.toThrow(/There is no tool/);
    await client.close();
    await plain.end();
  });
});

/** A session of the 2025 revisions by hand, because clients of the SDK end theirs without saying so. */
async function openSession(url: string) {
  const request = (method: string, headers: Record<string, string>, message?: object) =>
    fetch(url, {
      method,
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
      ...(message === undefined ? {} : { body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }) }),
    });
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'by-hand', version: '1' } };
  const opened = await request('POST', {}, { method: 'initialize', params });
  await opened.text();
  const session = {
    'mcp-session-id': opened.headers.get('mcp-session-id') ?? '',
    'mcp-protocol-version': '2025-06-18',
  };
  return {
    call: async (name: string, args: object): Promise<Record<string, unknown>> => {
      const answer = await request('POST', session, { method: 'tools/call', params: { name, arguments: args } });
      const text = await answer.text();
      return JSON.parse(/^(?:data: )?(\{.*\})$/m.exec(text)?.[1] ?? '').result.structuredContent;
    },
    end: async () => {
      await request('DELETE', session);
    },
  };
}
