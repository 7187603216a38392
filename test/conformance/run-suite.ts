/**
 * The official suite's own command line, started as its documentation says, and what it wrote. Called by the tests
 * beside it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { onTestFinished } from 'vitest';

const BIN = fileURLToPath(new URL('../../node_modules/.bin/conformance', import.meta.url));
const CLIENT = fileURLToPath(new URL('conformance-client.ts', import.meta.url));
/** What a client may take; the suite's own half minute is for machines that do nothing else. */
const CLIENT_MS = 90_000;

export const EXPECTED_FAILURES = fileURLToPath(new URL('expected-failures.yml', import.meta.url));

export interface SuiteRun {
  /** 0 where every scenario did what the baseline says, and the baseline is not stale. */
  readonly code: number;
  /** What to show where it is not 0: all that the suite said. */
  readonly said: string;
  /** Names of the scenarios that were run, in the order of the suite's summary. */
  readonly scenarios: readonly string[];
}

export interface Check {
  readonly id: string;
  readonly status: string;
  readonly errorMessage?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface ScenarioRun extends SuiteRun {
  readonly checks: readonly Check[];
  /** What conformance-client.ts printed; its complaints are in `complaints`. */
  readonly printed: string;
  readonly complaints: string;
}

export function runServerSuite(url: string, version: string): Promise<SuiteRun> {
  const choice = ['--suite', 'all', '--spec-version', version, '--expected-failures', EXPECTED_FAILURES];
  return run(['server', '--url', url, ...choice]);
}

/** One scenario or one of the suite's own suites, held to the baseline. */
export function runClientSuite(choice: '--scenario' | '--suite', name: string): Promise<SuiteRun> {
  return run(['client', ...clientArgs(), choice, name, '--expected-failures', EXPECTED_FAILURES]);
}

/** One client scenario without the baseline: the exit code is 0 where all of its checks passed and the client did too. */
export async function runClientScenario(scenario: string): Promise<ScenarioRun> {
  const folder = mkdtempSync(join(tmpdir(), 'codeloom-conformance-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const done = await run(['client', ...clientArgs(), '--scenario', scenario, '-o', folder]);
  const [results = ''] = readdirSync(folder);
  const read = (name: string) => readFileSync(join(folder, results, name), 'utf8');
  return {
    ...done,
    checks: JSON.parse(read('checks.json')),
    printed: read('stdout.txt'),
    complaints: read('stderr.txt'),
  };
}

export interface ListedScenario {
  readonly name: string;
  readonly versions: readonly string[];
}

/** Every scenario that the suite has of a side. */
export async function listScenarios(side: 'server' | 'client'): Promise<readonly ListedScenario[]> {
  const { said } = await run(['list', `--${side}`]);
  return [...said.matchAll(/^ +- (\S+) \[(.*)\]$/gm)].map(([, name = '', versions = '']) => ({
    name,
    versions: versions.split(','),
  }));
}

/** The names in the baseline's list for a side. */
export function expectedFailures(side: 'server' | 'client'): readonly string[] {
  const list =
    readFileSync(EXPECTED_FAILURES, 'utf8')
      .split(`\n${side}:\n`)[1]
      ?.split(/^\w+:$/m)[0] ?? '';
  return [...list.matchAll(/^ +- (\S+)$/gm)].map(([, name = '']) => name);
}

/** The suite hands the command to a shell. */
function clientArgs(): readonly string[] {
  return ['--command', `"${process.execPath}" "${CLIENT}"`, '--timeout', String(CLIENT_MS)];
}

async function run(args: readonly string[]): Promise<SuiteRun> {
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill();
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = await once(child, 'close');
  const said = stripVTControlCharacters(Buffer.concat(chunks).toString());
  const scenarios = [...said.matchAll(/^[✓✗] (\S+): \d+ passed/gm)].map(([, name = '']) => name);
  return { code: Number(code ?? -1), said, scenarios };
}
