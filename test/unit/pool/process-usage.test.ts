import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { processDataMb, processUsage } from '../../../src/pool/process-usage.ts';

const NO_PID = 2 ** 22 + 1;
const HOG = `
const held = Buffer.alloc(100 * 1024 * 1024, 1);
for (const end = process.cpuUsage().user + 200_000; process.cpuUsage().user < end; );
process.stdout.write('done');
setInterval(() => held, 1_000);`;

describe.skipIf(process.platform !== 'linux')('what a process uses (read from /proc, which only Linux has)', () => {
  it('is its resident memory and its processor time', () => {
    const { rss } = process.memoryUsage();
    const usage = processUsage(process.pid);
    // The two are not read in the same moment; a wrong unit would be off by a thousand.
    expect(usage?.residentMb).toBeGreaterThan(rss / 1024 / 1024 / 2);
    expect(usage?.residentMb).toBeLessThan((rss / 1024 / 1024) * 2);
    const { user, system } = process.cpuUsage();
    expect(usage?.cpuMs).toBeGreaterThan(0);
    expect(usage?.cpuMs).toBeLessThanOrEqual((user + system) / 1_000 + 20);
  });

  it('grows with what the process takes, whatever its name', async () => {
    const child = spawn(process.execPath, ['-e', HOG], { argv0: ') R 1 1', stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      await once(child.stdout, 'data');
      const usage = processUsage(child.pid ?? 0);
      expect(usage?.residentMb).toBeGreaterThan(100);
      expect(usage?.cpuMs).toBeGreaterThanOrEqual(190);
      expect(processDataMb(child.pid ?? 0)).toBeGreaterThan(100);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    expect(processUsage(child.pid ?? 0)).toBeUndefined();
    expect(processDataMb(child.pid ?? 0)).toBeUndefined();
  });
});

it.each([NO_PID, -1, 0, Number.NaN])('is undefined for %d, which is no process', (pid) => {
  expect(processUsage(pid)).toBeUndefined();
  expect(processDataMb(pid)).toBeUndefined();
});
