/**
 * One program in a long-lived sandbox: a fresh `node` process, started by the daemon beside the keeper, with the same
 * runtime and the same channel as a container of its own would have. Used by sandbox-session.ts, once per program.
 */
import type { Duplex } from 'node:stream';
import type { Container, Exec } from 'dockerode';
import { nowMs } from '../../../base/deadline.ts';
import { Fault } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import type { RunEnding, RunOptions } from '../../../run/run.ts';
import { nodeArguments } from '../container/bootstrap.ts';
import { cpuMsOf, soon } from '../container/container-calls.ts';
import { type ContainerEnd, readContainerEnd } from '../container/container-end.ts';
import { CONTAINER_USER } from '../container/container-spec.ts';
import { RunChannel } from '../container/run-channel.ts';
import { watchCpu } from '../cpu-watch.ts';

/** How long the daemon may take to notice that a process has ended whose stream has. */
const NOTICE_MS = 2_000;
const NOTICE_STEP_MS = 25;
const KILLED = 137;

/** What a program's channel may take, the same for every program. */
export interface ProgramChannelCaps {
  readonly runtime: Buffer;
  readonly maxFrameBytes: number;
  readonly maxUnreadBytes: number;
}

export interface ProgramProcessOptions extends ProgramChannelCaps {
  readonly container: Container;
  readonly log: Log;
  /** What calls to the sandbox fail with; undefined while it is there. */
  sandboxEnd(): Fault | undefined;
}

export class ProgramProcess {
  readonly #options: ProgramProcessOptions;
  readonly #channel: RunChannel;
  #exec: Exec | undefined;

  constructor(options: ProgramProcessOptions) {
    this.#options = options;
    this.#channel = new RunChannel({
      ...options,
      container: options.container.id,
      // The keeper gives them back, and only those that are new.
      takesFiles: false,
      explainEnd: (lastWords) => this.#explainEnd(lastWords),
      onGone: () => {},
    });
  }

  /** Rejects with Fault where the process could not be started, or was lost through no limit of the run. */
  async run(options: Omit<RunOptions, 'number' | 'send' | 'packed' | 'takesFiles'>): Promise<RunEnding> {
    const { container } = this.#options;
    const { runId, limits } = options.job;
    const { heapMb, cpuMs } = limits;
    // Not waited for: a daemon that was asked a moment ago answers after a second.
    const resting = cpuMsOf(container);
    await this.#start(runId, heapMb);
    const meter = { cpuMs: async () => difference(await cpuMsOf(container), await resting) };
    const run = this.#channel.carry(options);
    const unwatch = watchCpu(meter, cpuMs, () => run.exceed('cpuMs'));
    try {
      return await run.ending;
    } finally {
      unwatch();
    }
  }

  /** Lets the channel go: the runtime at the other end leaves. */
  close(fault: Fault): void {
    this.#channel.close(fault);
  }

  async #start(runId: string, heapMb: number): Promise<void> {
    const { container, log } = this.#options;
    const beganMs = nowMs();
    const streams = { AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: false };
    const where = { User: CONTAINER_USER, WorkingDir: '/workspace' };
    try {
      this.#exec = await container.exec({ Cmd: ['node', ...nodeArguments(heapMb)], ...where, ...streams });
      const stream = (await this.#exec.start({ hijack: true, stdin: true, Tty: false })) as Duplex;
      if (this.#channel.attach(stream) && (await this.#channel.begin())) return;
    } catch (error) {
      log.debug({ err: error, container: container.id, runId }, 'a program could not be started in a sandbox');
    }
    const fault = this.#options.sandboxEnd();
    if (fault !== undefined) throw fault;
    const stderr = this.#channel.lastWords;
    log.debug({ runId, stderr, ms: nowMs() - beganMs }, 'a program did not come to life');
    const sentence =
      'The sandbox could not start another process: end what still runs in it, or make a new sandbox with sandbox.initialize.';
    throw new Fault('ENGINE_UNAVAILABLE', sentence, new Error(stderr));
  }

  /** Asked until the daemon knows, because the stream may end before that. */
  async #explainEnd(lastWords: string): Promise<ContainerEnd> {
    const untilMs = nowMs() + NOTICE_MS;
    for (;;) {
      const fault = this.#options.sandboxEnd();
      if (fault !== undefined) return { kind: 'lost', fault };
      const found = await this.#lookAt(lastWords);
      if (found !== 'running') return found;
      if (nowMs() > untilMs)
        return { kind: 'lost', fault: new Fault('SANDBOX_LOST', 'The program let go of its channel while it ran.') };
      await new Promise((resolve) => setTimeout(resolve, NOTICE_STEP_MS));
    }
  }

  async #lookAt(lastWords: string): Promise<ContainerEnd | 'running'> {
    try {
      const [exec, container] = await Promise.all([
        soon(async () => this.#exec?.inspect()),
        soon(() => this.#options.container.inspect()),
      ]);
      // Then the sandbox knows soon why.
      if (!container.State.Running || exec === undefined || exec.Running) return 'running';
      const exitCode = exec.ExitCode ?? 0;
      // Of a process beside its main one the daemon does not say whether the kernel ended it.
      return readContainerEnd({ exitCode, isOutOfMemory: exitCode === KILLED }, lastWords);
    } catch {
      return readContainerEnd(undefined, lastWords);
    }
  }
}

function difference(ms: number | undefined, restMs: number | undefined): number | undefined {
  return ms === undefined || restMs === undefined ? undefined : ms - restMs;
}
