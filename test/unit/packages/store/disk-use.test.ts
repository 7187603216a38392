import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { diskUse } from '../../../../src/packages/store/disk-use.ts';

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'codeloom-use-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

it('counts files in whole blocks, also empty ones, and folders', async () => {
  const made = await folder();
  await mkdir(join(made, 'inner'));
  await writeFile(join(made, 'empty'), '');
  await writeFile(join(made, 'inner', 'large'), Buffer.alloc(10_000));
  expect(await diskUse(made)).toBe(2 * 4096 + 4096 + 3 * 4096);
});

it('follows no links, and counts what is not there as nothing', async () => {
  const made = await folder();
  await symlink('/', join(made, 'root'));
  expect(await diskUse(made)).toBe(2 * 4096);
  expect(await diskUse(join(made, 'absent'))).toBe(4096);
});

it('stops once there is more than enough', async () => {
  const made = await folder();
  for (let at = 0; at < 20; at += 1) await writeFile(join(made, String(at)), '');
  expect(await diskUse(made, 3 * 4096)).toBe(4 * 4096);
});
