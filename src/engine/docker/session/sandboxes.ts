/**
 * All long-lived sandboxes of one server, by id. Every cap is held before a container is made, those that are being made
 * included; an id says nothing to anybody but the workspace that made it. Made by the docker engine, used by the sandbox
 * tools of the server.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { DockerSettings } from '../../../base/config.ts';
import { raceAbort } from '../../../base/deadline.ts';
import { Fault } from '../../../base/fault.ts';
import type { Limits } from '../../../base/limits.ts';
import type { Log } from '../../../base/log.ts';
import type { Engine, Isolation } from '../../engine.ts';
import { runtimeBytes } from '../container/bootstrap.ts';
import { allowedImage, type ContainerMaker } from '../container-maker.ts';
import { creationFault } from '../daemon/daemon-error.ts';
import type { Daemon } from '../daemon/daemon-watch.ts';
import { labelsOf, type Owner } from '../ownership/owner.ts';
import { SandboxSession } from './sandbox-session.ts';
import { endedFault, unknownFault } from './session-end.ts';
import { engineOf } from './session-engine.ts';
import { GRACE_MS, sessionSpec } from './session-spec.ts';

const KEEPER_FILE = 'keeper.cjs';
/** How much of the daemon's memory sandboxes may be promised, beside the containers of single runs. */
const MEMORY_SHARE = 0.5;
/** How many ends are remembered, so that whoever comes back hears why. */
const REMEMBERED_ENDS = 1_000;
/** The reaper of another instance leaves a sandbox alone for so long after its time. */
const LABEL_GRACE_MS = 2 * GRACE_MS;

export interface SandboxRequest {
  readonly workspace: string;
  /** Whoever has it, where callers are told apart: in however many workspaces, one has no more than one workspace may. */
  readonly sharer?: string;
  readonly image?: string;
  /** At most the limit sandboxLifeMs, which is also the default. */
  readonly lifeMs?: number;
}

export interface Sandboxes {
  /** Makes one. Rejects with Fault POOL_SATURATED or ENGINE_UNAVAILABLE, or with `signal.reason`. */
  open(request: SandboxRequest, signal: AbortSignal): Promise<SandboxSession>;
  /** Throws Fault ARGUMENTS_INVALID where the workspace has none of that id. */
  get(id: string, workspace: string): SandboxSession;
  /** Those of the workspace, the oldest first. */
  list(workspace: string): readonly SandboxSession[];
  /** Where the programs of a sandbox run. */
  engineOf(session: SandboxSession): Engine;
  /** Ends all of the workspace, those that are being made included; returns at once. */
  endWorkspace(workspace: string): void;
}

export interface DockerSandboxesOptions {
  /** Folder with the built runtime, with a separator at its end. */
  readonly runtimeDir: string;
  readonly settings: DockerSettings;
  readonly limits: Limits;
  readonly isolation: Isolation;
  readonly owner: Owner;
  readonly maker: ContainerMaker;
  readonly log: Log;
  /** Rejects with Fault ENGINE_UNAVAILABLE where there is none. */
  daemon(signal: AbortSignal): Promise<Daemon>;
}

/** A place that counts towards the caps from before its container is made until after it is gone. */
interface Place {
  readonly id: string;
  readonly workspace: string;
  readonly sharer?: string;
  session?: SandboxSession;
  isReady: boolean;
  /** Set where it is to end as soon as it has been made. */
  endedFor?: string;
}

export class DockerSandboxes implements Sandboxes {
  readonly #options: DockerSandboxesOptions;
  readonly #places = new Map<string, Place>();
  readonly #ends = new Map<string, { readonly workspace: string; readonly reason: string }>();
  readonly #openings = new Set<Promise<unknown>>();
  #keeper: Buffer | undefined;
  #isClosed = false;

  constructor(options: DockerSandboxesOptions) {
    this.#options = options;
  }

