/**
 * What one program needs of an engine, found before one is chosen: an image, modules of Node, packages that need these.
 * Called by the spine.
 */
import type { EngineChoice } from './base/config.ts';
import type { Limits } from './base/limits.ts';
import type { PackageSet } from './base/packages/package-set.ts';
import type { Bundler } from './compile/bundle.ts';
import { bundledAs } from './compile/kept/build.ts';
import type { BuildKeeper } from './compile/kept/kept-build.ts';
import { readProgram } from './compile/program-form.ts';
import { importedBuiltins } from './compile/syntax/imported-builtins.ts';
import type { EngineNeeds } from './engine/select-engine.ts';

export interface NeedyProgram {
  readonly code: string;
  readonly image?: string;
  readonly engine?: EngineChoice;
  readonly builds?: BuildKeeper;
}

/** Rejects as `Bundler.needingNode` does. A program that is none needs nothing: the compiler says what is wrong. */
export async function programNeeds(
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
