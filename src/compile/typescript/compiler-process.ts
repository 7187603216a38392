/**
 * One process of TypeScript's native compiler, its project and its end. Called by compiler-lanes.ts. The compiler's own
 * client library starts it with our environment and our stderr, and gives no way to kill it, so this starts it itself
 * and speaks its protocol (docs/decisions/type-checker-process.md). Never decides when it must die.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { PackageSet } from '../../base/packages/package-set.ts';
import { ensureDescriptors } from '../../pool/ensure-descriptors.ts';
import { createRpc, type Rpc } from './json-rpc.ts';
import { createSnapshot, type Snapshot, type SnapshotId, updateSnapshot } from './snapshot.ts';
import {
  createVirtualFiles,
  DECLARATIONS_FILE,
  FILE_REQUESTS,
  JAVASCRIPT_FILE,
  NO_PROGRAM,
  PROGRAM_FILE,
  ROOT_DIRECTORY,
  type VirtualFiles,
} from './virtual-files.ts';

/** A crash says why in its first lines; traces of every stack follow. */
const STDERR_CHARS = 500;
/** The garbage collector works harder from here on, so that a check near the cap is slow before it is killed. */
const SOFT_MEMORY_SHARE = 0.8;

export interface ProgramText {
  readonly text: string;
  readonly declarations: string;
  readonly packages?: PackageSet | undefined;
}

export class CompilerProcess {
  readonly #child: ChildProcess;
  readonly #rpc: Rpc;
  readonly #files: VirtualFiles;
  readonly #snapshot: Snapshot;
  #latest: SnapshotId | undefined;
  #stderr = '';
  /** Resolves when it can take a program; rejects where it could not be started. */
  readonly ready: Promise<void>;
  /** Resolves when the process is gone, with what is known of why, for the log. */
  readonly gone: Promise<string>;
  checks = 0;

  constructor(memoryMb: number) {
    ensureDescriptors();
    const libraries = libraryDirectory();
    this.#files = createVirtualFiles(libraries.replaceAll('\\', '/'));
    this.#child = spawn(join(libraries, process.platform === 'win32' ? 'tsc.exe' : 'tsc'), processArguments(), {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { GOMEMLIMIT: `${Math.floor(memoryMb * SOFT_MEMORY_SHARE)}MiB` },
      windowsHide: true,
    });
    // Whatever else is heard of a start that failed: an error that nobody listens to ends the server.
    this.#child.on('error', () => {});
    const { stdin, stdout, stderr } = this.#child;
    if (!stdin || !stdout) throw new Error('The compiler has no pipes.');
    this.#rpc = createRpc(
      stdout,
      stdin,
      (method, params) => this.#files.answer(method, params),
      () => this.kill(),
    );
    stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(0, STDERR_CHARS);
    });
    this.#snapshot = createSnapshot(
      this.#rpc,
      () => this.#current(),
      async (text) => this.#renew(this.#write(JAVASCRIPT_FILE, text)),
    );
    this.gone = this.#watchEnd();
    this.ready = this.#start();
    this.ready.catch(() => {});
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /**
   * Puts the program in the place of the one before and lets `work` ask about it. One at a time: a second call before
   * the first has settled would change the program under its feet.
   */
  async withProgram<Value>(program: ProgramText, work: (snapshot: Snapshot) => Promise<Value>): Promise<Value> {
    this.checks += 1;
    const areOthers = this.#files.mount(program.packages);
    const changed = [
      ...this.#write(PROGRAM_FILE, program.text),
      ...this.#write(DECLARATIONS_FILE, program.declarations),
      ...this.#write(JAVASCRIPT_FILE, NO_PROGRAM),
    ];
    await this.#renew(areOthers ? 'everything' : changed);
    return work(this.#snapshot);
  }

  /** At once, whatever it is doing: it does not listen while it checks. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async #start(): Promise<void> {
    await this.#rpc.request('initialize', null);
    await this.#renew(undefined);
    // Binds and checks the library once, so that the first program does not pay for it.
    await this.#snapshot.diagnostics('semantic');
  }

  /** The file as a list of what changed. */
  #write(path: string, text: string): readonly string[] {
    return this.#files.write(path, text) ? [path] : [];
  }

  async #renew(changed: readonly string[] | 'everything' | undefined): Promise<void> {
    const previous = this.#latest;
    this.#latest = await updateSnapshot(this.#rpc, changed);
    if (previous !== undefined) this.#rpc.request('release', { snapshot: previous.id }).catch(() => {});
  }

  #current(): SnapshotId {
    if (this.#latest === undefined) throw new Error('The compiler has no project yet.');
    return this.#latest;
  }

  async #watchEnd(): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    this.#child.once('exit', (code, signal) => resolve(`ended with ${signal ?? `code ${code}`}: ${this.#stderr}`));
    const reason = await promise;
    this.#rpc.breakOff(new Error(`The compiler ${reason}`));
    return reason;
  }
}

function processArguments(): string[] {
  return ['--api', '--async', '--cwd', ROOT_DIRECTORY, `--callbacks=${FILE_REQUESTS.join(',')}`];
}

/** The folder of the native compiler for this platform; it lies among its library files. */
function libraryDirectory(): string {
  const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
  const native = `@typescript/typescript-${process.platform}-${process.arch}/package.json`;
  return join(dirname(createRequire(typescript).resolve(native)), 'lib');
}
