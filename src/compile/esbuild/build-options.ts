/**
 * What esbuild is told: how a program becomes one text, and what of the world it may import. Called by bundle.ts. Nothing
 * is ever read from the disk but the files of a set of packages, where the program has one.
 */
import type { BuildOptions } from 'esbuild';
import type { PackageSet } from '../../base/packages/package-set.ts';
import type { Program } from '../program-form.ts';
import type { NodePlace } from './import-advice.ts';
import { LOAD_NODE_MODULES, otherImports } from './other-imports.ts';
import { NO_SOURCE_MAP, packageImports } from './package-imports.ts';

export interface BundleScope {
  /** True where the sandbox has Node's own modules; without them no import leads to one. */
  readonly hasNode?: boolean;
  /** Only for hints: where it could have them otherwise. */
  readonly node?: NodePlace;
  /** What the program declares; without it no package can be imported. */
  readonly packages?: PackageSet | undefined;
}

export function buildOptions(
  program: Program,
  { hasNode = false, node = hasNode ? 'here' : 'on-docker', packages }: BundleScope,
): BuildOptions {
  return {
    stdin: {
      contents: program.text + NO_SOURCE_MAP,
      loader: 'ts',
      sourcefile: 'program.ts',
      ...(packages === undefined ? {} : { resolveDir: packages.folder }),
    },
    bundle: true,
    write: false,
    // Paths in messages and in the source map are relative to here; the agent's text is at hand anyway.
    absWorkingDir: packages?.folder ?? (process.platform === 'win32' ? 'C:\\' : '/'),
    outfile: 'program.js',
    sourcemap: 'external',
    sourcesContent: false,
    format: 'esm',
    // Decides which of its entries a package gives: the one for Node, or the one for places without it.
    platform: packages === undefined ? 'neutral' : hasNode ? 'node' : 'browser',
    target: 'node24',
    charset: 'utf8',
    legalComments: 'none',
    // Indentation alone makes the output of nested code quadratic.
    minifyWhitespace: true,
    // An import is refused even where nothing of it is used.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    define: {
      'import.meta': 'undefined',
      ...(packages === undefined && !hasNode ? {} : OWN_FILE),
      ...(packages === undefined ? {} : packageGlobals(hasNode)),
    },
    logLevel: 'silent',
    logLimit: 0,
    plugins: [packages === undefined ? otherImports(node) : packageImports(packages, node), LOAD_NODE_MODULES],
  };
}

/** What stands for the place of a file. In one text there are no others to find. */
const OWN_FILE: Readonly<Record<string, string>> = {
  'import.meta.url': '"file:///workspace/program.js"',
  'import.meta.filename': '"/workspace/program.js"',
  'import.meta.dirname': '"/workspace"',
  __filename: '"/workspace/program.js"',
  __dirname: '"/workspace"',
};

/** What packages take for given. */
function packageGlobals(hasNode: boolean): Readonly<Record<string, string>> {
  return {
    'process.env.NODE_ENV': '"production"',
    ...(hasNode ? {} : { global: 'globalThis' }),
  };
}
