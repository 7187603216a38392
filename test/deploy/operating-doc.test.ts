import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIMIT_NAMES } from '../../src/base/limits.ts';
import { SETTING_KEYS, variableOf } from '../../src/config/table/setting-table.ts';
import { METRIC_NAMES } from '../../src/telemetry/metrics/metric-table.ts';
import { BIN, startHttp } from '../e2e/served.ts';
import { deployment } from './manifests/pod.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCUMENT = readFileSync(join(ROOT, 'docs', 'operating.md'), 'utf8');
const ERRORS = readFileSync(join(ROOT, 'docs', 'errors.md'), 'utf8');
const RUNNABLE = /^```sh run\n([\s\S]*?)^```\n\n+```text output\n([\s\S]*?)^```$/gm;
const EXAMPLES = [...DOCUMENT.matchAll(RUNNABLE)].map(({ index, 1: script = '', 2: output = '' }) => ({
  line: DOCUMENT.slice(0, index).split('\n').length,
  script,
  output: output.trim(),
}));
const ADDRESS = 'http://127.0.0.1:8788';

const folder = mkdtempSync(join(tmpdir(), 'codeloom-operating-'));
/** An operator's shell: `codeloom` is on the path, and everything of his lies in one folder. */
const environment = {
  PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
  XDG_CONFIG_HOME: folder,
  XDG_STATE_HOME: folder,
  XDG_CACHE_HOME: folder,
  CODELOOM_ENGINE: 'node',
  CODELOOM_AUDIT: 'on',
};
let server: Awaited<ReturnType<typeof startHttp>>;

beforeAll(async () => {
  mkdirSync(join(folder, 'bin'));
  const command = join(folder, 'bin', 'codeloom');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`);
  chmodSync(command, 0o755);
  server = await startHttp([BIN, 'serve', '--transport', 'http', '--port', '0'], environment);
}, 60_000);

afterAll(async () => {
  await server?.end();
  rmSync(folder, { recursive: true });
});

describe('docs/operating.md', () => {
  it.each(EXAMPLES)(
    'line $line: prints what it says',
    async ({ script, output }) => {
      const here = script.replaceAll(ADDRESS, new URL(server.url).origin);
      const run = promisify(execFile)('sh', ['-eu', '-c', here], { cwd: folder, env: environment });
      const { stdout, stderr } = await run;
      const pattern = output.split('…').map(escaped).join('[\\s\\S]*');
      expect(`${stdout}${stderr}`.trim()).toMatch(new RegExp(`^${pattern}$`));
    },
    60_000,
  );

  it('has every example with what it prints', () => {
    expect(EXAMPLES).toHaveLength(DOCUMENT.split('```sh run').length - 1);
    expect(EXAMPLES.length).toBeGreaterThan(5);
  });

  it('names only settings, limits, metrics, faults and files that there are', () => {
    const words = (pattern: RegExp) => [...new Set(DOCUMENT.match(pattern))];
    const variables = words(/\bCODELOOM_\w+/g);
    expect(variables.filter((name) => !SETTING_KEYS.map(variableOf).includes(name))).toEqual([]);
    expect(words(/\bcodeloom_\w+(?!\()\b/g).filter((name) => !isMetric(name))).toEqual([]);
    const faults = words(/\b(?:[A-Z]+_(?:UNAVAILABLE|SATURATED|LIMITED|LOST|MISSING)|INTERNAL|DENIED)\b/g);
    expect(faults.filter((code) => !ERRORS.includes(`| \`${code}\` |`))).toEqual([]);
    for (const file of words(/\bdeploy\/[\w./-]*\w/g))
      expect(existsSync(join(ROOT, file)), file).toBe(isCommitted(file));
    const limits = [
      'concurrentRuns',
      'queuedRuns',
      'callerRuns',
      'runsPerMinute',
      'runMsPerHour',
      'heapMb',
      'typecheckMb',
      'storeMb',
    ];
    for (const name of limits) {
      expect(DOCUMENT).toContain(`\`${name}\``);
      expect(LIMIT_NAMES).toContain(name);
    }
  });

  it('speaks of the image and of the room that the manifests have', () => {
    const [{ image, resources }] = deployment().template.spec.containers;
    expect(DOCUMENT).toContain(`/${image} `);
    expect(DOCUMENT).toContain(`12 runs in ${resources.limits.memory?.replace('Gi', ' GiB')}`);
  });
});

/** The end of a family of names counts as one of them. */
function isMetric(name: string): boolean {
  return METRIC_NAMES.some((known) => known === name);
}

/** What an operator makes of an example is not there, and must not be. */
function isCommitted(file: string): boolean {
  return file !== 'deploy/kubernetes/secret.yaml';
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
