/**
 * What to do instead of an import. Called by the bundler, which refuses what is not declared, and by the type-checker's hints.
 */
import { isBuiltin } from 'node:module';
import { packageNameOf } from '../../base/packages/package-set.ts';

/**
 * Where a program finds modules of Node: in its own sandbox, on the docker engine if it asks for that, nowhere while this
 * server has no Docker, or never on this server.
 */
export type NodePlace = 'here' | 'on-docker' | 'no-docker' | 'nowhere';

const MAX_NAME_CHARS = 214;
const BY_TOOLS = 'use mcp.<server>.<tool>(…) for files, processes and network.';
const WHERE_NODE_IS: Readonly<Record<NodePlace, string>> = {
  here: 'and has to be spelled as Node spells it.',
  'on-docker': `which only the docker engine has: ask for engine docker, or ${BY_TOOLS}`,
  'no-docker': `which only the docker engine has, and this server has no Docker now: ${BY_TOOLS}`,
  nowhere: `which programs do not have on this server: ${BY_TOOLS}`,
};

/** A sentence for a module that cannot be imported. */
export function insteadOfImport(specifier: string, node: NodePlace): string {
  if (isBuiltin(specifier)) return `"${specifier}" is part of Node, ${WHERE_NODE_IS[node]}`;
  if (/^(?:\.|\/|[a-z]+:)/i.test(specifier))
    return node === 'here'
      ? 'A program is one text: put what it needs into it, read files with node:fs, or read data with a tool.'
      : 'A program is one text: put what it needs into it, or read data with a tool.';
  const name = packageNameOf(specifier) ?? specifier;
  return `Only declared packages are in scope: where the operator allows them, pass dependencies: [{ name: ${JSON.stringify(name.slice(0, MAX_NAME_CHARS))}, version: "…" }] beside the program; else use the language itself and the tools under \`mcp\`.`;
}
