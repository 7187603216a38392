/**
 * The file system that the compiler sees: a handful of texts in memory, TypeScript's own library files, and the
 * declarations of a program's packages. Called by
 * compiler-process.ts to answer the compiler's requests. Whatever else a program names does not exist: nothing of the
 * host's disk is read, not even whether it is there.
 */
import type { PackageSet } from '../../base/packages/package-set.ts';
import { GUEST_SCOPE } from '../guest-scope.ts';
import { createPackageFiles } from './package-files.ts';

const ROOT = '/codeloom';
export const CONFIG_FILE = `${ROOT}/tsconfig.json`;
export const PROGRAM_FILE = `${ROOT}/program.ts`;
/** Holds the program where it has to be told whether it is plain JavaScript, else nothing. */
export const JAVASCRIPT_FILE = `${ROOT}/program.js`;
export const DECLARATIONS_FILE = `${ROOT}/declarations.d.ts`;
/** The text of a program file that holds no program. */
export const NO_PROGRAM = 'export {};';
export const ROOT_DIRECTORY = ROOT;

/** Strict as far as plain JavaScript goes with it; what still complains about untyped code, leniency.ts drops. */
const COMPILER_OPTIONS = {
  target: 'es2024',
  lib: ['es2025', 'esnext.disposable', 'esnext.array', 'esnext.error'],
  module: 'esnext',
  moduleResolution: 'bundler',
  moduleDetection: 'force',
  types: [],
  strict: true,
  useUnknownInCatchVariables: false,
  strictPropertyInitialization: false,
  allowUnreachableCode: true,
  allowUnusedLabels: true,
  experimentalDecorators: false,
  resolveJsonModule: false,
  allowJs: true,
  checkJs: false,
  noEmit: true,
  skipLibCheck: true,
};

export interface VirtualFiles {
  /** The compiler's request, answered; undefined is "look at the disk", which only library files get. */
  answer(method: string, path: unknown): unknown;
  /** Has the compiler see the declarations of these packages and no others. False where it did before. */
  mount(packages: PackageSet | undefined): boolean;
  /** False where the file has that text already. */
  write(path: string, text: string): boolean;
}

/** `libraryDirectory`: where the compiler's own `lib.*.d.ts` lie. */
export function createVirtualFiles(libraryDirectory: string): VirtualFiles {
  const files = new Map<string, string>([
    [`${ROOT}/guest-scope.d.ts`, GUEST_SCOPE],
    [DECLARATIONS_FILE, ''],
    [JAVASCRIPT_FILE, NO_PROGRAM],
    [PROGRAM_FILE, NO_PROGRAM],
  ]);
  const names = [...files.keys()].map((path) => path.slice(ROOT.length + 1));
  files.set(CONFIG_FILE, JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files: names }));
  const packages = createPackageFiles(ROOT);
  // Without the DOM's: a `/// <reference lib="dom" />` in a program finds nothing.
  const isLibrary = (path: string) =>
    path.startsWith(`${libraryDirectory}/`) &&
    /^lib\.(es\d+|esnext|decorators)[a-z0-9.]*\.d\.ts$/.test(path.slice(libraryDirectory.length + 1));
  const answers: Readonly<Record<string, (path: string) => unknown>> = {
    readFile: (path) => (isLibrary(path) ? undefined : { content: files.get(path) ?? packages.read(path) ?? null }),
    fileExists: (path) => (isLibrary(path) ? undefined : files.has(path) || packages.hasFile(path)),
    directoryExists: (path) =>
      path === libraryDirectory ? undefined : path === ROOT || path === '/' || packages.hasFolder(path),
    getAccessibleEntries: () => ({ files: [], directories: [] }),
    realpath: (path) => path,
  };
  return {
    mount: packages.mount,
    answer: (method, path) => (Object.hasOwn(answers, method) ? answers[method]?.(String(path)) : null),
    write: (path, text) => {
      const isNew = files.get(path) !== text;
      files.set(path, text);
      return isNew;
    },
  };
}

/** The requests that the compiler is told to make instead of using the disk. */
export const FILE_REQUESTS = ['readFile', 'fileExists', 'directoryExists', 'getAccessibleEntries', 'realpath'];
