/**
 * Loaded into the server of a soak before its own modules (`--import`): at SIGUSR2 it collects garbage and says on stderr
 * what is left in the process, which from outside only looks like a large number. Needs `--expose-gc`.
 */
import { setImmediate } from 'node:timers/promises';

process.on('SIGUSR2', async () => {
  // What finalizers let go of is garbage only for the next collection.
  for (let times = 0; times < 3; times += 1) {
    globalThis.gc?.();
    await setImmediate();
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  process.stderr.write(
    `soak ${JSON.stringify({ heapBytes: heapUsed, externalBytes: external, rssBytes: rss, timers })}\n`,
  );
});
