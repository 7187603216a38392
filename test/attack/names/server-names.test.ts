/** E 92, 97, 98: servers, config files and requests whose names mean something to every object. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type LoadedSettings, loadSettings } from '../../../src/config/load-settings.ts';
import { buildCodeloom } from '../../../src/main.ts';
import { attackedSettings, describeAttacked, resultOf, scripted, UNABORTED } from '../fixtures/attacked.ts';

const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'globalThis',
  'default',
  'eval',
  'await',
  'then',
  'toJSON',
  'mcp',
  'undefined',
  'a/../b',
  '"',
  '*/',
  '’',
];
const SERVERS = NAMES.map((name) => ({ name, transport: scripted(['echo']) }));

describeAttacked('servers with hostile names', { upstreams: SERVERS }, (attacked) => {
  it.each(NAMES)('92: %j is found in the program that names it, connected and called', async (name) => {
    const program = `const r: any = await mcp[${JSON.stringify(name)}].echo({ at: 1 }); return r.args`;
    expect(await attacked.result(program, { typecheck: true })).toEqual({ at: 1 });
  });

  it('92: all of them beside each other are one object without a prototype that may be awaited', async () => {
    const program = `const all = await mcp; const calls = Object.keys(all).map(async (key) => (await all[key].echo({ key })).args.key === key);
      return [Object.getPrototypeOf(all), (await Promise.all(calls)).every(Boolean), Object.keys(all).length]`;
    expect(await attacked.result(program, { servers: NAMES })).toEqual([null, true, NAMES.length]);
  });

  it('92: a name that is not configured is refused, whatever every object has under it', async () => {
    for (const name of ['hasOwnProperty', 'valueOf', '__lookupGetter__']) {
      await expect(attacked.run('return 1', { servers: [name] })).rejects.toMatchObject({ code: 'UPSTREAM_UNKNOWN' });
    }
  });
});

/** The settings that a config file of this text comes to. */
async function load(text: string, env: Readonly<Record<string, string>> = {}): Promise<LoadedSettings> {
  const folder = mkdtempSync(join(tmpdir(), 'codeloom-attack-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'mcp.json'), text);
  const flags = new Map([['--config', [join(folder, 'mcp.json')]]]);
  return loadSettings({ flags, env, platform: process.platform, homeDir: folder });
}

describeAttacked('a config file', {}, () => {
  it.each([
    ['at the top', '{"__proto__": {"mcpServers": {}, "engine": "docker"}}'],
    ['among the settings', '{"codeloom": {"__proto__": {"engine": "docker"}}}'],
    ['among the limits', '{"codeloom": {"limits": {"__proto__": {"wallMs": 1}}}}'],
    ['within a server', '{"mcpServers": {"a": {"__proto__": {"command": "x"}}}}'],
    ['as a constructor', '{"codeloom": {"constructor": {"prototype": {"polluted": 1}}}}'],
  ])('97: with __proto__ %s changes nothing of any object, and is refused or ignored', async (_where, text) => {
    const settled = await load(text).then(
      ({ settings }) => settings.engine,
      (error: { code: string }) => error.code,
    );
    expect(['auto', 'CONFIG_INVALID']).toContain(settled);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(({} as { engine?: unknown }).engine).toBeUndefined();
  });

  it('97: with a server called __proto__ has a server called __proto__, whose tools a program may call', async () => {
    const { command, args } = scripted(['echo']) as { command: string; args: readonly string[] };
    const { settings } = await load(`{"mcpServers": {"__proto__": ${JSON.stringify({ command, args })}}}`);
    const codeloom = buildCodeloom({ ...attackedSettings(), upstreams: settings.upstreams });
    const outcome = await codeloom.execute(
      { code: 'return (await mcp["__proto__"].echo({ n: 1 })).args', workspace: 'w' },
      UNABORTED,
    );
    await codeloom.close();
    expect(resultOf(outcome)).toEqual({ n: 1 });
  });

  it.each(['__proto__', 'constructor', 'toString'])(
    '97: with a reference to %s means a variable of that name, and there is none',
    async (name) => {
      const loading = load(`{"mcpServers": {"a": {"command": "x", "env": {"KEY": "\${${name}}"}}}}`);
      await expect(loading).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(name) });
    },
  );
});

describeAttacked('a request over HTTP', {}, () => {
  const META = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",
    "io.modelcontextprotocol/clientInfo":{"name":"t","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}`;
  const POLLUTED = '"__proto__":{"polluted":1}';
  const CALL = '"name":"run_js","arguments":{"code":"return args","args":{"__proto__":{"polluted":1}},"servers":[]}';

  it.each([
    ['its query, its headers and its parameters: it is answered', `"params":{${POLLUTED},${CALL},${META}}`, 200],
    // The revision knows no further members of a message, whatever they are called.
    ['its message: it is refused', `${POLLUTED},"params":{${CALL},${META}}`, 400],
  ])('98: with __proto__ in %s', async (_where, members, status) => {
    const codeloom = buildCodeloom({ ...attackedSettings(), transport: 'http', port: 0 });
    const served = await codeloom.serve();
    const headers: [string, string][] = [
      ['content-type', 'application/json'],
      ['accept', 'application/json, text/event-stream'],
      ['mcp-protocol-version', '2026-07-28'],
      ['mcp-method', 'tools/call'],
      ['mcp-name', 'run_js'],
      ['__proto__', 'polluted'],
      ['constructor', 'polluted'],
    ];
    const response = await fetch(`${served.url}?__proto__[polluted]=1&constructor.prototype.polluted=1`, {
      method: 'POST',
      headers,
      body: `{"jsonrpc":"2.0","id":1,"method":"tools/call",${members}}`,
    });
    const text = await response.text();
    await served.close();
    await codeloom.close();
    expect([response.status, text]).toEqual([status, expect.any(String)]);
    if (status === 200) expect(text).toContain('"result":{"__proto__":{"polluted":1}}');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
