/**
 * Which engine a run gets: a pure function of what is configured, what was asked for, what the program needs, and how the
 * engines stand. Called by engines.ts for each run; test/unit/engine/select-engine.test.ts holds it as a table.
 */
import type { EngineChoice } from '../base/config.ts';
import type { EngineName } from './engine.ts';

/** What only containers have. Empty where the program is content with any sandbox. */
export interface EngineNeeds {
  /** An image that the request names. */
  readonly image?: string;
  /** Modules of Node that the program imports. Where there is no docker engine the compiler says so, with the line. */
  readonly nodeBuiltins?: readonly string[];
  /** Dependencies that cannot do without modules of Node. */
  readonly nativePackages?: readonly string[];
}

/**
 * `failing`: the daemon answers, and the last container could not be made. `image-missing`: it may be pulled.
 * `absent`: this server has no such engine, or no daemon answers.
 */
export type DockerStanding = 'ready' | 'image-missing' | 'failing' | 'unknown' | 'absent';

export interface EngineSituation {
  readonly configured: EngineChoice;
  /** What the request says; absent means that it leaves the choice to the server. */
  readonly wanted: EngineChoice | undefined;
  readonly needs: EngineNeeds;
  /** `detail` is one sentence on what is missing and what to do about it. */
  readonly docker: { readonly standing: DockerStanding; readonly detail: string };
  readonly node: { readonly ok: boolean; readonly detail: string };
}

/** A refusal is one sentence or two for whoever sent the program. */
export type EngineSelection =
  | { readonly kind: 'engine'; readonly name: EngineName }
  | { readonly kind: 'refusal'; readonly message: string };

export function selectEngine(situation: EngineSituation): EngineSelection {
  const { configured, wanted = 'auto', needs } = situation;
  // The operator's word is final: a request may choose between engines only where the operator left that open.
  if (configured !== 'auto' && wanted !== 'auto' && wanted !== configured)
    return refusal(`This server runs programs on the ${configured} engine only; leave out engine.`);
  const choice = configured === 'auto' ? wanted : configured;
  const reason = whyDocker(needs);
  if (choice === 'docker') return onDocker(situation, '');
  if (choice === 'auto' && reason === undefined && (needs.nodeBuiltins ?? []).length > 0)
    return preferDocker(situation);
  if (choice === 'node') {
    if (reason === undefined) return { kind: 'engine', name: 'node' };
    return refusal(`The program ${reason}, which only the docker engine has; this run is bound to the node engine.`);
  }
  return reason === undefined
    ? onEither(situation)
    : onDocker(situation, `The program ${reason}: it needs the docker engine. `);
}

/** Docker wherever it works at once; it is never waited for, nor anything pulled, without being asked. */
function onEither({ docker, node }: EngineSituation): EngineSelection {
  if (docker.standing === 'ready') return { kind: 'engine', name: 'docker' };
  if (node.ok) return { kind: 'engine', name: 'node' };
  if (docker.standing !== 'absent') return { kind: 'engine', name: 'docker' };
  return refusal(`No engine can run programs here. ${node.detail} ${docker.detail}`);
}

/** Fails closed. Where there is a chance, the engine itself tries, and says why not. */
function onDocker({ docker }: EngineSituation, preface: string): EngineSelection {
  if (docker.standing === 'absent') return refusal(preface + docker.detail);
  return { kind: 'engine', name: 'docker' };
}

/** Docker wherever there is a chance of it. */
function preferDocker(situation: EngineSituation): EngineSelection {
  const { docker, node } = situation;
  const isHopeless = docker.standing === 'absent' || docker.standing === 'unknown';
  return isHopeless && node.ok ? { kind: 'engine', name: 'node' } : onDocker(situation, '');
}

function whyDocker({ image, nativePackages = [] }: EngineNeeds): string | undefined {
  if (image !== undefined) return `asks for the image ${JSON.stringify(image)}`;
  if (nativePackages.length > 0) return `uses modules of Node (through ${nativePackages.join(', ')})`;
  return undefined;
}

function refusal(message: string): EngineSelection {
  return { kind: 'refusal', message };
}
