/**
 * Puts the web's globals (sandbox-runtime/web/globals.ts and what it imports) into the guest as the body of one function
 * that nobody calls before a program asks for one of them: V8 then neither compiles it nor keeps it in the code cache, so that
 * an isolate starts without it. A plugin for esbuild, used by build.mjs for the guest of isolates and by tests of it.
 *
 * What that function needs of the rest of the guest is handed to it as one object without a prototype, made when it is
 * called: modules of guest/ and captured.ts load once, before any program.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Modules that load with the guest. Everything else that globals.ts imports loads with it. */
const SHARED = /\/(guest\/[a-z/-]+|web\/captured)\.ts$/;
const IMPORT = /import (?!type)\{([^}]*)\} from '([^']+)'/g;

export function lazyWeb(runtimeDir) {
  const web = join(runtimeDir, 'web');
  return {
    name: 'lazy-web',
    setup(outer) {
      outer.onLoad({ filter: /\/web\/globals\.ts$/ }, async () => {
        const shared = sharedNames(web);
        return { contents: await lazyModule(web, shared), loader: 'js', resolveDir: web };
      });
    },
  };
}

/** By the file of each shared module, the names that web/ imports from it. */
function sharedNames(web) {
  const shared = new Map();
  for (const file of readdirSync(web, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file === 'install.ts') continue;
    for (const [, names, from] of readFileSync(join(web, file), 'utf8').matchAll(IMPORT)) {
      const path = join(web, file, '..', from);
      if (!SHARED.test(path)) continue;
      const values = names
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '' && !name.startsWith('type '));
      shared.set(path, new Set([...(shared.get(path) ?? []), ...values]));
    }
  }
  return shared;
}

async function lazyModule(web, shared) {
  const built = await build({
    entryPoints: [join(web, 'globals.ts')],
    bundle: true,
    write: false,
    minify: true,
    target: 'node24',
    format: 'esm',
    platform: 'neutral',
    plugins: [handedIn(shared)],
  });
  const [, body, entry] = /^([\s\S]*)export\s*\{(\S+) as openWeb\};?\s*$/.exec(built.outputFiles[0].text);
  const imports = [...shared].map(([path, names]) => `import {${[...names]}} from ${JSON.stringify(path)};`);
  const all = [...shared.values()].flatMap((names) => [...names]);
  return `${imports.join('\n')}
    const shared = () => ({__proto__: null, ${all}});
    export function openWeb(randomBytes) { const core = shared(); ${body}; return ${entry}(randomBytes); }`;
}

/** Within the function, a shared module is what `core` holds of it. */
function handedIn(shared) {
  return {
    name: 'handed-in',
    setup(inner) {
      inner.onLoad({ filter: SHARED }, ({ path }) => ({
        contents: [...(shared.get(path) ?? [])].map((name) => `export const ${name} = core.${name};`).join('\n'),
        loader: 'js',
      }));
    },
  };
}
