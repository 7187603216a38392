/**
 * A process of its own that writes to an audit folder for as long as it lives, in small files. Tells on stdout how many
 * records it has added.
 */
import { setImmediate } from 'node:timers/promises';
import { TrailWriter } from '../../../src/audit/trail/trail-writer.ts';
import { createLog } from '../../../src/base/log.ts';

const [dir = ''] = process.argv.slice(2);
const log = createLog('silent');
const writer = new TrailWriter({ dir, maxBytes: 200_000, maxFiles: 1_000, opening: { pid: process.pid }, log });
await writer.open();
for (let at = 0; ; at++) {
  writer.add(JSON.stringify({ time: new Date().toISOString(), kind: 'note', at, filler: 'x'.repeat(at % 900) }));
  if (at % 50 === 0) await setImmediate();
  // Waited for, so that nothing piles up for want of a reader.
  if (at % 500 === 0) await new Promise((told) => process.stdout.write(`${at}\n`, told));
}
