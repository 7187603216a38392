/**
 * Docker for the tests that need a real daemon: says whether it is there, runs the docker command line, and makes a
 * base image whose npm reaches the same registry as this machine's. `npm run docker:prepare` sets up what is missing.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
export const BASE_IMAGE = 'node:24-slim';
const BASE_WITH_REGISTRY = 'codeloom-test/base';

/**
 * Why tests with Docker cannot run here, for `describe.skipIf`; undefined where they can. Throws in CI: there a missing
 * daemon is a failure, never a skip.
 */
export function missingDocker(): string | undefined {
  let reason: string | undefined;
  try {
    execFileSync('docker', ['image', 'inspect', BASE_IMAGE], { stdio: ['ignore', 'ignore', 'pipe'], timeout: 20_000 });
  } catch (thrown) {
    const stderr = thrown instanceof Error && 'stderr' in thrown ? String(thrown.stderr).trim() : '';
    reason = `no Docker with ${BASE_IMAGE}: ${stderr || String(thrown)}; see npm run docker:prepare`;
  }
  if (reason !== undefined && process.env.CI !== undefined) throw new Error(reason);
  return reason;
}

/** What the command printed on stdout. Rejects with its stderr where it exits with anything but 0. */
export async function docker(...args: readonly string[]): Promise<string> {
  const { stdout } = await run('docker', args, { cwd: REPOSITORY, maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}

/** Like `docker`, for a command that is meant to fail: its exit code and stderr. */
export async function failingDocker(...args: readonly string[]): Promise<{ code: number; stderr: string }> {
  const failed = await docker(...args).catch((thrown: unknown) => thrown);
  if (typeof failed === 'string') throw new Error(`docker ${args.join(' ')} was meant to fail, and printed: ${failed}`);
  if (failed instanceof Error && 'code' in failed && 'stderr' in failed) {
    return { code: Number(failed.code), stderr: String(failed.stderr) };
  }
  throw failed;
}

/** The container's first word on its health: `health_status: healthy`, or `die` where it ended before it had one. */
export async function firstHealthVerdict(container: string): Promise<string> {
  const filters = ['health_status', 'die'].map((event) => `--filter=event=${event}`);
  // From the beginning, so that a verdict which came before this call is not missed.
  const args = ['events', '--since=0', `--filter=container=${container}`, ...filters, '--format={{.Action}}'];
  const events = spawn('docker', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    for await (const line of createInterface({ input: events.stdout })) return line;
    throw new Error('The daemon ended its events.');
  } finally {
    events.kill();
  }
}

/**
 * The default image plus this machine's registry address and certificates. A build container sees neither, and they
 * must not stand in the Dockerfile. Nothing that could be a credential is copied.
 */
export async function makeBaseWithRegistry(): Promise<string> {
  const context = await mkdtemp(join(tmpdir(), 'codeloom-base-'));
  try {
    const registry = await npmSetting('registry');
    const { NODE_EXTRA_CA_CERTS, SSL_CERT_FILE } = process.env;
    const places = [
      await npmSetting('cafile'),
      NODE_EXTRA_CA_CERTS,
      SSL_CERT_FILE,
      '/etc/ssl/certs/ca-certificates.crt',
    ];
    const certificates = places.find((path) => path !== undefined && existsSync(path));
    const npmrc = registry === undefined ? [] : [`registry=${registry}`];
    if (certificates !== undefined) {
      await copyFile(certificates, join(context, 'ca.crt'));
      npmrc.push('cafile=/usr/local/etc/ca.crt');
    }
    await writeFile(join(context, 'npmrc'), `${npmrc.join('\n')}\n`);
    await writeFile(join(context, 'Dockerfile'), `FROM ${BASE_IMAGE}\nCOPY . /usr/local/etc/\n`);
    await docker('build', '--quiet', '--tag', BASE_WITH_REGISTRY, context);
    return BASE_WITH_REGISTRY;
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

async function npmSetting(name: string): Promise<string | undefined> {
  const { stdout } = await run('npm', ['config', 'get', name], { cwd: REPOSITORY });
  const value = stdout.trim();
  return ['', 'null', 'undefined'].includes(value) ? undefined : value;
}
