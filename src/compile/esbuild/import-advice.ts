/**
 * What to do instead of an import. Called by the bundler, which refuses all, and by the type-checker's hints.
 */
import { isBuiltin } from 'node:module';

/** A sentence for a module that cannot be imported. */
export function insteadOfImport(specifier: string): string {
  if (isBuiltin(specifier))
    return `"${specifier}" is part of Node, which only the docker engine has: ask for engine docker where the server has it, or use mcp.<server>.<tool>(…) for files, processes and network.`;
  if (/^(?:\.|\/|[a-z]+:)/i.test(specifier))
    return 'A program is one text: put what it needs into it, or read data with a tool.';
  return 'Packages are not in scope: use the language itself and the tools under `mcp`.';
}
