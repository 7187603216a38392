import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('../../../dist/bin.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'codeloom-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts the command with a config file, and tells how it ended. */
function codeloom(command: readonly string[], config: string | object) {
  const file = join(folder, 'mcp.json');
  writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(config));
  const args = [BIN, ...command, '--config', file, '--engine', 'node'];
  const env = { PATH: process.env.PATH, HOME: folder, HELD: 'hunter2' };
  const { status, stderr, stdout } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env,
    cwd: folder,
    input: '',
  });
  return { status, stdout, complaint: stderr.replaceAll(file, 'FILE') };
}

const serverOf = (server: object) => ({ mcpServers: { x: server } });
const variable = (name: string) => `\${${name}}`;

describe('169 a config file', () => {
  it.each<[what: string, config: string | object, complaint: RegExp]>([
    [
      'with a variable that is not set',
      serverOf({ command: 'a', env: { KEY: variable('NOT_SET') } }),
      /mcpServers\.x\.env\.KEY.*NOT_SET/,
    ],
    [
      'with a variable named like every object’s',
      serverOf({ command: 'a', env: { KEY: variable('__proto__') } }),
      /mcpServers\.x\.env\.KEY/,
    ],
    ['with a server given twice', '{"mcpServers":{"x":{"command":"a"},"x":{"command":"b"}}}', /mcpServers\.x/],
    ['with a server under both keys', '{"mcpServers":{"x":{"command":"a"}},"servers":{"x":{"command":"b"}}}', /x/],
    ['with a file to connect to', serverOf({ url: 'file:///etc/passwd' }), /mcpServers\.x\.url.*http or https/],
    ['with a script to connect to', serverOf({ url: 'javascript:alert(1)' }), /mcpServers\.x\.url.*http or https/],
    [
      'with a password in a url',
      serverOf({ url: 'https://user:hunter2@example.com/' }),
      /mcpServers\.x\.url.*user name or password/,
    ],
    [
      'with a header that begins another',
      serverOf({ url: 'https://example.com/', headers: { A: 'b\r\nC: d' } }),
      /mcpServers\.x\.headers\.A/,
    ],
    [
      'with ten thousand servers',
      { mcpServers: Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`s${at}`, { command: 'a' }])) },
      /mcpServers holds 10000 servers/,
    ],
    ['with __proto__ for a server', '{"mcpServers":{"x":{"command":"a","__proto__":{"polluted":1}}}}', /__proto__/],
    ['with a limit beyond its range', { codeloom: { limits: { wallMs: 1e9 } } }, /limits.*wallMs/],
    ['with a limit named like every object’s', '{"codeloom":{"limits":{"__proto__":5}}}', /limits/],
    ['that is nested a hundred thousand deep', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, /FILE/],
  ])('169 %s is an error that names the key, before anything is served', (_what, config, complaint) => {
    const { status, complaint: said, stdout } = codeloom(['serve'], config);
    expect([status, stdout]).toEqual([2, '']);
    expect(said).toMatch(complaint);
    expect(said).not.toMatch(/hunter2|\n\s+at /);
  });

  const hostile: Readonly<Record<string, object>> = {
    shell: { command: `true; touch ${join(folder, 'owned')}` },
    substitution: { command: 'true', args: [`$(touch ${join(folder, 'owned')})`, '`touch owned`'] },
    variable: { command: 'true', args: ['$HELD', '&& touch owned'] },
    missing: { command: 'no-such-command-anywhere' },
    outside: { command: '../../../../no-such-command', cwd: folder },
    nowhere: { command: 'true', cwd: join(folder, 'nowhere') },
  };

  it('169 with commands for a shell, commands that are missing and folders that are not starts no shell', () => {
    for (const name of Object.keys(hostile)) {
      const tools = codeloom(['tools', name], { mcpServers: hostile });
      expect([name, tools.status]).not.toEqual([name, 0]);
      expect(tools.complaint + tools.stdout).not.toMatch(/\n\s+at |hunter2/);
    }
    expect(existsSync(join(folder, 'owned'))).toBe(false);
    // The client of stdio has gone at once, so an honest serve ends well.
    expect(codeloom(['serve'], { mcpServers: hostile })).toMatchObject({ status: 0, stdout: '' });
  });

  it('169 in the folder that it stands in is not read, whoever put it there', () => {
    writeFileSync(join(folder, 'mcp.json'), '{"mcpServers":{"evil":{"command":"touch","args":["owned"]}}}');
    writeFileSync(join(folder, '.env'), 'CODELOOM_PORT=nonsense\n');
    const { status, stderr } = spawnSync(process.execPath, [BIN, 'serve', '--engine', 'node'], {
      cwd: folder,
      encoding: 'utf8',
      input: '',
      env: { PATH: process.env.PATH, HOME: folder },
    });
    expect([status, stderr]).toEqual([0, expect.stringContaining('No servers are configured')]);
    expect(existsSync(join(folder, 'owned'))).toBe(false);
  });
});
