/**
 * Makes containers, and knows every one that is there: with its image pulled where that is allowed, its labels, and the
 * reason in a sentence where it cannot be. Called by the pools of the docker engine.
 */
import { readFileSync } from 'node:fs';
import type Docker from 'dockerode';
import type { DockerSettings } from '../../base/config.ts';
import { Fault } from '../../base/fault.ts';
import type { Limits } from '../../base/limits.ts';
import type { Log } from '../../base/log.ts';
import { base64Chars } from '../../run/artifacts/kept-artifacts.ts';
import { runtimeBytes } from './container/bootstrap.ts';
import { explainFailedStart } from './container/container-end.ts';
import { containerSpec } from './container/container-spec.ts';
import { SandboxContainer } from './container/sandbox-container.ts';
import { creationFault, missingImage, unavailable } from './daemon/daemon-error.ts';
import type { Daemon } from './daemon/daemon-watch.ts';
import { pullImage } from './daemon/pull-image.ts';
import { labelsOf, type Owner } from './ownership/owner.ts';

const RUNTIME_FILE = 'container-runner.cjs';
/** What a frame holds beside its largest payload. */
const FRAME_SLACK_BYTES = 256 * 1024;

export interface ContainerMakerOptions {
  /** Folder with the built runtime, with a separator at its end. */
  readonly runtimeDir: string;
  readonly settings: DockerSettings;
  readonly limits: Limits;
  readonly owner: Owner;
  /** How long a container is kept at the very most. */
  readonly lastsMs: number;
  readonly log: Log;
  onGone(container: SandboxContainer): void;
}

export class ContainerMaker {
  readonly #options: ContainerMakerOptions;
  readonly #runtime: Buffer;
  readonly #live = new Map<string, SandboxContainer>();
  readonly #removals = new Set<Promise<void>>();
  readonly #pulls = new Map<string, Promise<void>>();
  readonly #makes = new Set<Promise<SandboxContainer>>();
  #isClosed = false;

  constructor(options: ContainerMakerOptions) {
    this.#options = options;
    this.#runtime = runtimeBytes(readFileSync(options.runtimeDir + RUNTIME_FILE, 'utf8'));
  }

  /** Containers that have not been given up yet. */
  get live(): ReadonlyMap<string, SandboxContainer> {
    return this.#live;
  }

  /** A container that waits for a run. Rejects with Fault ENGINE_UNAVAILABLE saying why there is none. */
  async make(daemon: Daemon, image: string, heapMb: number): Promise<SandboxContainer> {
    const making = this.#make(daemon, image, heapMb);
    this.#makes.add(making);
    try {
      return await making;
    } finally {
      this.#makes.delete(making);
    }
  }

  /** Pulls the image where it is missing and may be pulled. Rejects with Fault ENGINE_UNAVAILABLE where it may not. */
  async haveImage(daemon: Daemon, image: string): Promise<void> {
    if (!daemon.images.has(image)) await this.#pull(daemon.docker, image);
  }

  /** The runtime of a run, and what its channel may take. */
  channelCaps() {
    const { frameBytes, argsBytes, resultBytes, logBytes, artifactBytes } = this.#options.limits;
    const { toolResultBytes, toolCallsInFlight } = this.#options.limits;
    const largest = Math.max(frameBytes, argsBytes, resultBytes, 3 * logBytes, base64Chars(artifactBytes));
    return {
      runtime: this.#runtime,
      maxFrameBytes: largest + FRAME_SLACK_BYTES,
      maxUnreadBytes: toolResultBytes * toolCallsInFlight + frameBytes,
    };
  }

  /** Ends a container; returns at once. */
  remove(container: SandboxContainer): void {
    const removal = container.remove().then(() => {
      this.#live.delete(container.id);
      this.#removals.delete(removal);
    });
    this.#removals.add(removal);
  }

  /** Ends all of them, those that are being made included. Resolves when they are gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const container of this.#live.values()) this.remove(container);
    await Promise.allSettled(this.#makes);
    await Promise.all(this.#removals);
  }

  async #make(daemon: Daemon, image: string, heapMb: number): Promise<SandboxContainer> {
    const { settings } = this.#options;
    let made: SandboxContainer | undefined;
    try {
      this.#refuseWhenClosed();
      await this.haveImage(daemon, image);
      made = this.#adopt(await daemon.docker.createContainer(this.#spec(image, heapMb)), image);
      this.#refuseWhenClosed();
      if (await made.start()) return made;
      throw await this.#failedStart(made, image);
    } catch (error) {
      if (made !== undefined) this.remove(made);
      throw creationFault(error, image, settings.runtime);
    }
  }

  #refuseWhenClosed(): void {
    if (this.#isClosed) throw new Fault('SHUTTING_DOWN', 'Codeloom is shutting down.');
  }

  #spec(image: string, heapMb: number): Docker.ContainerCreateOptions {
    const { settings, limits, owner, lastsMs } = this.#options;
    const labels = labelsOf(owner, lastsMs);
    return containerSpec({ image, heapMb, cpuMs: limits.cpuMs, runtime: settings.runtime, labels });
  }

  #adopt(container: Docker.Container, image: string): SandboxContainer {
    const { log, onGone } = this.#options;
    const made = new SandboxContainer({ container, image, ...this.channelCaps(), log, onGone });
    this.#live.set(container.id, made);
    return made;
  }

  async #failedStart(made: SandboxContainer, image: string): Promise<Fault> {
    const exit = await made.exit();
    const cause = new Error(made.lastWords || 'The container said nothing.');
    const sentence = explainFailedStart(exit?.exitCode, image);
    return unavailable(sentence ?? "A container ended before it was ready; Codeloom's log has its last words.", cause);
  }

  /** One pull at a time for each image. */
  async #pull(docker: Docker, image: string): Promise<void> {
    const { settings, log } = this.#options;
    if (settings.pull === 'never') throw missingImage(image);
    const pull = this.#pulls.get(image) ?? pullImage(docker, image, log).finally(() => this.#pulls.delete(image));
    this.#pulls.set(image, pull);
    await pull;
  }
}

/** Throws Fault ENGINE_UNAVAILABLE for an image that the operator has not allowed. */
export function allowedImage(image: string | undefined, { images }: DockerSettings): string {
  const [usual] = images;
  const wanted = image ?? usual;
  if (wanted !== undefined && images.includes(wanted)) return wanted;
  throw new Fault(
    'ARGUMENTS_INVALID',
    `The image ${JSON.stringify(wanted ?? '')} is not allowed here; a run may name ${images.join(', ') || 'none'} (setting docker.images).`,
  );
}
