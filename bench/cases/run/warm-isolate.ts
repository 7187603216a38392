/** Memory of the isolate that a worker has ready. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BenchCase } from '../../harness/bench-case.ts';
import { runAlone } from '../../harness/run-case.ts';

const BARE = 'bare isolate';
const GUEST = 'codeloom, isolate with the guest';

export const warmIsolate: BenchCase = {
  name: 'warm-isolate',
  title: 'Memory of a warm isolate',
  about:
    'Resident memory of each of 300 isolates as a worker makes one ahead of need: with a context and the guest installed, no program in it. Beside 300 bare isolates with a context each. Each kind in one process of its own, which makes one before it begins to count.',
  claims: [{ name: 'with the guest, to a bare isolate', of: [GUEST], to: [BARE] }],
  measure: async (lab) => {
    const count = lab.count(300, 20);
    lab.record(BARE, 'MB', [await eachMb('bare-isolates.ts', count)]);
    lab.record(GUEST, 'MB', [await eachMb('guest-isolates.ts', count)]);
  },
};

/** Read from what the fixture printed; it ends itself with SIGKILL, because isolates may take a process down as it exits. */
function eachMb(fixture: string, count: number): Promise<number> {
  const file = fileURLToPath(new URL(`../../fixtures/${fixture}`, import.meta.url));
  return new Promise((resolve) => {
    execFile(process.execPath, ['--no-node-snapshot', file, String(count)], (_end, stdout) =>
      resolve(Number.parseFloat(stdout)),
    );
  });
}

await runAlone(warmIsolate, { isMain: import.meta.main });