  /** Containers that are in use here, for the reaper. */
  get containerIds(): readonly string[] {
    return [...this.#places.values()].flatMap(({ session }) => (session === undefined ? [] : [session.containerId]));
  }

  async open(request: SandboxRequest, signal: AbortSignal): Promise<SandboxSession> {
    if (this.#isClosed) throw new Fault('SHUTTING_DOWN', 'Codeloom is shutting down.');
    signal.throwIfAborted();
    const image = allowedImage(request.image, this.#options.settings);
    const place = this.#reserve(request);
    const opening = this.#open(place, image, request.lifeMs);
    this.#openings.add(opening);
    const settled = () => this.#openings.delete(opening);
    opening.then(settled, settled);
    try {
      return await raceAbort(opening, signal);
    } catch (error) {
      // Nobody would ever learn its id.
      this.#endPlace(place, 'its making was cancelled');
      throw error;
    }
  }

  get(id: string, workspace: string): SandboxSession {
    const place = this.#places.get(id);
    if (place?.workspace === workspace && place.session !== undefined && place.isReady) return place.session;
    const end = this.#ends.get(id);
    throw end?.workspace === workspace ? endedFault(id, end.reason) : unknownFault(id);
  }

  list(workspace: string): readonly SandboxSession[] {
    return [...this.#places.values()].flatMap(({ workspace: owner, session, isReady }) =>
      owner === workspace && session !== undefined && isReady ? [session] : [],
    );
  }

  engineOf(session: SandboxSession): Engine {
    return engineOf(session, this.#options.isolation);
  }

  endWorkspace(workspace: string): void {
    for (const place of this.#places.values()) {
      if (place.workspace === workspace) this.#endPlace(place, 'its workspace has ended');
    }
  }

  /** Ends all of them. Resolves when they are gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const fault = new Fault('SHUTTING_DOWN', 'Codeloom is shutting down.');
    const ends = [...this.#places.values()].map((place) => this.#endPlace(place, 'Codeloom is shutting down', fault));
    await Promise.allSettled([...ends, ...this.#openings]);
  }

  /** Throws POOL_SATURATED where there may be no more. */
  #reserve({ workspace, sharer }: SandboxRequest): Place {
    const { sandboxes, workspaceSandboxes, sandboxMb, sandboxesMb } = this.#options.limits;
    const own = [...this.#places.values()].filter((place) => place.workspace === workspace).length;
    if (own >= workspaceSandboxes)
      throw saturated(`This workspace has ${own} sandboxes (limit workspaceSandboxes); stop one with sandbox.stop.`);
    const shared = sharer === undefined ? [] : [...this.#places.values()].filter((place) => place.sharer === sharer);
    if (shared.length >= workspaceSandboxes)
      throw saturated(
        `This caller has ${shared.length} sandboxes in its workspaces (limit workspaceSandboxes); stop one with sandbox.stop.`,
      );
    const all = this.#places.size;
    if (all >= sandboxes) throw saturated(`All ${all} sandboxes are in use (limit sandboxes); try again later.`);
    if ((all + 1) * sandboxMb > sandboxesMb)
      throw saturated(`The memory for sandboxes is in use (limit sandboxesMb); try again later.`);
    const place = { id: randomUUID(), workspace, isReady: false, ...(sharer === undefined ? {} : { sharer }) };
    this.#places.set(place.id, place);
    return place;
  }

  async #open(place: Place, image: string, lifeMs = this.#options.limits.sandboxLifeMs): Promise<SandboxSession> {
    const { settings, limits, maker } = this.#options;
    try {
      const daemon = await this.#options.daemon(new AbortController().signal);
      if (this.#places.size * limits.sandboxMb > daemon.memoryMb * MEMORY_SHARE)
        throw saturated('The machine of Docker has no memory for one more sandbox; try again later.');
      await maker.haveImage(daemon, image);
      const session = await this.#create(daemon, place, image, Math.min(lifeMs, limits.sandboxLifeMs));
      place.session = session;
      if (place.endedFor === undefined) await session.start();
      if (place.endedFor !== undefined) throw new Error('It is not wanted any more.');
      place.isReady = true;
      return session;
    } catch (error) {
      await place.session?.end('it could not be made');
      this.#places.delete(place.id);
      if (place.endedFor === undefined) throw creationFault(error, image, settings.runtime);
      throw new Fault('SANDBOX_LOST', `The sandbox has ended before it was ready: ${place.endedFor}.`);
    }
  }

  async #create(daemon: Daemon, place: Place, image: string, lifeMs: number): Promise<SandboxSession> {
    const { settings, limits, owner, maker, log } = this.#options;
    const labels = labelsOf(owner, lifeMs + LABEL_GRACE_MS);
    const container = await daemon.docker.createContainer(
      sessionSpec({ image, runtime: settings.runtime, labels, lifeMs }, limits),
    );
    const { id, workspace } = place;
    const onEnd = (reason: string) => this.#remember(place, reason);
    const program = maker.channelCaps();
    const onGone = () => this.#places.delete(id);
    return new SandboxSession({
      ...{ id, workspace, image, container, lifeMs, program, limits, log, onEnd, onGone },
      keeper: this.#keeperBytes(),
    });
  }

  #endPlace(place: Place, reason: string, fault?: Fault): Promise<void> | undefined {
    place.endedFor ??= reason;
    return place.session?.end(reason, fault);
  }

  #remember(place: Place, reason: string): void {
    const { id, workspace } = place;
    place.isReady = false;
    this.#ends.set(id, { workspace, reason });
    const [oldest] = this.#ends.keys();
    if (this.#ends.size > REMEMBERED_ENDS && oldest !== undefined) this.#ends.delete(oldest);
  }

  #keeperBytes(): Buffer {
    this.#keeper ??= runtimeBytes(readFileSync(this.#options.runtimeDir + KEEPER_FILE, 'utf8'));
    return this.#keeper;
  }
}

function saturated(message: string): Fault {
  return new Fault('POOL_SATURATED', message);
}
