import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { flagOf, SETTING_KEYS } from '../../../src/config/table/setting-table.ts';

const BIN = fileURLToPath(new URL('../../../src/cli/bin.ts', import.meta.url));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'codeloom-cli-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real executable in an empty folder that is also its user's home. */
function codeloom(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const options = { cwd: folder, env: { PATH: process.env.PATH, HOME: folder, ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, ...args], options, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr });
    });
  });
}

describe('codeloom', () => {
  it('says its version', async () => {
    expect(await codeloom(['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  it('lists every setting and command in its help', async () => {
    const { code, stdout, stderr } = await codeloom(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const key of SETTING_KEYS) expect(stdout).toMatch(new RegExp(`^ +${flagOf(key)}\\b`, 'm'));
    for (const name of ['serve', 'run', 'types', 'tools', 'registry', 'audit', 'doctor'])
      expect(stdout).toMatch(new RegExp(`^ +${name}\\b`, 'm'));
  });

  it('helps with one command, and says where the settings of all are', async () => {
    const { code, stdout } = await codeloom(['run', '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/--no-typecheck/);
    expect(stdout).not.toMatch(/--log-level/);
    expect(stdout).toMatch(/codeloom --help has them/);
    expect((await codeloom(['serve', '--help'])).stdout).toMatch(/--log-level/);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['an unknown flag', ['--prot', '1'], /^codeloom: unknown option '--prot' \(Did you mean --port\?\)\n$/],
    [
      'an unknown flag of a command',
      ['run', 'x', '--jsno'],
      /^codeloom: unknown option '--jsno' \(Did you mean --json\?\)\n$/,
    ],
    ['an unknown command', ['srve'], /^codeloom: There is no command "srve"\. Did you mean "serve"\?\n$/],
    ['a word beside serve', ['serve', 'extra'], /^codeloom: serve takes no arguments, not "extra"\.\n$/],
    ['a word beside serve, behind a flag', ['--port', '1', 'serve', 'srve'], /^codeloom: serve takes no arguments, /],
    ['a flag without its value', ['--port'], /^codeloom: option '--port <NUMBER>' argument missing\n$/],
    ['a command without its argument', ['run'], /^codeloom: missing required argument 'FILE'\n$/],
    [
      'a wrong value',
      ['serve', '--port', 'x'],
      /^codeloom: --port must be a whole number from 0 to 65535, not "x"\.\n$/,
    ],
    ['a program that does not exist', ['run', 'absent.ts'], /^codeloom: absent\.ts: there is no such file\.\n$/],
    ['args that are no JSON', ['run', '-', '--args', '{'], /^codeloom: --args must be JSON/],
    ['an unknown detail', ['types', '--detail', 'ful'], /^codeloom: --detail must be .* Did you mean "full"\?\n$/],
    [
      'a config file that does not exist',
      ['tools', '--config', 'no.json'],
      /^codeloom: no\.json: there is no such file\.\n$/,
    ],
  ])('refuses %s with one line and exit code 2', async (_title, args, line) => {
    const { code, stdout, stderr } = await codeloom(args);
    expect(stderr).toMatch(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('refuses an unknown variable with its prefix', async () => {
    const { code, stderr } = await codeloom(['serve'], { CODELOOM_PRT: '1' });
    expect(stderr).toBe('codeloom: There is no environment variable "CODELOOM_PRT". Did you mean "CODELOOM_PORT"?\n');
    expect(code).toBe(2);
  });

  it('takes its options before and after the command', async () => {
    for (const args of [
      ['--port', 'x', 'tools'],
      ['tools', '--port=x'],
    ]) {
      expect((await codeloom(args)).stderr).toMatch(/^codeloom: --port must be/);
    }
  });

  it('tells every mistake of the config file in a line of its own', async () => {
    mkdirSync(join(folder, '.config', 'codeloom'), { recursive: true });
    const file = join(folder, '.config', 'codeloom', 'mcp.json');
    writeFileSync(file, '{\n  "mcpServers": {\n    "a": { "command": 1 },\n    "b": { "ulr": "http://x/" }\n  }\n}');
    const { code, stderr } = await codeloom(['serve']);
    expect(code).toBe(2);
    expect(stderr.trimEnd().split('\n')).toEqual([
      `codeloom: ${file}:3:23: mcpServers.a.command must be a string, not a number.`,
      `codeloom: ${file}:4:12: mcpServers.b.ulr is no key of a server. Did you mean "url"?`,
      `codeloom: ${file}:4:5: mcpServers.b must have a "command" to start or a "url" to connect to.`,
    ]);
  });

  it('reads neither .env nor mcp.json from the current folder', async () => {
    writeFileSync(join(folder, '.env'), 'CODELOOM_PORT=x');
    writeFileSync(join(folder, 'mcp.json'), '{');
    mkdirSync(join(folder, 'codeloom'));
    writeFileSync(join(folder, 'codeloom', 'mcp.json'), '{');
    // The mistake that it does tell shows that it got as far as loading settings.
    const { stderr } = await codeloom(['serve', '--path', 'x']);
    expect(stderr).toMatch(/^codeloom: --path must begin with "\/"[^\n]*\n$/);
  });
});
