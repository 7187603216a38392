/** Bundling a new program. */
import { build, stop } from 'esbuild';
import type { BenchCase } from '../../harness/bench-case.ts';
import { runAlone } from '../../harness/run-case.ts';
import { openHouse } from '../../parts/house.ts';
import { programNumber } from '../../parts/programs.ts';

export const bundle: BenchCase = {
  name: 'bundle',
  title: 'Bundle',
  about:
    'A program of ten lines that was never bundled before becomes a script with its source map. Beside a bare esbuild build of the same text: TypeScript to an ES module with an external source map, nothing written, no plugin.',
  claims: [{ name: 'to a bare esbuild build', of: ['codeloom'], to: ['bare esbuild'] }],
  measure: async (lab) => {
    const house = openHouse();
    const { signal } = new AbortController();
    let turn = 0;
    await lab.time(
      [
        { name: 'bare esbuild', run: () => buildBare(programNumber(turn++, 20).text) },
        {
          name: 'codeloom',
          run: async () => {
            const made = await house.bundler.bundle(programNumber(turn++, 20), signal);
            if (!('code' in made)) throw new Error('A program of the suite cannot be bundled.');
          },
        },
      ],
      { iterations: lab.count(300, 10), warmup: lab.count(50, 3) },
    );
    await house.close();
    await stop();
  },
};

async function buildBare(contents: string): Promise<void> {
  await build({
    stdin: { contents, loader: 'ts', sourcefile: 'program.ts' },
    write: false,
    outfile: 'program.js',
    sourcemap: 'external',
    format: 'esm',
    target: 'node24',
    logLevel: 'silent',
  });
}

await runAlone(bundle, { isMain: import.meta.main });
