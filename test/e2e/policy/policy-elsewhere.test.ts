import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { describe, expect, it, onTestFinished } from 'vitest';
import { codeOf, policyServers, USER } from './policy-servers.ts';

const rules = (...given: readonly object[]) =>
  JSON.stringify({ rules: given.map((rule) => ({ subjects: [USER], ...rule })) });
const BIN = fileURLToPath(new URL('../../../dist/bin.js', import.meta.url));

describe('a policy', { timeout: 120_000 }, () => {
  it('holds for long-lived sandboxes, which need the docker engine, and for their images and packages', async () => {
    const sandboxes = ['--engine', 'auto', '--sandboxes', 'on'];
    const node = await policyServers(rules({ engines: ['node'] }), ...sandboxes).overStdio('2026');
    for (const [tool, args] of [
      ['sandbox.initialize', {}],
      ['sandbox.exec', { id: 'any', command: 'true' }],
    ] as const) {
      const answer = await node.call(tool, args);
      expect([codeOf(answer), answer.text], tool).toEqual(['DENIED', expect.stringContaining('use the docker engine')]);
    }
    const docker = await policyServers(rules({ engines: ['docker'] }), ...sandboxes).overStdio('2026');
    const dependencies = [{ name: 'left-pad', version: '1' }];
    for (const asked of [{ image: 'node:24-slim' }, { dependencies }])
      expect(codeOf(await docker.call('sandbox.initialize', asked))).toBe('DENIED');
  });

  it('denies a code-mode tool an engine that its maker may not use, also one that takes scripts', async () => {
    const client = await policyServers(rules({ engines: ['node'] }), '--engine', 'auto').overStdio('2026');
    const made = await client.call('code-mode', { name: 'x', servers: [], engine: 'docker' });
    expect(codeOf(made)).toBe('DENIED');
    expect((await client.list()).map(({ name }) => name)).not.toContain('code-mode-x');
  });

  it('has auto take the engine that is allowed', async () => {
    const client = await policyServers(rules({ engines: ['node'] }), '--engine', 'auto').overStdio('2026');
    expect((await client.call('run_js', { code: 'return 1;' })).structured).toMatchObject({
      result: 1,
      engine: 'node',
    });
  });

  it('holds at the command line, for the user of the process', async () => {
    const { run } = policyServers(rules({ engines: ['node'], servers: { files: {} } }));
    expect(await run('return 6 * 7;')).toMatchObject({ exitCode: 0, said: expect.stringContaining('42') });
    const denied = await run('return 1;', '--servers', 'memory');
    expect(denied.exitCode).not.toBe(0);
    expect(denied.said).toContain(`does not let "${USER}" use the server "memory". It allows files.`);
    const stranger = await policyServers('{"rules": []}').run('return 1;');
    expect(stranger.said).toContain(`has no rule for "${USER}"`);
  });

  it('leaves no way around a denied tool through the resource that tells the same', async () => {
    const { args } = policyServers(rules({ engines: ['node'], codeloomTools: ['run_js', 'system.health'] }));
    const client = new Client({ name: 'reader', version: '1' });
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args: [BIN, ...args], stderr: 'ignore' }),
    );
    onTestFinished(() => client.close());
    expect((await client.listResources()).resources.map(({ name }) => name)).toEqual(['service-meta']);
    await client.readResource({ uri: 'codeloom://service/meta' });
    const secret = client.readResource({ uri: 'codeloom://service/runtime-config' });
    await expect(secret).rejects.toThrow('call system.runtime_config. It allows run_js, system.health.');
  });
});
