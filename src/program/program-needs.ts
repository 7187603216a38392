/**
 * What one program needs around it, and that found: an engine that has its image and its modules of Node, and the packages
 * that it declares, all among what its caller may have. Called by the spine before a program takes the place of a run.
 */
import type { EngineChoice } from '../base/config.ts';
import type { Caller } from '../base/gate/caller.ts';
import type { Limits } from '../base/limits.ts';
import type { Dependency, PackageSet } from '../base/packages/package-set.ts';
import type { Bundler } from '../compile/bundle.ts';
import { bundledAs } from '../compile/kept/build.ts';
import type { BuildKeeper } from '../compile/kept/kept-build.ts';
import { readProgram } from '../compile/program-form.ts';
import { importedBuiltins } from '../compile/syntax/imported-builtins.ts';
import type { Engine } from '../engine/engine.ts';
import type { EngineNeeds } from '../engine/select-engine.ts';
import type { Guard } from '../guard/guard.ts';
import type { PackageStore } from '../packages/package-store.ts';

export interface Surroundings {
  readonly engine: Engine;
  readonly packages: PackageSet | undefined;
}

export interface SurroundingsParts {
  readonly limits: Limits;
  readonly bundler: Bundler;
  readonly packages: Pick<PackageStore, 'open'>;
  readonly guard: Pick<Guard, 'policy'>;
  /** Rejects with Fault ENGINE_UNAVAILABLE where the choice cannot be had, or with `signal.reason`. */
  chooseEngine(choice: EngineChoice | undefined, needs: EngineNeeds, signal: AbortSignal): Promise<Engine>;
}

interface NeedyProgram {
  readonly code: string;
  readonly servers?: readonly string[];
  readonly dependencies?: readonly Dependency[];
  readonly image?: string;
  readonly engine?: EngineChoice;
  readonly builds?: BuildKeeper;
}

/** Rejects with Fault DENIED before anything is done for what the caller may not have, or as the parts do. */
export async function openSurroundings(
  parts: SurroundingsParts,
  request: NeedyProgram,
  caller: Caller,
  signal: AbortSignal,
): Promise<Surroundings> {
  const { policy } = parts.guard;
  const { servers = [], image, dependencies = [] } = request;
  const declared = dependencies.map(({ name }) => name);
  policy?.assertMayRun(caller, { servers, packages: declared, ...(image === undefined ? {} : { image }) });
  const wanted = policy === undefined ? request.engine : policy.engineFor(caller, request.engine);
  const packages = await parts.packages.open(request.dependencies, signal, policy?.packageCheck(caller));
  const choice = wanted === undefined ? {} : { engine: wanted };
  const needs = await programNeeds({ ...request, ...choice }, packages, parts, signal);
  const engine = await parts.chooseEngine(wanted, needs, signal);
  // Once more of what came of it: a sandbox brings its own engine, whatever was wanted.
  policy?.assertMayRun(caller, { engine: engine.name });
  return { engine, packages };
}

/** Rejects as `Bundler.needingNode` does. A program that is none needs nothing: the compiler says what is wrong. */
async function programNeeds(
  { code, image, engine, builds }: NeedyProgram,
  packages: PackageSet | undefined,
  { limits, bundler }: { readonly limits: Limits; readonly bundler: Bundler },
  signal: AbortSignal,
): Promise<EngineNeeds> {
  const named = image === undefined ? {} : { image };
  if (Buffer.byteLength(code) > limits.sourceBytes) return named;
  const needs = { ...named, nodeBuiltins: undeclaredBuiltins(code, packages) };
  // A container that was asked for has whatever they need.
  if (packages === undefined || engine === 'docker') return needs;
  const program = readProgram(code, limits);
  if (!('text' in program)) return needs;
  // A bundle that was made for places without Node's modules needs none of them.
  if (builds?.known?.bundledAs === bundledAs(program, false, packages)) return { ...needs, nativePackages: [] };
  return { ...needs, nativePackages: await bundler.needingNode(program, packages, signal) };
}

/** A declared package goes before the module of Node that has its name. */
export function undeclaredBuiltins(code: string, packages: PackageSet | undefined): readonly string[] {
  return importedBuiltins(code).filter((specifier) => packages?.names.includes(specifier) !== true);
}
