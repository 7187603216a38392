/**
 * A process of its own, with a disk of its own of one megabyte, given as its argument: fills it while it writes an audit
 * trail to it, makes room, makes it read-only, and says on stdout what came of it. Started by disk.test.ts.
 */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TrailWriter, type TrailWriterOptions } from '../../../src/audit/trail/trail-writer.ts';
import { verifyAudit } from '../../../src/audit/verify/verify-audit.ts';
import { toFault } from '../../../src/base/fault.ts';
import { createLog } from '../../../src/base/log.ts';

const [disk = ''] = process.argv.slice(2);
// A trail keeps no process alive.
const life = setInterval(() => {}, 1_000);
const ballast = join(disk, 'ballast');
const dir = join(disk, 'audit');
const logged: string[] = [];
const heard = new Map<string, () => void>();
const log = createLog('info', {
  write: (line) => {
    const { msg } = JSON.parse(line);
    logged.push(msg);
    heard.get(msg)?.();
  },
});
const hear = (message: string) => new Promise<void>((resolve) => heard.set(message, resolve));
const open = (more: Partial<TrailWriterOptions> = {}) =>
  new TrailWriter({ dir, maxBytes: 100_000, maxFiles: 100, opening: {}, retryMs: 5, log, ...more });

writeFileSync(ballast, Buffer.alloc(700 * 1024));
const writer = open({ maxWaitingBytes: 100_000 });
await writer.open();
const failed = hear('the audit trail cannot be written');
let added = 0;
const add = () => {
  writer.add(JSON.stringify({ time: '', kind: 'note', at: added, filler: 'x'.repeat(200) }));
  added += 1;
};
const losing = hear('the audit trail loses records: they come faster than its disk takes them');
let isFull = false;
void failed.then(() => {
  isFull = true;
});
while (!isFull) {
  for (let at = 0; at < 20; at++) add();
  await new Promise(setImmediate);
}
for (let at = 0; at < 2_000; at++) add();
await losing;
const whileFull = await verifyAudit(dir);
const again = hear('the audit trail is written again');
rmSync(ballast);
await again;
add();
await writer.close();
const { trails } = await verifyAudit(dir);

// A trail that is opened on a full disk waits for room, too.
writeFileSync(join(disk, 'ballast-2'), '');
let room = 1024 * 1024;
for (let at = 0; room >= 1; at++) {
  try {
    writeFileSync(join(disk, `more-${at}`), Buffer.alloc(room));
  } catch {
    rmSync(join(disk, `more-${at}`), { force: true });
    room = Math.floor(room / 2);
  }
}
const late = open();
const opened = await late.open().then(
  () => 'opened',
  (thrown) => toFault(thrown).message,
);
late.add(JSON.stringify({ time: '', kind: 'note', at: added }));
execFileSync('sh', ['-c', `rm -f '${disk}'/more-*`]);
await late.close();
const [reopened] = (await verifyAudit(dir)).trails;

execFileSync('mount', ['-o', 'remount,ro', disk]);
const readOnly = await open()
  .open()
  .then(
    () => 'opened',
    (thrown) => `${toFault(thrown).code}: ${toFault(thrown).message}`,
  );
const written = (trails[0]?.summary.records ?? 0) - logged.filter((line) => line.includes('has lost')).length;
clearInterval(life);
process.stdout.write(
  JSON.stringify({
    added,
    lost: trails[0]?.summary.lost,
    written,
    logged,
    whileFull: whileFull.trails[0]?.broken?.reason ?? 'whole',
    broken: trails[0]?.broken ?? 'whole',
    opened,
    reopened: [reopened?.broken ?? 'whole', reopened?.state],
    readOnly,
  }),
);
