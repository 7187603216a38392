/**
 * The command line of a worker: the walls that the operating system and Node put around isolates before the first
 * byte of a program arrives. Called by the node engine, which spawns what this returns.
 *
 * From outside in: death with the parent (Linux, where setpriv is), RLIMIT_DATA set by a shell before exec, an empty
 * environment, Node's permission model reading the runtime's own files only. `--no-node-snapshot` because isolated-vm
 * asks for it (crashes on macOS arm64 without).
 */
import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { Fault } from '../../base/fault.ts';

export interface WorkerFiles {
  /** Folder with the built runtime, with a separator at its end. */
  readonly runtimeDir: string;
  /** isolated-vm's binary for this platform. */
  readonly binary: string;
  /** setpriv of util-linux, where the machine has it. */
  readonly setpriv: string | undefined;
  /** prlimit of util-linux, where the machine has it. */
  readonly prlimit: string | undefined;
}

export interface WorkerCommand {
  readonly file: string;
  readonly args: readonly string[];
}

/** Finds what a worker needs. Throws Fault ENGINE_UNAVAILABLE where isolated-vm has no binary for this Node. */
export function findWorkerFiles(runtimeDir: string, path: string | undefined): WorkerFiles {
  const require = createRequire(import.meta.url);
  const packageDir = dirname(require.resolve('isolated-vm/package.json'));
  const nodeGypBuild: { resolve(dir: string): string } = require('node-gyp-build');
  try {
    const [setpriv, prlimit] = ['setpriv', 'prlimit'].map((name) => findOnPath(name, path));
    return { runtimeDir, binary: nodeGypBuild.resolve(packageDir), setpriv, prlimit };
  } catch (cause) {
    const node = `Node ${process.versions.node} on ${process.platform}-${process.arch}`;
    throw new Fault('ENGINE_UNAVAILABLE', `The node engine has no isolated-vm for ${node}; use Node 24 or 26.`, cause);
  }
}

/** `dataLimitMb` bounds the data segments of the process, where the system can; undefined leaves them unbounded. */
export function workerCommand(files: WorkerFiles, heapMb: number, dataLimitMb: number | undefined): WorkerCommand {
  const { runtimeDir, binary, setpriv } = files;
  const node = [
    process.execPath,
    '--no-node-snapshot',
    '--no-warnings',
    '--permission',
    '--allow-addons',
    `--allow-fs-read=${runtimeDir}`,
    `--allow-fs-read=${binary}`,
    join(runtimeDir, 'isolate-worker.cjs'),
    binary,
    String(heapMb),
  ];
  if (process.platform !== 'linux') return { file: process.execPath, args: node.slice(1) };
  const withParent = setpriv === undefined ? node : [setpriv, '--pdeathsig', 'KILL', ...node];
  // A worker that dies of memory aborts: its core would be as large as all of that.
  const limit = `ulimit -c 0 && ${dataLimitMb === undefined ? '' : `ulimit -d ${Math.ceil(dataLimitMb * 1024)} && `}`;
  // A shell exports where it stands, so what comes after it starts from an empty environment again.
  return { file: '/bin/sh', args: ['-c', `${limit}exec env -i "$@"`, 'sh', ...withParent] };
}

function findOnPath(name: string, path = ''): string | undefined {
  const candidates = path.split(delimiter).map((folder) => join(folder, name));
  return candidates.find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
