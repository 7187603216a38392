/**
 * Makes the one JavaScript text that an engine runs out of a program, with its source map. Called by the spine, at the
 * same time as the type-checker. What a program does to esbuild is a diagnostic. Nothing is ever read from the disk:
 * there is no folder to resolve from, and every import is refused but Node's own modules where the sandbox has them.
 */
import { isBuiltin } from 'node:module';
import type { BuildOptions, Message, Plugin } from 'esbuild';
import { raceAbort } from '../base/deadline.ts';
import type { Limits } from '../base/limits.ts';
import type { Log } from '../base/log.ts';
import { createBoundedCache } from './bounded-cache.ts';
import type { Diagnostic } from './diagnostics.ts';
import { type BuildEnd, EsbuildService } from './esbuild/esbuild-process.ts';
import { insteadOfImport } from './esbuild/import-advice.ts';
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
  /**
   * The bundle, or why there is none. Rejects with `signal.reason` or a Fault. `hasNode` is true where the sandbox has
   * Node's own modules; without them every import is refused.
   */
  bundle(program: Program, signal: AbortSignal, hasNode?: boolean): Promise<Bundle | readonly Diagnostic[]>;
  /** Has esbuild's service ready ahead of need; returns at once. */
  warm(): void;
  close(): Promise<void>;
}

const CACHED_BUNDLES = 500;
const CACHED_BYTES = 64 * 1024 * 1024;
const MAX_MESSAGE_CHARS = 1_000;
/**
 * esbuild reads the source map that a program names in a comment, also a file of this host, quotes it in its messages
 * and merges it into ours. The last such comment counts, so the last is ours and names nothing that can be read.
 */
const NO_SOURCE_MAP = '\n//# sourceMappingURL=none:';

export function createBundler({ limits, log }: { readonly limits: Limits; readonly log: Log }): Bundler {
  const service = new EsbuildService(limits, log);
  const cache = createBoundedCache<Bundle>(CACHED_BUNDLES, CACHED_BYTES);
  const running = new Map<string, Promise<Bundle | readonly Diagnostic[]>>();
  const bundleNow = async (key: string, program: Program, hasNode: boolean) => {
    const made = toBundle(await service.build(buildOptions(program, hasNode)), program, limits);
    if ('code' in made) cache.set(key, made, 2 * (made.code.length + made.sourceMap.length + program.text.length));
    return made;
  };
  return {
    bundle: async (program, signal, hasNode = false) => {
      signal.throwIfAborted();
      const key = `${program.hash}${hasNode ? ' with Node' : ''}`;
      const known = cache.get(key);
      if (known !== undefined) return known;
      const bundle = running.get(key) ?? bundleNow(key, program, hasNode).finally(() => running.delete(key));
      running.set(key, bundle);
      return raceAbort(bundle, signal);
    },
    warm: () => service.warm(),
    close: () => service.close(),
  };
}

function buildOptions(program: Program, hasNode: boolean): BuildOptions {
  return {
    stdin: { contents: program.text + NO_SOURCE_MAP, loader: 'ts', sourcefile: 'program.ts' },
    bundle: true,
    write: false,
    // Paths in the source map are relative to here; the agent's text is at hand anyway.
    absWorkingDir: process.platform === 'win32' ? 'C:\\' : '/',
    outfile: 'program.js',
    sourcemap: 'external',
    sourcesContent: false,
    format: 'esm',
    platform: 'neutral',
    target: 'node24',
    charset: 'utf8',
    legalComments: 'none',
    // Indentation alone makes the output of nested code quadratic.
    minifyWhitespace: true,
    // An import is refused even where nothing of it is used.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    define: { 'import.meta': 'undefined' },
    logLevel: 'silent',
    logLimit: 0,
    plugins: hasNode ? [NODE_MODULES, REFUSE_IMPORTS] : [REFUSE_IMPORTS],
  };
}

/** An import of a module of Node asks Node for it where the program runs; nothing is looked up here. */
const NODE_MODULES: Plugin = {
  name: 'node-modules',
  setup: (build) => {
    build.onResolve({ filter: /.*/ }, ({ path }) => (isBuiltin(path) ? { path, namespace: 'node' } : undefined));
    build.onLoad({ filter: /.*/, namespace: 'node' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
    }));
  },
};

const REFUSE_IMPORTS: Plugin = {
  name: 'refuse-imports',
  setup: (build) => {
    build.onResolve({ filter: /.*/ }, ({ path, kind }) => {
      if (kind === 'entry-point') return undefined;
      return {
        errors: [{ text: `The module "${path}" cannot be imported.`, detail: { hint: insteadOfImport(path) } }],
      };
    });
  },
};

function toBundle(end: BuildEnd, program: Program, limits: Limits): Bundle | readonly Diagnostic[] {
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
  if (script !== undefined) return { ...script, program, hash: program.hash };
  const hint =
    'Add `export default` before the function or value that is the program, or drop the exports and `return` a value.';
  return [{ ...atStart('The module has no default export, so there is nothing to run.'), hint }];
}

function toDiagnostic({ text, location, detail }: Message, program: Program): Diagnostic {
  const message = text.length <= MAX_MESSAGE_CHARS ? text : `${text.slice(0, MAX_MESSAGE_CHARS)}…`;
  // esbuild counts columns from 0 and in UTF-8 bytes.
  const column = location === null ? 0 : Buffer.from(location.lineText).subarray(0, location.column).toString().length;
  const position = program.toProgramPosition(location?.line ?? 1, column + 1);
  const hint: unknown = detail?.hint;
  return typeof hint === 'string'
    ? { ...position, code: 'import', message, hint }
    : { ...position, code: 'syntax', message };
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
