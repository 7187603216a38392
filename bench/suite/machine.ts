/** What the numbers were taken on: the header of every result. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';

const LIBRARIES = [
  'isolated-vm',
  'typescript',
  'esbuild',
  '@modelcontextprotocol/server',
  '@modelcontextprotocol/client',
  'tinybench',
];

export interface Header {
  readonly takenAt: string;
  /** The commit, with a `+` where the checkout had changes beside it. */
  readonly revision: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGb: number;
    readonly system: string;
  };
  readonly node: string;
  readonly versions: Readonly<Record<string, string>>;
}

export function readHeader(root: string): Header {
  const processors = cpus();
  return {
    takenAt: new Date().toISOString().slice(0, 16).replace('T', ' '),
    revision: readRevision(root),
    machine: {
      cpu: processors[0]?.model.trim() ?? 'unknown',
      cores: processors.length,
      memoryGb: Math.round(totalmem() / 1024 ** 3),
      system: `${platform()}-${arch()} ${release()}`,
    },
    node: process.versions.node,
    versions: Object.fromEntries(LIBRARIES.map((name) => [name, versionOf(name)])),
  };
}

export function printHeader({ takenAt, revision, machine, node, versions }: Header): string {
  const { cpu, cores, memoryGb, system } = machine;
  const libraries = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${takenAt} UTC, revision ${revision}`,
    `${cpu}, ${cores} cores, ${memoryGb} GB, ${system}, Node ${node}`,
    libraries.join(', '),
  ].join('\n');
}

function readRevision(root: string): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim();
  try {
    return git('rev-parse', '--short=10', 'HEAD') + (git('status', '--porcelain', '-uno') === '' ? '' : '+');
  } catch {
    return 'unknown';
  }
}

/** Looked up by path, because some packages do not export their package.json. */
function versionOf(name: string): string {
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      const parsed = JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as { version: string };
      return parsed.version;
    } catch {
      // Not in this folder.
    }
  }
  return 'absent';
}
