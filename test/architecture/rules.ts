/**
 * The rules of the house (docs/architecture.md) as functions from sources to violations, one sentence each. Called by
 * test/architecture.test.ts, on the real tree and on small wrong ones.
 */
import { codeOnly, functionsOf, importsOf, resolveImport, type SourceFile } from './read-source.ts';

export type Rule = (files: readonly SourceFile[]) => readonly string[];

const FLOORS: readonly (readonly [prefix: string, floor: number])[] = [
  ['sandbox-runtime/', 0],
  ['src/base/', 1],
  ['src/run/', 2],
  ['src/pool/', 2],
  ['src/config/', 2],
  ['src/audit/', 2],
  ['src/compile/', 3],
  ['src/engine/', 3],
  ['src/upstream/', 3],
  ['src/packages/', 3],
  ['src/registry/', 3],
  ['src/guard/', 3],
  ['src/telemetry/', 3],
  ['src/program/', 4],
  ['src/server/', 5],
  ['src/cli/', 7],
];
/** Files that lie in src/ itself, outside of every room. */
const ROOT_FILES: Readonly<Record<string, number>> = {
  'src/main.ts': 6,
  'src/index.ts': 7,
};
const RUNTIME_SEAMS = ['sandbox-runtime/protocol.ts', 'sandbox-runtime/framing.ts'];
/** The spine stands at the door of the room of its steps. */
const SPINE = 'src/execute-program.ts';
const SPINE_ROOM = 'src/program/';

interface Place {
  readonly room: string;
  readonly floor: number;
}

export function placeOf(path: string): Place | undefined {
  const found = FLOORS.find(([prefix]) => (path === SPINE ? SPINE_ROOM : path).startsWith(prefix));
  if (found !== undefined) return { room: found[0], floor: found[1] };
  const floor = Object.hasOwn(ROOT_FILES, path) ? ROOT_FILES[path] : undefined;
  return floor === undefined ? undefined : { room: path, floor };
}

export const everyFileHasAPlace: Rule = (files) =>
  files.filter(({ path }) => placeOf(path) === undefined).map(({ path }) => `${path} is on no floor.`);

export const importsOnlyGoDown: Rule = (files) =>
  eachImport(files, (from, to) => {
    const [here, there] = [placeOf(from), placeOf(to)];
    if (here === undefined || there === undefined || here.room === there.room) return undefined;
    return there.floor < here.floor ? undefined : `${from} imports ${to}, which is not below it.`;
  });

export const theWallHasTwoDoors: Rule = (files) =>
  eachImport(files, (from, to) => {
    if (from.startsWith('sandbox-runtime/') && !to.startsWith('sandbox-runtime/')) return `${from} imports ${to}.`;
    if (!from.startsWith('src/') || !to.startsWith('sandbox-runtime/') || RUNTIME_SEAMS.includes(to)) return undefined;
    return `${from} imports ${to} from behind the wall.`;
  });

/** Types included: a cycle of types is a cycle of meaning. */
export const noImportCycles: Rule = (files) => {
  const known = new Set(files.map(({ path }) => path));
  const edges = new Map(files.map((file) => [file.path, targetsOf(file).filter((to) => known.has(to))]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) cycles.push(`${[...trail.slice(trail.indexOf(path)), path].join(' → ')}`);
    if (trail.includes(path) || done.has(path)) return;
    for (const to of edges.get(path) ?? []) visit(to, [...trail, path]);
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return cycles;
};

const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [/^(?:export )?(?:let|var) /m, 'has mutable module state'],
  [/^\s*export default\b/m, 'has a default export'],
  [/^\s*(?:export )?(?:const )?enum \w/m, 'has an enum'],
  [/(?:: |<|as )any\b(?!\w)/, 'uses any'],
  [/@ts-(?:ignore|nocheck)/, 'switches the compiler off'],
];
/** What runs once per process or per isolate has no state to share: behind the wall, a module's is the run's own. */
const isShared = (path: string) => path.startsWith('src/');

export const noForbiddenForms: Rule = (files) =>
  files.flatMap(({ path, text }) => {
    const code = codeOnly(text);
    return FORBIDDEN.filter(([form, what]) => form.test(code) && (isShared(path) || !what.includes('state'))).map(
      ([, what]) => `${path} ${what}.`,
    );
  });

