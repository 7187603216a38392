/**
 * A process of its own, with a disk of its own of two megabytes, given as its argument: fills it, makes room,
 * makes it read-only and writable again, and says on stdout what the registry on it did. Started by sqlite-disk.test.ts.
 */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toFault } from '../../../src/base/fault.ts';
import { createLog } from '../../../src/base/log.ts';
import { openRegistry } from '../../../src/registry/open-registry.ts';

const [disk = ''] = process.argv.slice(2);
const ballast = join(disk, 'ballast');
const open = () =>
  openRegistry({
    place: { kind: 'sqlite', file: join(disk, 'registry.db') },
    isReadOnly: false,
    reserved: { names: [], prefixes: [] },
    log: createLog('silent'),
  });
let registry = open();
const code = `// ${'x'.repeat(3_000)}`;

async function create(name: string): Promise<string> {
  try {
    await registry.create({ name, description: 'x', code }, { by: 'test' });
    return 'stored';
  } catch (thrown) {
    const { code: faultCode, message } = toFault(thrown);
    return `${faultCode}: ${message}`;
  }
}

async function fill(): Promise<{ stored: number; refusal: string }> {
  for (let at = 0; ; at++) {
    const end = await create(`tool-${at}`);
    if (end !== 'stored') return { stored: at, refusal: end };
  }
}

async function count(stored: number): Promise<number> {
  let found = 0;
  for (let at = 0; at < stored + 5; at++) if ((await registry.get(`tool-${at}`))?.kind === 'tool') found += 1;
  return found;
}

writeFileSync(ballast, Buffer.alloc(512 * 1024));
const { stored, refusal } = await fill();
const found = await count(stored);
rmSync(ballast);
const withRoom = await create('with-room');
await registry.close();
// Nothing on it may be open meanwhile.
execFileSync('mount', ['-o', 'remount,ro', disk]);
registry = open();
const readOnly = await create('read-only');
execFileSync('mount', ['-o', 'remount,rw', disk]);
const again = await create('again');
const foundAgain = await count(stored);
await registry.close();
process.stdout.write(JSON.stringify({ stored, refusal, found, withRoom, readOnly, again, foundAgain }));
