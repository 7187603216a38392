/**
 * Builds what ships into dist/: the server (src/, bundled per entry, libraries left to node_modules) and the runtime
 * for the far side of the wall (sandbox-runtime/, each entry one self-contained file). Plain JavaScript, because it runs
 * under whatever Node `npm ci` was started with.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { lazyWeb } from './lazy-web.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const common = { absWorkingDir: root, bundle: true, target: 'node24', logLevel: 'warning', sourcemap: false };

const [server] = await Promise.all([
  build({
    ...common,
    entryPoints: ['src/cli/bin.ts', 'src/index.ts'].filter((p) => existsSync(root + p)),
    metafile: true,
    outdir: 'dist',
    entryNames: '[name]',
    chunkNames: '[name]-[hash]',
    platform: 'node',
    format: 'esm',
    splitting: true,
    packages: 'external',
  }),
  build({
    ...common,
    entryPoints: ['sandbox-runtime/isolate-worker.ts'],
    outdir: 'dist/sandbox-runtime',
    platform: 'node',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    external: ['isolated-vm'],
  }),
  build({
    ...common,
    entryPoints: ['sandbox-runtime/guest/boot.ts'],
    outfile: 'dist/sandbox-runtime/guest.js',
    platform: 'neutral',
    format: 'iife',
    globalName: 'guest',
    minify: true,
    plugins: [lazyWeb(`${root}sandbox-runtime`)],
    // The guest installs itself; the script's completion value is the function that starts a run in it.
    banner: { js: '(()=>{' },
    footer: { js: 'return guest.install()})()' },
  }),
  buildContainerEntries(),
]);

/** Texts that a host can send into a container: functions of `require` and `process`, with the guest's text inside. */
async function buildContainerEntries() {
  const guest = await build({
    ...common,
    entryPoints: ['sandbox-runtime/container/guest.ts'],
    write: false,
    platform: 'neutral',
    format: 'iife',
    globalName: 'guest',
    minify: true,
    banner: { js: '(()=>{' },
    footer: { js: 'return guest.bootInContainer})()' },
  });
  // It runs in a realm of its own, which has the language and nothing of Node's.
  const globals = [
    '{Buffer}=require("buffer")',
    '{TextDecoder}=require("util")',
    '{performance}=require("perf_hooks")',
    '{clearTimeout,setImmediate,setTimeout}=require("timers")',
  ];
  await build({
    ...common,
    entryPoints: ['sandbox-runtime/container-runner.ts', 'sandbox-runtime/keeper/keeper.ts'],
    outdir: 'dist/sandbox-runtime',
    entryNames: '[name]',
    outExtension: { '.js': '.cjs' },
    platform: 'node',
    format: 'cjs',
    minify: true,
    define: { CONTAINER_GUEST: JSON.stringify(guest.outputFiles[0].text) },
    banner: { js: `(function(require,process){const ${globals.join(',')};` },
    footer: { js: '})' },
  });
}

// Chunks of earlier builds go only after the new ones stand: a server that runs from dist/ meanwhile is not cut off.
for (const file of readdirSync(`${root}dist`)) {
  if (file.endsWith('.js') && !(`dist/${file}` in server.metafile.outputs)) rmSync(`${root}dist/${file}`);
}
