/**
 * What to do instead of an import. Called by the bundler, which refuses what is not declared, and by the type-checker's hints.
 */
import { isBuiltin } from 'node:module';
import { packageNameOf } from '../../base/packages/package-set.ts';

const MAX_NAME_CHARS = 214;

/** A sentence for a module that cannot be imported. */
export function insteadOfImport(specifier: string): string {
  if (isBuiltin(specifier))
    return `"${specifier}" is part of Node, which only the docker engine has: ask for engine docker where the server has it, or use mcp.<server>.<tool>(…) for files, processes and network.`;
  if (/^(?:\.|\/|[a-z]+:)/i.test(specifier))
    return 'A program is one text: put what it needs into it, or read data with a tool.';
  const name = packageNameOf(specifier) ?? specifier;
  return `Only declared packages are in scope: where the operator allows them, pass dependencies: [{ name: ${JSON.stringify(name.slice(0, MAX_NAME_CHARS))}, version: "…" }] beside the program; else use the language itself and the tools under \`mcp\`.`;
}
