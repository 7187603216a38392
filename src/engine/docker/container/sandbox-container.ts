/**
 * One container for one run: made ahead of need with the runtime loaded and waiting, used once, removed by force. Made
 * by container-maker.ts, handed out by the docker engine. Errors of the daemon are told by the end of the attach stream,
 * which is the one signal that never fails.
 */
import type { Duplex } from 'node:stream';
import type { Container } from 'dockerode';
import { nowMs } from '../../../base/deadline.ts';
import { Fault } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import type { Run, RunOptions } from '../../../run/run.ts';
import { cpuMsOf, readExit, removeByForce } from './container-calls.ts';
import { type ContainerExit, readContainerEnd } from './container-end.ts';
import { RunChannel } from './run-channel.ts';

export interface SandboxContainerOptions {
  readonly container: Container;
  readonly image: string;
  readonly runtime: Buffer;
  readonly maxFrameBytes: number;
  /** Bytes that may wait for a program that does not take its replies. */
  readonly maxUnreadBytes: number;
  readonly log: Log;
  /** Called once, where it ended before it was given a run, by its own doing or its daemon's. */
  onGone(container: SandboxContainer): void;
}

export class SandboxContainer {
  readonly #options: SandboxContainerOptions;
  readonly #channel: RunChannel;
  readonly startedMs = nowMs();
  #exited: Promise<{ StatusCode?: number } | undefined> = Promise.resolve(undefined);
  #restCpuMs = 0;
  #removal: Promise<void> | undefined;

  constructor(options: SandboxContainerOptions) {
    this.#options = options;
    this.#channel = new RunChannel({
      ...options,
      container: options.container.id,
      takesFiles: true,
      explainEnd: async (lastWords) => readContainerEnd(await this.exit(), lastWords),
      onGone: () => options.onGone(this),
    });
  }

  get id(): string {
    return this.#options.container.id;
  }

  /** True once it has been given a run: it is never given another. */
  get isUsed(): boolean {
    return this.#channel.isUsed;
  }

  /** What the container printed before it failed, for our own log. */
  get lastWords(): string {
    return this.#channel.lastWords;
  }

  /**
   * Attaches, starts, and sends the runtime. False where the container ended before it was ready. Rejects with what the
   * daemon says. The order matters: what is attached or waited for after the start may miss the beginning or the end.
   */
  async start(): Promise<boolean> {
    const { container } = this.#options;
    const attach = { stream: true, stdin: true, stdout: true, stderr: true, hijack: true };
    if (!this.#channel.attach((await container.attach(attach)) as Duplex)) return false;
    this.#exited = container.wait({ condition: 'next-exit' }).catch(() => undefined);
    await container.start();
    const isReady = await this.#channel.begin();
    if (isReady) this.#restCpuMs = (await this.cpuMs()) ?? 0;
    return isReady && !this.#channel.isGone;
  }

  /** Sends the job; the container is this run's until `remove`. */
  carry(options: Omit<RunOptions, 'number' | 'send' | 'packed' | 'takesFiles'>): Run {
    return this.#channel.carry(options);
  }

  /** How the container ended; undefined where the daemon cannot say, or it has been removed. */
  exit(): Promise<ContainerExit | undefined> {
    return readExit(this.#options.container, this.#exited);
  }

  /** Processor time that all of the container has used since it was ready; undefined where the daemon cannot say. */
  async cpuMs(): Promise<number | undefined> {
    const usedMs = await cpuMsOf(this.#options.container);
    return usedMs === undefined ? undefined : usedMs - this.#restCpuMs;
  }

  /** Ends it by force. Resolves when it is gone, or when the daemon has not managed that in time. Never rejects. */
  remove(): Promise<void> {
    this.#removal ??= this.#remove();
    return this.#removal;
  }

  /** The stream first: the daemon neither kills nor inspects a container whose output nobody takes. */
  async #remove(): Promise<void> {
    // Only a run that is still running hears of it: whoever removes its container then is shutting down.
    this.#channel.close(new Fault('SHUTTING_DOWN', 'Codeloom is shutting down.'));
    await removeByForce(this.#options.container, this.#options.log);
  }
}
