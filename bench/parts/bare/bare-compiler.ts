/**
 * The raw primitive of the type-check: TypeScript's own client for its native compiler, given the same project that
 * Codeloom's compiler sees (its options, its guest scope, the same declarations), asked the same two questions.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { API } from 'typescript/unstable/async';
import {
  CONFIG_FILE,
  createVirtualFiles,
  DECLARATIONS_FILE,
  PROGRAM_FILE,
  ROOT_DIRECTORY,
} from '../../../src/compile/typescript/virtual-files.ts';

export interface BareCompiler {
  /** How many errors the text has. One check at a time. */
  check(text: string): Promise<number>;
  close(): Promise<void>;
}

/** Resolves when the project is open; nothing has been checked by then. */
export async function openBareCompiler(declarations: string): Promise<BareCompiler> {
  const files = createVirtualFiles(libraryFolder());
  files.write(DECLARATIONS_FILE, declarations);
  const ask = (method: string) => (path: string) => files.answer(method, path);
  const api = new API({
    cwd: ROOT_DIRECTORY,
    fs: {
      readFile: (path) => {
        const answer = ask('readFile')(path) as { content: string | null } | undefined;
        return answer === undefined ? undefined : answer.content;
      },
      fileExists: (path) => ask('fileExists')(path) as boolean | undefined,
      directoryExists: (path) => ask('directoryExists')(path) as boolean | undefined,
      getAccessibleEntries: () => ({ files: [], directories: [] }),
      realpath: (path) => path,
    },
  });
  let snapshot = await api.updateSnapshot({ openProjects: [CONFIG_FILE] });
  return {
    check: async (text) => {
      files.write(PROGRAM_FILE, text);
      const previous = snapshot;
      snapshot = await api.updateSnapshot({ fileChanges: { changed: [PROGRAM_FILE] } });
      void previous.dispose();
      const program = snapshot.getProjects()[0]?.program;
      if (program === undefined) throw new Error('The bare compiler opened no project.');
      const [syntactic, semantic] = await Promise.all([
        program.getSyntacticDiagnostics(PROGRAM_FILE),
        program.getSemanticDiagnostics(PROGRAM_FILE),
      ]);
      return syntactic.length + semantic.length;
    },
    close: () => api.close(),
  };
}

function libraryFolder(): string {
  const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
  const native = `@typescript/typescript-${process.platform}-${process.arch}/package.json`;
  return join(dirname(createRequire(typescript).resolve(native)), 'lib').replaceAll('\\', '/');
}
