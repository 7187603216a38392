/**
 * Makes the one JavaScript text that an engine runs out of a program, with its source map. Called by the spine, at the
 * same time as the type-checker. What a program does to esbuild is a diagnostic. What it may import is for
 * esbuild/build-options.ts to say.
 */
import { raceAbort } from '../base/deadline.ts';
import { contentHash } from '../base/json.ts';
import type { Limits } from '../base/limits.ts';
import type { Log } from '../base/log.ts';
import type { PackageSet } from '../base/packages/package-set.ts';
import { createBoundedCache } from './bounded-cache.ts';
import type { Diagnostic } from './diagnostics.ts';
import { needingNode, toDiagnostic } from './esbuild/build-messages.ts';
import { type BundleScope, buildOptions } from './esbuild/build-options.ts';
import { type BuildEnd, EsbuildService } from './esbuild/esbuild-process.ts';
import { toScript } from './esbuild/to-script.ts';
import type { Program } from './program-form.ts';

export interface Bundle {
  /** Script text whose completion value is a function without parameters, returning a promise of the program's result. */
  readonly code: string;
  /** Leads from `code` to the program's wrapped text; read by locate-error.ts. */
  readonly sourceMap: string;
  readonly program: Program;
  /** Equal hashes mean equal code. */
  readonly hash: string;
}

export interface Bundler {
  /** The bundle, or why there is none. Rejects with `signal.reason` or a Fault. */
  bundle(program: Program, signal: AbortSignal, scope?: BundleScope): Promise<Bundle | readonly Diagnostic[]>;
  /**
   * Which packages the program cannot have without modules of Node: found by bundling it without these. Empty also
   * where the program cannot be bundled for another reason. Rejects as `bundle` does.
   */
  needingNode(program: Program, packages: PackageSet, signal: AbortSignal): Promise<readonly string[]>;
  /** Has esbuild's service ready ahead of need; returns at once. */
  warm(): void;
  close(): Promise<void>;
}

/** What came of one build. */
interface Made {
  readonly result: Bundle | readonly Diagnostic[];
  readonly needingNode: readonly string[];
}

const CACHED_BUNDLES = 500;
const CACHED_BYTES = 64 * 1024 * 1024;

export function createBundler({ limits, log }: { readonly limits: Limits; readonly log: Log }): Bundler {
  const service = new EsbuildService(limits, log);
  const cache = createBoundedCache<Made>(CACHED_BUNDLES, CACHED_BYTES);
  const running = new Map<string, Promise<Made>>();
  const makeNow = async (key: string, program: Program, scope: BundleScope): Promise<Made> => {
    const end = await service.build(buildOptions(program, scope));
    const made = {
      result: toBundle(end, program, limits, key),
      needingNode: end.kind === 'failed' ? needingNode(end.errors) : [],
    };
    // Of what failed, only this is asked for again and again: it is what leads a program to the other engine.
    if ('code' in made.result || made.needingNode.length > 0) cache.set(key, made, bytesOf(made, program));
    return made;
  };
  const make = async (program: Program, signal: AbortSignal, scope: BundleScope): Promise<Made> => {
    signal.throwIfAborted();
    const key = keyOf(program, scope);
    const known = cache.get(key);
    if (known !== undefined) return known;
    const making = running.get(key) ?? makeNow(key, program, scope).finally(() => running.delete(key));
    running.set(key, making);
    return raceAbort(making, signal);
  };
  return {
    bundle: async (program, signal, scope = {}) => (await make(program, signal, scope)).result,
    needingNode: async (program, packages, signal) => (await make(program, signal, { packages })).needingNode,
    warm: () => service.warm(),
    close: () => service.close(),
  };
}

function keyOf(program: Program, { hasNode = false, node, packages }: BundleScope): string {
  return contentHash(program.hash, String(hasNode), node ?? '', packages?.hash ?? '');
}

function bytesOf({ result }: Made, program: Program): number {
  return 2 * (program.text.length + ('code' in result ? result.code.length + result.sourceMap.length : 0));
}

function toBundle(end: BuildEnd, program: Program, limits: Limits, hash: string): Bundle | readonly Diagnostic[] {
  if (end.kind === 'failed')
    return end.errors.slice(0, limits.diagnostics).map((error) => toDiagnostic(error, program));
  if (end.kind !== 'built') return [renderEnd(end, limits)];
  const output = (extension: string) => end.result.outputFiles?.find((file) => file.path.endsWith(extension));
  const bytes = output('.js')?.contents.length ?? 0;
  if (bytes > limits.bundleBytes) {
    return [
      tooMuch(
        `The bundle made from the program has ${bytes} bytes; the limit bundleBytes allows ${limits.bundleBytes}.`,
      ),
    ];
  }
  const script = toScript(output('.js')?.text ?? '', output('.map')?.text ?? '{"mappings":""}');
  if (script !== undefined) return { ...script, program, hash };
  const hint =
    'Add `export default` before the function or value that is the program, or drop the exports and `return` a value.';
  return [{ ...atStart('The module has no default export, so there is nothing to run.'), hint }];
}

function renderEnd(end: Exclude<BuildEnd, { kind: 'built' | 'failed' }>, limits: Limits): Diagnostic {
  const hint = 'Shorten its longest expressions and nest less; write data as args instead.';
  if (end.kind === 'killed') return { ...tooMuch('The program cannot be bundled: it is nested too deeply.'), hint };
  const unit = end.limit === 'bundleMs' ? 'ms' : 'MB';
  const verb = end.limit === 'bundleMs' ? 'took longer than' : 'needed more memory than';
  return { ...tooMuch(`Bundling the program ${verb} ${limits[end.limit]} ${unit} (limit ${end.limit}).`), hint };
}

function tooMuch(message: string): Diagnostic {
  return { ...atStart(message), code: 'limit' };
}

function atStart(message: string): Diagnostic {
  return { line: 1, column: 1, code: 'syntax', message };
}
