import { execFileSync } from 'node:child_process';
import { chmod, link, lstat, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRegistry } from '../../../src/registry/open-registry.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { BY, definitionOf } from '../../contract/registry/registry-contract.ts';
import { NOTHING_RESERVED, SILENT, type SqliteBench, sqliteBench } from '../../fault/registry/sqlite-bench.ts';

function openAt(file: string, isReadOnly = false): Registry {
  return openRegistry({ place: { kind: 'sqlite', file }, isReadOnly, reserved: NOTHING_RESERVED, log: SILENT });
}

async function refusalOf(registry: Registry): Promise<string> {
  const fault = await registry.create(definitionOf('tool'), BY).catch((thrown) => thrown);
  expect(fault).toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
  expect(await registry.health()).toMatchObject({ kind: 'down', reason: fault.message });
  await registry.close();
  return fault.message;
}

describe.skipIf(process.platform === 'win32')(
  "170: a trap at the registry's file (skipped on Windows: no such modes)",
  () => {
    let bench: SqliteBench;
    let victim: string;
    beforeEach(async () => {
      bench = await sqliteBench();
      victim = join(bench.folder, 'victim');
      await writeFile(victim, 'precious');
    });
    afterEach(async () => {
      expect(await readFile(victim, 'utf8')).toBe('precious');
      await bench.close();
    });

    it.each([
      ['the file is a symbolic link', (file: string, to: string) => symlink(to, file), /symbolic link/],
      ['the file is a link that leads nowhere', (file: string) => symlink('/nowhere', file), /symbolic link/],
      [
        'the log beside it is one',
        (file: string, to: string) => symlink(to, `${file}-wal`),
        /-?wal is a symbolic link/,
      ],
      [
        'the index beside it is one',
        (file: string, to: string) => symlink(to, `${file}-shm`),
        /shm is a symbolic link/,
      ],
      [
        'the journal beside it is one',
        (file: string, to: string) => symlink(to, `${file}-journal`),
        /journal is a sym/,
      ],
      ['the file has a second name', (file: string, to: string) => link(to, file), /hard link/],
      ['it is a folder', (file: string) => mkdir(file), /no regular file/],
      ['it is a pipe', async (file: string) => void execFileSync('mkfifo', [file]), /no regular file/],
    ])('is refused where %s', async (_what, lay, reason) => {
      await lay(bench.file, victim);
      expect(await refusalOf(bench.open())).toMatch(reason);
      if (!/journal|wal|shm/.test(reason.source))
        expect((await bench.open({ isReadOnly: true }).health()).kind).toBe('down');
    });

    it('is refused where the folder is a symbolic link', async () => {
      const folder = join(bench.folder, 'real');
      await mkdir(folder);
      await symlink(folder, join(bench.folder, 'link'));
      expect(await refusalOf(openAt(join(bench.folder, 'link', 'registry.db')))).toMatch(/folder is a symbolic link/);
    });

    it('is refused where anybody may write the file', async () => {
      await writeFile(bench.file, '');
      await chmod(bench.file, 0o666);
      expect(await refusalOf(bench.open())).toMatch(/anybody may write/);
    });

    it("is refused where the file is another program's database, which stays as it is", async () => {
      const database = new DatabaseSync(bench.file);
      database.exec("CREATE TABLE theirs (a); INSERT INTO theirs VALUES ('precious')");
      database.close();
      const before = await readFile(bench.file);
      expect(await refusalOf(bench.open())).toMatch(/another program/);
      expect(await readFile(bench.file)).toEqual(before);
    });

    it('never shows where the file is', async () => {
      await symlink(victim, bench.file);
      expect(await refusalOf(bench.open())).not.toContain(bench.folder);
    });

    it('is not laid by ourselves: folder and files are for their owner alone, whatever the umask', async () => {
      const file = join(bench.folder, 'deep', 'state', 'registry.db');
      const umask = process.umask(0);
      const registry = openAt(file);
      try {
        await registry.create(definitionOf('tool'), BY);
        for (const each of [file, `${file}-wal`, `${file}-shm`]) expect((await stat(each)).mode & 0o777).toBe(0o600);
        expect((await lstat(dirname(file))).mode & 0o777).toBe(0o700);
        expect((await lstat(dirname(dirname(file)))).mode & 0o777).toBe(0o700);
      } finally {
        process.umask(umask);
        await registry.close();
      }
    });

    it('is taken away where a file of our own had been left open to be read', async () => {
      await bench.open().create(definitionOf('tool'), BY);
      await bench.close().catch(() => {});
      await mkdir(bench.folder, { recursive: true });
      await writeFile(victim, 'precious');
      await writeFile(bench.file, '');
      await chmod(bench.file, 0o644);
      await openAt(bench.file).create(definitionOf('tool'), BY);
      expect((await stat(bench.file)).mode & 0o777).toBe(0o600);
    });
  },
);
