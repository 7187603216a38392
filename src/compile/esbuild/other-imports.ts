/**
 * Imports of a program that lead to no package: Node's own modules where the sandbox has them, and nothing else. Used by
 * build-options.ts and package-imports.ts.
 */
import { isBuiltin } from 'node:module';
import type { OnResolveResult, Plugin } from 'esbuild';
import { insteadOfImport, type NodePlace } from './import-advice.ts';

/** Where the program itself asks; nothing is looked up here. */
export function resolveOther(path: string, node: NodePlace): OnResolveResult {
  if (node === 'here' && isBuiltin(path)) return nodeModule(path);
  return {
    errors: [{ text: `The module "${path}" cannot be imported.`, detail: { hint: insteadOfImport(path, node) } }],
  };
}

export function nodeModule(path: string): OnResolveResult {
  return { path, namespace: 'node' };
}

/** An import of a module of Node asks Node for it where the program runs. */
export const LOAD_NODE_MODULES: Plugin = {
  name: 'node-modules',
  setup: (build) => {
    build.onLoad({ filter: /.*/, namespace: 'node' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
    }));
  },
};

/** For a program without packages: every import is another one. */
export function otherImports(node: NodePlace): Plugin {
  return {
    name: 'other-imports',
    setup: (build) => {
      build.onResolve({ filter: /.*/ }, ({ path, kind }) =>
        kind === 'entry-point' ? undefined : resolveOther(path, node),
      );
    },
  };
}
