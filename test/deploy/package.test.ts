import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'codeloom-package-'));
const project = join(folder, 'project');
let files: readonly string[] = [];
/** What an operator makes of the examples, beside them. */
const FILLED_IN = ['deploy/.env', 'deploy/postgres.env', 'deploy/mcp.json', 'deploy/kubernetes/secret.yaml'];

/** As `npm pack` makes it; what it would build first has been built. */
async function pack(): Promise<{ readonly tarball: string; readonly files: readonly string[] }> {
  const args = ['pack', '--json', '--ignore-scripts', `--pack-destination=${folder}`];
  const { stdout } = await run('npm', args, { cwd: ROOT });
  const { filename, files } = filesOf(stdout);
  return { tarball: join(folder, filename), files };
}

/** Newer npm answers with an object by name, older with a list. */
function filesOf(answer: string): { readonly filename: string; readonly files: readonly string[] } {
  const [first] = Object.values(JSON.parse(answer) as object) as readonly {
    readonly filename: string;
    readonly files: readonly { readonly path: string }[];
  }[];
  if (first === undefined) throw new Error(answer);
  return { filename: first.filename, files: first.files.map(({ path }) => path) };
}

/** The command, in the folder where it was installed, with nothing of this machine's user. */
async function codeloom(args: readonly string[], stdin = '') {
  const home = { XDG_CONFIG_HOME: folder, XDG_STATE_HOME: folder, XDG_CACHE_HOME: folder, PATH: process.env.PATH };
  const running = run(join(project, 'node_modules', '.bin', 'codeloom'), args, { cwd: project, env: home });
  running.child.stdin?.end(stdin);
  const { stdout, stderr } = await running.catch((thrown: Error & { stdout: string; stderr: string }) => thrown);
  return { stdout: stdout.trim(), stderr, code: running.child.exitCode };
}

beforeAll(async () => {
  const packed = await pack();
  files = packed.files;
  await run('mkdir', [project]);
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  const args = ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  await run('npm', [...args, packed.tarball], { cwd: project });
}, 240_000);

afterAll(() => rmSync(folder, { recursive: true }));

describe('the package', () => {
  it('has what its users need, and none of what it is made from', () => {
    const tops = new Set(files.map((file) => file.split('/')[0]));
    const named = packageJson.files.filter((file) => !file.startsWith('!')).map((file) => file.split('/')[0]);
    expect(tops).toEqual(new Set([...named, 'package.json']));
    expect(files).toEqual(expect.arrayContaining(['dist/bin.js', 'dist/index.js', 'deploy/compose.yaml']));
    expect(files.filter((file) => /(?:^|\/)(?:test|src|node_modules|\.env$)|\.test\.|\.map$/.test(file))).toEqual([]);
  });

  it('has no secret of a deployment that is tried out in the checkout', async () => {
    const copy = join(folder, 'copy');
    cpSync(join(ROOT, 'deploy'), join(copy, 'deploy'), { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(copy, 'package.json'));
    for (const file of FILLED_IN) writeFileSync(join(copy, file), 'secret');
    const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: copy });
    expect(filesOf(stdout).files).toContain('deploy/.env.example');
    expect(filesOf(stdout).files.filter((file) => FILLED_IN.includes(file))).toEqual([]);
    const ignored = readFileSync(join(ROOT, '.gitignore'), 'utf8').split('\n');
    for (const file of FILLED_IN) expect(ignored).toContain(file);
  });

  it('has every page that its pages link to', () => {
    const pages = files.filter((file) => file.endsWith('.md'));
    const missing = pages.flatMap((page) =>
      [...readFileSync(join(ROOT, page), 'utf8').matchAll(/\]\(([^)\s#:]+)(?:#[^)]*)?\)/g)]
        .map(([, target = '']) => posix.normalize(posix.join(dirname(page), target)))
        // What is for those who work on it is in the repository.
        .filter((target) => !/^(?:test|bench)\//.test(target))
        .filter((target) => !files.some((file) => file === target || file.startsWith(target.replace(/\/?$/, '/'))))
        .map((target) => `${page}: ${target}`),
    );
    expect(pages.length).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });
});

describe('the package, installed in an empty folder', () => {
  it('is a command of its version', async () => {
    expect(await codeloom(['--version'])).toMatchObject({ stdout: packageJson.version, code: 0 });
  });

  it('checks, bundles and runs a program', async () => {
    const args = ['run', '--engine', 'node', '-'];
    const done = await codeloom(args, 'const n: number = 6;\nreturn n * 7;');
    expect(done).toMatchObject({ stdout: '42', code: 0 });
    const wrong = await codeloom(args, 'const n: number = "6";\nreturn n;');
    expect(wrong.code).toBe(1);
    expect(wrong.stdout + wrong.stderr).toContain('TS2322');
  }, 60_000);

  it('can be imported', async () => {
    const script = 'import { buildCodeloom } from "codeloom"; console.log(typeof buildCodeloom);';
    const { stdout } = await run('node', ['--input-type=module', '-e', script], { cwd: project });
    expect(stdout.trim()).toBe('function');
  });
});
