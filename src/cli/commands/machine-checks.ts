/**
 * What `codeloom doctor` asks of the machine before any part of Codeloom is built: the Node that runs it, the native
 * parts it loads, and npm where packages are installed. Each check ends in a finding and never throws.
 */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import type { Settings } from '../../base/config.ts';
import { fetchesFromRegistriesAlone, findNpm, OLDEST_NPM } from '../../packages/npm/find-npm.ts';
import type { Variables } from '../../packages/npm/npm-environment.ts';
import { complainAboutNodeVersion } from '../launch/node-version.ts';

export interface Finding {
  /** A failure keeps Codeloom from doing its work; a warning takes away a part that it can do without. */
  readonly kind: 'ok' | 'warning' | 'failure';
  readonly subject: string;
  readonly detail: string;
  /** What to do about it. */
  readonly advice?: string;
}

const CHECK_MS = 10_000;

/** Makes an isolate and a value in it; run in a process of its own, because a wrong native binary takes its process along. */
const ISOLATE_PROBE = `
const ivm = require(process.argv[1]);
process.stdout.write(String(new ivm.Isolate({ memoryLimit: 16 }).createContextSync().evalSync('6 * 7')));
`;

export async function checkMachine(settings: Settings): Promise<readonly Finding[]> {
  const checks = [checkIsolate(), checkBounds(), checkBundler()];
  // Who installs no packages needs no npm.
  const more = settings.packages.install === 'on' ? [checkNpm(process.env)] : [];
  return [checkNode(), ...(await Promise.all([...checks, ...more]))];
}

function checkNode(): Finding {
  const subject = 'Node.js';
  const complaint = complainAboutNodeVersion(process.versions.node);
  if (complaint !== undefined) return { kind: 'failure', subject, detail: complaint };
  return { kind: 'ok', subject, detail: `${process.versions.node} on ${process.platform} ${process.arch}` };
}

async function checkIsolate(): Promise<Finding> {
  const subject = 'isolated-vm';
  try {
    const library = createRequire(import.meta.url).resolve('isolated-vm');
    const options = { timeout: CHECK_MS, env: {} };
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', ISOLATE_PROBE, library], options);
    if (stdout === '42') return { kind: 'ok', subject, detail: 'loads, and an isolate computes' };
    return { kind: 'failure', subject, detail: 'loads, but an isolate gives a wrong answer' };
  } catch {
    const detail = 'does not load';
    const advice = 'Run npm ci with the Node.js that runs Codeloom; its prebuilt binaries are for Node.js 24 and 26.';
    return { kind: 'failure', subject, detail, advice };
  }
}

/** What the system adds to V8's own heap cap around a worker process; see docs/architecture.md. */
async function checkBounds(): Promise<Finding> {
  const subject = 'bounds of a worker';
  if (process.platform !== 'linux') {
    const detail = "V8's heap cap and the clock only; the memory watchdog and the system's own bound need Linux";
    return { kind: 'warning', subject, detail };
  }
  try {
    await promisify(execFile)('setpriv', ['--pdeathsig', 'KILL', process.execPath, '-e', ''], { timeout: CHECK_MS });
    return { kind: 'ok', subject, detail: "watchdog, the system's bound on memory, and death with its parent" };
  } catch {
    const detail =
      "watchdog and the system's bound on memory; without setpriv, a stuck worker may outlive a Codeloom that is killed";
    return { kind: 'warning', subject, detail, advice: 'Install util-linux, which has setpriv.' };
  }
}

async function checkBundler(): Promise<Finding> {
  const subject = 'esbuild';
  try {
    const { transform, stop } = await import('esbuild');
    const { code } = await transform('const x: number = 1', { loader: 'ts' });
    await stop();
    if (!code.includes(': number')) return { kind: 'ok', subject, detail: 'answers' };
    return { kind: 'failure', subject, detail: 'answers, but leaves types in' };
  } catch {
    const advice = 'Run npm ci again, without --omit=optional: its binary is an optional package.';
    return { kind: 'failure', subject, detail: 'does not answer', advice };
  }
}

export async function checkNpm(variables: Variables): Promise<Finding> {
  const subject = 'npm';
  const advice = `Install npm ${OLDEST_NPM} or newer where PATH finds it, or set dependencies to off.`;
  const npm = await findNpm(variables.PATH);
  if (npm === undefined)
    return { kind: 'failure', subject, detail: 'is not on PATH; no dependencies can be installed', advice };
  if (await fetchesFromRegistriesAlone(npm, variables, tmpdir()))
    return { kind: 'ok', subject, detail: 'is there, and can be kept to registries' };
  return { kind: 'failure', subject, detail: 'is too old to be kept to registries', advice };
}
