import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'codeloom-demo-test-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The PATH of a user's shell: without what npm put before it for the tests. */
const USER_PATH = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((entry) => !entry.includes('node_modules'))
  .join(delimiter);

/** As a user's shell does it: npm puts the Node that the project brings before the user's own. */
function npm(args: readonly string[], env: Readonly<Record<string, string>> = {}, input = ''): Promise<Ended> {
  const options = { cwd: ROOT, env: { PATH: USER_PATH, HOME: folder, TMPDIR: folder, ...env } };
  return new Promise((resolve) => {
    const child = execFile('npm', [...args], options, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

function runDemo(env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return npm(['run', '--silent', 'demo'], env);
}

const INITIALIZE = `${JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
})}\n`;

/** npm leaves its own things in a temporary folder. */
function scratchIn(parent: string): readonly string[] {
  return readdirSync(parent).filter((name) => name.startsWith('codeloom'));
}

/** Command lines of processes that were given a path within the folder. */
function processesOf(within: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(commandLine)
    .filter((line) => line.includes(within));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

describe('npm run demo', () => {
  it('does every step as expected and says so', async () => {
    const { code, stdout, stderr } = await runDemo();
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^1\. Start Codeloom over stdio, and connect a client to it +\d+ ms$/m);
    expect(stdout).toMatch(/Its tools: run_js, /);
    expect(stdout).toMatch(/^2\. Make a tool.*\n(.*\n)*.*lists code-mode-count-words/m);
    expect(stdout).toContain('{"frog.txt":13,"snow.txt":7,"todo.txt":3}');
    expect(stdout).toMatch(/1:44 TS2322 Type 'string' is not assignable to type 'number'\. .* takes \{ a: number; b/);
    expect(stdout).toMatch(/Ten calls of \d+ ms to \d+ ms, \d+ ms in all, done in \d+ ms\./);
    expect(stdout).toMatch(/limit wallMs.*\n(.*\n)*.*The next program returned 42\./);
    expect(stdout).toMatch(/\nEverything was as expected\. It took \d+ ms in all\.\n$/);
    expect(code).toBe(0);
  });

  it.runIf(process.platform === 'linux')('leaves neither files nor processes behind', async () => {
    expect((await runDemo()).code).toBe(0);
    expect(scratchIn(folder)).toEqual([]);
    expect(processesOf(folder)).toEqual([]);
  });

  it('ends with exit code 1 and the reason where a step fails', async () => {
    // The path of the scratch folder gets into the config file, where this is a variable that is not set.
    const odd = join(folder, `\${NOT_SET_ANYWHERE}`);
    mkdirSync(odd);
    const { code, stdout, stderr } = await runDemo({ TMPDIR: odd });
    expect(stdout).toMatch(/^1\. .* failed$/m);
    expect(stdout).not.toMatch(/Everything was as expected/);
    expect(stderr).toMatch(/codeloom: .*NOT_SET_ANYWHERE/);
    expect(stderr).toMatch(/^Not as expected: \S/m);
    expect(code).toBe(1);
    expect(scratchIn(odd)).toEqual([]);
  });
});

describe('npx codeloom in a checkout', () => {
  it('says its version', async () => {
    expect(await npm(['exec', '--silent', '--', 'codeloom', '--version'])).toEqual({
      code: 0,
      stdout: `${manifest.version}\n`,
      stderr: '',
    });
  });

  it('serves over stdio, with nothing but the protocol on stdout', async () => {
    const { stdout, code } = await npm(['exec', '--silent', '--', 'codeloom'], {}, INITIALIZE);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ id: 1, result: { serverInfo: { name: 'codeloom' } } });
    expect(code).toBe(0);
  });
});

describe('dist/bin.js', () => {
  const version = spawnSync('node', ['--version'], { env: { PATH: USER_PATH }, encoding: 'utf8' }).stdout.trim();
  const isOld = Number.parseInt(version.slice(1), 10) < 24;

  it.runIf(isOld)(`tells a user whose Node is ${version} in one line what to do`, () => {
    for (const args of [[], ['run', 'x.ts']]) {
      const { status, stdout, stderr } = spawnSync('node', [join(ROOT, 'dist/bin.js'), ...args], {
        env: { PATH: USER_PATH },
        encoding: 'utf8',
      });
      expect(stderr).toMatch(/^codeloom: Codeloom needs Node\.js 24 or newer, and this is \d+\.\d+\.\d+; [^\n]+\n$/);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    }
  });
});
