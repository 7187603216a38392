/** What the tests of the compile room share: declarations as a catalog of two upstreams gives them, and readers. */
import { resolveLimits } from '../../../src/base/limits.ts';
import { createLog } from '../../../src/base/log.ts';
import { type Program, readProgram } from '../../../src/compile/program-form.ts';

export const LIMITS = resolveLimits();
export const SILENT = createLog('silent');
export const NEVER = new AbortController().signal;

export const DECLARATIONS = `
interface ReadFileArgs { /** Where it is. */ path: string; head?: number }
declare const mcp: {
  fs: {
    read_file(args: ReadFileArgs): Promise<string>;
    stat(args: { path: string }): Promise<{ size: number; name?: string }>;
    list(args?: { dir?: string }): Promise<any>;
    "read-many"(args: { paths: string[] }): Promise<any>;
    unknown(args: {}): Promise<unknown>;
    probe(args?: {}): Promise<{ found?: boolean }>;
  };
  empty: {};
  "my-server": { get(args: { id: number }): Promise<any> };
};
declare const args: { n: number };
`;

export function read(source: string): Program {
  const program = readProgram(source, LIMITS);
  if (!('text' in program)) throw new Error(`no program: ${JSON.stringify(program)}`);
  return program;
}
