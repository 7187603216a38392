/**
 * The engines of one server as one thing: made from the settings, started, asked for the right one, closed. Made by
 * src/main.ts; the spine asks it for the engine of each run.
 */
import type { EngineChoice } from '../base/config.ts';
import { raceAbort } from '../base/deadline.ts';
import { Fault } from '../base/fault.ts';
import type { DockerEngine } from './docker/docker-engine.ts';
import type { Sandboxes } from './docker/session/sandboxes.ts';
import type { Engine, EngineHealth, EngineName } from './engine.ts';
import { type EngineNeeds, type EngineSelection, selectEngine } from './select-engine.ts';

/** How long the first run waits to hear whether a daemon is there. */
const FIRST_ANSWER_MS = 2_000;
const NO_DOCKER = 'The docker engine is switched off here (setting engine).';

export interface EnginesOptions {
  readonly configured: EngineChoice;
  /** Not called where the setting is `docker`. What it throws counts as this engine's state where the setting is `auto`. */
  makeNode(): Engine;
  /** Not called where the setting is `node`: nothing of Docker is touched then. */
  makeDocker(): DockerEngine;
}

export interface EnginesHealth {
  /** Of the engine that a run without wishes would get now. */
  readonly engine: EngineHealth & { readonly name: EngineName };
  readonly engines: { readonly [Name in EngineName]?: EngineHealth };
}

/** `absent`: no daemon answers now. `off`: the operator chose the other engine. */
export type DockerReach = 'there' | 'absent' | 'off';

export interface Engines {
  /** Begins to watch for a daemon, where Docker is not switched off; returns at once. */
  start(): void;
  /** Rejects with Fault ENGINE_UNAVAILABLE where what is wanted or needed cannot be had, or with `signal.reason`. */
  choose(wanted: EngineChoice | undefined, needs: EngineNeeds, signal: AbortSignal): Promise<Engine>;
  health(): EnginesHealth;
  /** Whether a run that asks for the docker engine has a chance of it now. */
  docker(): DockerReach;
  /** The long-lived ones; absent where Docker is switched off. */
  readonly sandboxes?: Sandboxes;
  close(): Promise<void>;
}

/** Throws Fault ENGINE_UNAVAILABLE where the only engine of the setting cannot be had. */
export function createEngines({ configured, makeNode, makeDocker }: EnginesOptions): Engines {
  const docker = configured === 'node' ? undefined : makeDocker();
  const node = configured === 'docker' ? undefined : makeEither(makeNode, configured === 'auto');
  const select = (wanted: EngineChoice | undefined, needs: EngineNeeds) =>
    selectEngine({ configured, wanted, needs, docker: standingOf(docker, needs), node: nodeState(node) });
  const engineOf = (selection: EngineSelection): Engine => {
    if (selection.kind === 'refusal') throw new Fault('ENGINE_UNAVAILABLE', selection.message);
    const engine = selection.name === 'docker' ? docker : node;
    if (engine === undefined || engine instanceof Fault) throw engine ?? new Fault('ENGINE_UNAVAILABLE', NO_DOCKER);
    return engine;
  };
  return {
    ...(docker === undefined ? {} : { sandboxes: docker.sandboxes }),
    start: () => docker?.start(),
    choose: async (wanted, needs, signal) => {
      if (docker !== undefined && wanted !== 'node') await hearFrom(docker, signal);
      const engine = engineOf(select(wanted, needs));
      // Before anything is compiled, or kept as a tool that could never run.
      if (needs.image !== undefined) docker?.refuseImage(needs.image);
      return engine;
    },
    health: () => {
      const selection = select(undefined, {});
      const engines = {
        ...(node === undefined || node instanceof Fault ? {} : { node: node.health() }),
        ...(docker === undefined ? {} : { docker: docker.health() }),
      };
      const name = selection.kind === 'engine' ? selection.name : (docker?.name ?? 'node');
      const none = { ok: false, detail: selection.kind === 'refusal' ? selection.message : '', ready: 0, busy: 0 };
      return { engine: { name, ...(engines[name] ?? none) }, engines };
    },
    docker: () => {
      if (docker === undefined) return 'off';
      return docker.standing() === 'absent' ? 'absent' : 'there';
    },
    close: async () => {
      await Promise.all([docker?.close(), node instanceof Fault ? undefined : node?.close()]);
    },
  };
}

function makeEither(make: () => Engine, isOptional: boolean): Engine | Fault {
  try {
    return make();
  } catch (error) {
    if (isOptional && error instanceof Fault) return error;
    throw error;
  }
}

function standingOf(docker: DockerEngine | undefined, { image }: EngineNeeds) {
  if (docker === undefined) return { standing: 'absent', detail: NO_DOCKER } as const;
  return { standing: docker.standing(image), detail: docker.health().detail };
}

function nodeState(node: Engine | Fault | undefined): { ok: boolean; detail: string } {
  if (node === undefined) return { ok: false, detail: 'The node engine is switched off here (setting engine).' };
  return node instanceof Fault ? { ok: false, detail: node.message } : node.health();
}

/** Waits until it is known whether there is a daemon, but not for long. Only the first run ever waits. */
async function hearFrom(docker: DockerEngine, signal: AbortSignal): Promise<void> {
  docker.start();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, FIRST_ANSWER_MS);
  try {
    await raceAbort(Promise.race([docker.known, promise]), signal);
  } finally {
    clearTimeout(timer);
  }
}
