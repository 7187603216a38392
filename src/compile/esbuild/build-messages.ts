/**
 * What esbuild complains of, in the agent's terms: positions in the program, and of packages their names instead of where
 * their files are. Called by bundle.ts.
 */
import { isBuiltin } from 'node:module';
import type { Message } from 'esbuild';
import type { Diagnostic } from '../diagnostics.ts';
import type { Program } from '../program-form.ts';
import { packageAt } from './package-imports.ts';

const MAX_MESSAGE_CHARS = 1_000;
const NOT_FOUND = /^Could not resolve "(.+)"$/;

export function toDiagnostic(error: Message, program: Program): Diagnostic {
  const { text, location, detail } = error;
  const message = clip(text);
  const owner = packageOf(error);
  if (owner !== undefined) return aboutPackage(owner, message);
  // esbuild counts columns from 0 and in UTF-8 bytes.
  const column = location === null ? 0 : Buffer.from(location.lineText).subarray(0, location.column).toString().length;
  const position = program.toProgramPosition(location?.line ?? 1, column + 1);
  const hint: unknown = detail?.hint;
  if (typeof hint === 'string') return { ...position, code: 'import', message, hint };
  return { ...position, code: error.pluginName === 'package-imports' ? 'import' : 'syntax', message };
}

/** The packages that cannot do without modules of Node, which were not to be had. */
export function needingNode(errors: readonly Message[]): readonly string[] {
  const found = errors.flatMap((error) => {
    const owner = packageOf(error);
    return owner !== undefined && isBuiltin(missing(error.text)) ? [owner] : [];
  });
  return [...new Set(found)];
}

function aboutPackage(owner: string, message: string): Diagnostic {
  const wanted = missing(message);
  const at = { line: 1, column: 1, code: 'import' };
  if (isBuiltin(wanted)) {
    return {
      ...at,
      message: `The package "${owner}" needs "${wanted}", a module of Node, which only the docker engine has.`,
      hint: 'Ask for engine docker where the server has it, or declare a package that runs without Node.',
    };
  }
  const what = wanted === '' ? message : `It needs "${wanted}", which is not installed with it.`;
  return { ...at, message: `The package "${owner}" cannot be bundled. ${what}` };
}

function missing(text: string): string {
  return NOT_FOUND.exec(text)?.[1] ?? '';
}

/** Undefined where the complaint is about the program's own text. */
function packageOf({ location }: Message): string | undefined {
  return location?.file.startsWith('node_modules/') ? packageAt(location.file) : undefined;
}

function clip(text: string): string {
  return text.length <= MAX_MESSAGE_CHARS ? text : `${text.slice(0, MAX_MESSAGE_CHARS)}…`;
}
