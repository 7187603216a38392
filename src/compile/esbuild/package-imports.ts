/**
 * Imports of packages, and of packages by packages: which there are is for the set to say, where a file is for esbuild's
 * own resolver, and whether it may be read is decided here, by the set's list of hashes. Used by build-options.ts. A file
 * that is not listed is not read, wherever an import, a link or a `package.json` leads.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { basename, extname, isAbsolute, join, relative, sep } from 'node:path';
import type { Loader, OnLoadResult, OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from 'esbuild';
import { type PackageSet, packageNameOf } from '../../base/packages/package-set.ts';
import type { NodePlace } from './import-advice.ts';
import { nodeModule, resolveOther } from './other-imports.ts';
import { complainAboutEntry } from './package-entries.ts';

/**
 * esbuild reads the source map that a text names in a comment, also a file of this host, quotes it in its messages
 * and merges it into ours. The last such comment counts, so the last is ours and names nothing that can be read.
 */
export const NO_SOURCE_MAP = '\n//# sourceMappingURL=none:';

const LOADERS: ReadonlyMap<string, Loader> = new Map<string, Loader>([
  ['', 'js'],
  ['js', 'js'],
  ['mjs', 'js'],
  ['cjs', 'js'],
  ['jsx', 'jsx'],
  ['ts', 'ts'],
  ['mts', 'ts'],
  ['cts', 'ts'],
  ['tsx', 'tsx'],
  ['json', 'json'],
]);

export function packageImports(packages: PackageSet, node: NodePlace): Plugin {
  return {
    name: 'package-imports',
    setup: (build) => {
      const importer = join(packages.folder, 'program.ts');
      const resolver = createResolver(build, packages, node);
      build.onResolve({ filter: /.*/ }, (args) => {
        if (args.kind === 'entry-point' || isOwnQuestion(args)) return undefined;
        return args.importer === importer ? resolver.fromProgram(args) : resolver.fromPackage(args);
      });
      build.onLoad({ filter: /.*/, namespace: 'file' }, ({ path }) => load(path, packages));
    },
  };
}

/** Leaves an import to esbuild, which looks for it once more and finds the same. */
const AS_IT_IS = undefined;
/** Marks our own questions to esbuild's resolver, which come back here. */
const OWN_QUESTION = 'own question';

function isOwnQuestion({ pluginData }: OnResolveArgs): boolean {
  return pluginData === OWN_QUESTION;
}

type Resolve = (args: OnResolveArgs) => Promise<OnResolveResult | undefined>;

function createResolver(
  build: PluginBuild,
  packages: PackageSet,
  node: NodePlace,
): { readonly fromProgram: Resolve; readonly fromPackage: Resolve } {
  const hasNode = node === 'here';
  const ask = ({ path, kind, importer, resolveDir, with: attributes }: OnResolveArgs) => {
    const question = { kind, importer, resolveDir, namespace: 'file', with: attributes, pluginData: OWN_QUESTION };
    return build.resolve(path, question);
  };
  return {
    fromProgram: async (args) => {
      const name = packageNameOf(args.path);
      if (name === undefined || !packages.names.includes(name)) return resolveOther(args.path, node);
      if (!isPlain(args)) return refusal(`The module "${args.path}" can be imported as code or JSON only.`);
      const found = await ask(args);
      if (found.errors.length === 0 && isListed(found.path, packages)) return AS_IT_IS;
      const { text, hint } = complainAboutEntry(name, args.path, await readManifest(name, packages));
      return { errors: [{ text, ...(hint === undefined ? {} : { detail: { hint } }) }] };
    },
    fromPackage: async (args) => {
      const { path, kind } = args;
      if (kind === 'require-resolve') return { path, external: true };
      if (isAbsolute(path) || /^(?!node:)[a-z][a-z+.-]*:/i.test(path) || !isPlain(args))
        return refusal(`It imports "${path}", which is no module of a package.`);
      if (hasNode && isBuiltin(path)) return nodeModule(path);
      if (path.startsWith('.')) return AS_IT_IS;
      const found = await ask(args);
      if (hasNode && isBuiltin(found.path)) return nodeModule(found.path);
      // What is not found is for esbuild to say: it forgives where the package is prepared for that.
      if (found.errors.length > 0 || found.namespace !== 'file' || isListed(found.path, packages)) return AS_IT_IS;
      // Something of this host in a folder above: as good as not there, when the program runs.
      return kind === 'require-call' ? { path, external: true } : refusal(`It imports "${path}", which is not there.`);
    },
  };
}

/** `with { type: 'file' }` and the like would make something else of a file than what it holds. */
function isPlain({ with: attributes }: OnResolveArgs): boolean {
  return Object.entries(attributes).every(([key, value]) => key === 'type' && value === 'json');
}

function isListed(path: string, { folder, files }: PackageSet): boolean {
  return files.has(inSet(path, folder));
}

function inSet(path: string, folder: string): string {
  return relative(folder, path).replaceAll(sep, '/');
}

async function load(path: string, { folder, files, native }: PackageSet): Promise<OnLoadResult> {
  const place = inSet(path, folder);
  const hash = files.get(place);
  if (hash === undefined) return refusal('It imports a file that is not part of the installed packages.');
  const owner = packageAt(place);
  if (native.has(owner))
    return refusal(`The package "${owner}" has native code, which no engine can load into a program.`);
  const loader = LOADERS.get(extname(place).slice(1));
  if (loader === undefined) return refusal(`It imports "${basename(place)}", a kind of file that cannot be bundled.`);
  const contents = await readRegularFile(path);
  if (contents === undefined || createHash('sha256').update(contents).digest('hex') !== hash)
    return refusal('An installed file is not as it was installed; try again, and it is installed anew.');
  const text = contents.toString('utf8');
  return { contents: loader === 'json' ? text : text + NO_SOURCE_MAP, loader };
}

async function readManifest(name: string, { folder, files }: PackageSet): Promise<string> {
  const place = `node_modules/${name}/package.json`;
  const contents = files.has(place) ? await readRegularFile(join(folder, place)) : undefined;
  return contents?.toString('utf8') ?? '';
}

/** Never through a link, in the last step; undefined where there is no such file. */
async function readRegularFile(path: string): Promise<Buffer | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    try {
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

/** The name of the package that a file of the set belongs to. */
export function packageAt(place: string): string {
  const inside = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
  return packageNameOf(inside) ?? inside;
}

function refusal(text: string): { readonly errors: { readonly text: string }[] } {
  return { errors: [{ text }] };
}