/** The compiler holds a collection to what its type says, so a module's own has to say that nobody changes it. */
export const moduleCollectionsAreReadonly: Rule = (files) =>
  files
    .filter(({ path }) => isShared(path))
    .flatMap(({ path, text }) => {
      const code = codeOnly(text);
      const made = [...code.matchAll(/^(?:export )?const (\w+) = new (?:Weak)?(?:Map|Set|Array)\b/gm)];
      const literals = [...code.matchAll(/^(?:export )?const (\w+)\b[^=]* = [[{]/gm)];
      const changed = literals.filter(([, name]) => changes(name ?? '').test(code));
      return [...made, ...changed].map(([, name]) => `${path} has a module's ${name} that can be changed.`);
    });

function changes(name: string): RegExp {
  const methods = 'push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin';
  return new RegExp(`\\b${name}(?:\\.(?:${methods})\\(|(?:\\.\\w+|\\[[^\\]]*\\])+ [-+*/|&?]*=(?![=>]))`);
}

/** A barrel has re-exports and nothing of its own, or passes on whatever a module exports. */
export const onlyIndexIsABarrel: Rule = (files) =>
  files
    .filter(({ path, text }) => path !== 'src/index.ts' && isBarrel(codeOnly(text)))
    .map(({ path }) => `${path} only passes on what other modules export.`);

function isBarrel(code: string): boolean {
  if (/^export \* /m.test(code)) return true;
  const own = /^(?:export )?(?:abstract |async |declare )?(?:const|function|class|interface|type \w)/m;
  return /^export (?:type )?\{[^}]*\} from/m.test(code) && !own.test(code);
}

export const namesSayWhatIsInside: Rule = (files) =>
  files
    .filter(({ path }) => /\/(?:utils?|helpers?|common|types|manager|service|misc)(?:\/|\.ts$)/.test(path))
    .map(({ path }) => `${path} has a name that says nothing.`);

export const everyFileHasAHeader: Rule = (files) =>
  files.filter(({ text }) => !/^(?:#!.*\n)?\/\*\*/.test(text)).map(({ path }) => `${path} has no header.`);

const MAX_FILE_LINES = 300;
const MAX_FUNCTION_LINES = 40;
const MAX_FOLDER_FILES = 8;

export const filesAreShort: Rule = (files) =>
  files.flatMap(({ path, text }) => {
    const lines = lineCount(text);
    return lines <= MAX_FILE_LINES ? [] : [`${path} has ${lines} lines.`];
  });

/** Median at most 110 lines, nine of ten at most 220. */
export const mostFilesAreShorter: Rule = (files) => {
  const lengths = files.map(({ text }) => lineCount(text)).sort((a, b) => a - b);
  const at = (share: number) => lengths[Math.floor(lengths.length * share)] ?? 0;
  return [
    ...(at(0.5) <= 110 ? [] : [`The median file has ${at(0.5)} lines.`]),
    ...(at(0.9) <= 220 ? [] : [`One file of ten has more than ${at(0.9)} lines.`]),
  ];
};

export const functionsFitAScreen: Rule = (files) =>
  files.flatMap(({ path, text }) =>
    functionsOf(text)
      .filter(({ lines }) => lines > MAX_FUNCTION_LINES)
      .map(({ line, lines }) => `${path}:${line} has a function of ${lines} lines.`),
  );

export const foldersAreNotCrowded: Rule = (files) => {
  const folders = Map.groupBy(files, ({ path }) => path.slice(0, path.lastIndexOf('/')));
  return [...folders]
    .filter(([, inside]) => inside.length > MAX_FOLDER_FILES)
    .map(([folder, inside]) => `${folder} has ${inside.length} files.`);
};

function lineCount(text: string): number {
  return text.trimEnd().split('\n').length;
}

function targetsOf({ path, text }: SourceFile): readonly string[] {
  return importsOf(text)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => resolveImport(path, specifier));
}

function eachImport(
  files: readonly SourceFile[],
  judge: (from: string, to: string) => string | undefined,
): readonly string[] {
  return files.flatMap((file) => targetsOf(file).flatMap((to) => judge(file.path, to) ?? []));
}
