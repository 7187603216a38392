import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as V1Transport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TRANSPORTS } from '../served.ts';
import { startTraced } from './traced-client.ts';

const SECRETS = ['hunter2', 's3cr3t-token', 'db-password', 'path-key', 'query-key'];
const SETTINGS = {
  mcpServers: {
    local: { command: process.execPath, args: ['--key=hunter2'], env: { API_KEY: 's3cr3t-token', EMPTY: '' } },
    remote: {
      type: 'http',
      url: 'https://mcp.example/path-key/mcp?key=query-key',
      headers: { Authorization: 'Bearer s3cr3t-token' },
    },
  },
};
const ENV = { CODELOOM_REGISTRY_URL: 'postgres://codeloom:db-password@db.example/codeloom' };
const URIS = ['codeloom://service/meta', 'codeloom://service/runtime-config', 'codeloom://metrics/guard'];

function textOf(result: { readonly contents: readonly object[] }): string {
  const [first] = result.contents;
  return first !== undefined && 'text' in first ? String(first.text) : '';
}

describe.each(TRANSPORTS)('introspection over %s', (transport) => {
  it.each(['2026', '2025'] as const)('offers a %s client three resources and a prompt', async (era) => {
    const { client } = await startTraced({ transport, era });
    const { resources } = await client.listResources();
    expect(resources.map(({ uri, mimeType }) => [uri, mimeType])).toEqual(URIS.map((uri) => [uri, 'application/json']));
    const meta = JSON.parse(textOf(await client.readResource({ uri: 'codeloom://service/meta' })));
    expect(meta).toMatchObject({ name: 'codeloom', transport, profile: 'mvp', engines: { node: true } });
    const guard = JSON.parse(textOf(await client.readResource({ uri: 'codeloom://metrics/guard' })));
    expect(guard).toMatchObject({ running: 0, queued: 0 });
    const { prompts } = await client.listPrompts();
    expect(prompts.map(({ name, arguments: args = [] }) => [name, args.map((each) => each.name)])).toEqual([
      ['tool-call-checklist', ['goal']],
    ]);
    const { messages } = await client.getPrompt({
      name: 'tool-call-checklist',
      arguments: { goal: 'Count the notes.' },
    });
    expect(messages).toHaveLength(1);
    expect(JSON.stringify(messages)).toMatch(/Count the notes.*mcp-types.*Promise\.all/);
  });

  it('shows the configuration in force, and no secret of it', async () => {
    const { client, call } = await startTraced({ transport, era: '2026', config: SETTINGS, env: ENV });
    const config = await call('system.runtime_config', {});
    const uri = 'codeloom://service/runtime-config';
    expect(JSON.parse(textOf(await client.readResource({ uri })))).toEqual(config);
    expect(config).toMatchObject({
      settings: { transport, registryUrl: 'set', adminToken: 'not set', registry: 'none', metrics: 'on' },
      limits: { wallMs: 30_000 },
      servers: [
        { name: 'local', transport: 'stdio', arguments: 1, env: { API_KEY: 'set', EMPTY: 'not set' } },
        {
          name: 'remote',
          origin: 'https://mcp.example',
          path: 'set',
          query: 'set',
          credentials: 'not set',
          headers: { Authorization: 'set' },
        },
      ],
    });
    for (const secret of SECRETS) expect(JSON.stringify(config)).not.toContain(secret);
  });
});

describe('introspection', () => {
  it('says in words what is not there', async () => {
    const { client } = await startTraced({ transport: 'http', era: '2026' });
    await expect(client.readResource({ uri: 'codeloom://service/secrets' })).rejects.toThrow(
      'codeloom://service/secrets',
    );
    await expect(client.readResource({ uri: 'file:///etc/passwd' })).rejects.toThrow();
    await expect(client.getPrompt({ name: 'other' })).rejects.toThrow('there is tool-call-checklist');
    const arguments_ = { goal: 'x'.repeat(3_000) };
    await expect(client.getPrompt({ name: 'tool-call-checklist', arguments: arguments_ })).rejects.toThrow('2000');
    await expect(client.getPrompt({ name: 'tool-call-checklist', arguments: { no: '1' } })).rejects.toThrow('goal');
  });

  it('is there for clients of version 1 of the SDK', async () => {
    const { url } = await startTraced({ transport: 'http', era: '2025' });
    const client = new V1Client({ name: 'v1', version: '1' });
    await client.connect(new V1Transport(new URL(url)) as unknown as Parameters<V1Client['connect']>[0]);
    onTestFinished(() => client.close());
    expect((await client.listResources()).resources.map(({ uri }) => uri)).toEqual(URIS);
    expect((await client.listResourceTemplates()).resourceTemplates).toEqual([]);
    expect(textOf(await client.readResource({ uri: 'codeloom://service/meta' }))).toContain('codeloom');
    expect((await client.getPrompt({ name: 'tool-call-checklist' })).messages).toHaveLength(1);
  });

  it('keeps the inside from callers without the scope, and leaves it out of lists', async () => {
    const { client, url } = await startTraced({
      transport: 'http',
      era: '2026',
      env: { CODELOOM_ADMIN_TOKEN: 'a-very-long-admin-token' },
    });
    expect((await client.listResources()).resources.map(({ uri }) => uri)).toEqual(['codeloom://service/meta']);
    for (const uri of URIS.slice(1)) await expect(client.readResource({ uri })).rejects.toThrow('codeloom.admin');
    const page = await (await fetch(new URL('/metrics', url))).text();
    expect(page).toContain('codeloom_denials_total{kind="tool"} 2');
  });
});
