/**
 * `npm run demo`: Codeloom in miniature, and the real thing. Starts Codeloom over stdio with two MCP servers from npm on
 * a scratch folder, connects a client of the official SDK, and shows what it is for. No network. Exit code 0 only where
 * every step came out as expected.
 */
import assert from 'node:assert/strict';
import { ms, narrate, show } from './demo/narrate.ts';
import { createScratch, type Scratch } from './demo/scratch.ts';
import { openSession } from './demo/session.ts';
import { STEPS } from './demo/steps.ts';

async function demo(scratch: Scratch): Promise<void> {
  const startedMs = performance.now();
  console.log('Codeloom in miniature: two MCP servers from npm, a client of the official SDK, no network.\n');
  const start = '1. Start Codeloom over stdio, and connect a client to it';
  const session = await narrate(
    start,
    () => openSession(scratch),
    ({ greeting }) => greeting,
  );
  try {
    for (const [index, { headline, run }] of STEPS.entries()) {
      await narrate(
        `${index + 2}. ${headline}`,
        () => run(session),
        (lines) => lines,
      );
    }
  } finally {
    assert(await session.close(), 'Codeloom is still running after its client has gone.');
  }
  console.log(show('green', `Everything was as expected. It took ${ms(performance.now() - startedMs)} in all.`));
}

// A reader that has seen enough (`npm run demo | head`) and a signal end the demo early; Codeloom ends when its stdin does.
process.stdout.once('error', () => process.exit(1));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
try {
  const scratch = createScratch({ everything: 'everything', files: 'filesystem' });
  process.once('exit', scratch.remove);
  await demo(scratch);
} catch (thrown) {
  console.error(show('red', `Not as expected: ${thrown instanceof Error ? thrown.message : String(thrown)}`));
  process.exitCode = 1;
}
