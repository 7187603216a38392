import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { keepFiles, openOutFolder } from '../../../src/cli/keep-files.ts';

function scratch(): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'codeloom-keep-')));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return dir;
}

function file(path: string, text = 'new') {
  const content = Buffer.from(text);
  return { path, mimeType: 'text/plain', bytes: content.length, content };
}

describe('files that a program left', () => {
  it('are written below the folder, with folders of their own, byte for byte', async () => {
    const dir = await openOutFolder(join(scratch(), 'a', 'b'));
    const binary = { ...file('sub/deep/x.bin'), content: Buffer.from([0, 255, 1]) };
    expect(await keepFiles([file('a.txt'), binary], dir)).toEqual({ written: 2, refusals: [] });
    expect(readFileSync(join(dir, 'a.txt'), 'utf8')).toBe('new');
    expect([...readFileSync(join(dir, 'sub/deep/x.bin'))]).toEqual([0, 255, 1]);
  });

  it.each(['../x', '/etc/x', 'a/../../x', './x', 'a//x', '', '..', 'a\\..\\x', 'C:x', 'a\0b', 'a\nb'])(
    'are not written under the name %j',
    async (path) => {
      const outer = scratch();
      const dir = await openOutFolder(join(outer, 'in'));
      const { written, refusals } = await keepFiles([file(path)], dir);
      expect(written).toBe(0);
      expect(refusals).toEqual([`${path} was not written: its path leads elsewhere.`]);
      expect(existsSync(join(outer, 'x'))).toBe(false);
    },
  );

  it('never take the place of what is there, and never follow a link', async () => {
    const [dir, elsewhere] = [scratch(), scratch()];
    writeFileSync(join(dir, 'mine.txt'), 'mine');
    symlinkSync(join(elsewhere, 'made.txt'), join(dir, 'link.txt'));
    symlinkSync(elsewhere, join(dir, 'folder'));
    mkdirSync(join(dir, 'taken'));
    const paths = ['mine.txt', 'link.txt', 'folder/x.txt', 'mine.txt/x', 'taken', 'fine.txt'];
    const { written, refusals } = await keepFiles(
      paths.map((path) => file(path)),
      dir,
    );
    expect(written).toBe(1);
    expect(refusals).toHaveLength(5);
    expect(refusals[0]).toBe('mine.txt was not written: there is something of that name already.');
    expect(refusals[2]).toBe('folder/x.txt was not written: what is in the place of its folder is none.');
    expect(readFileSync(join(dir, 'mine.txt'), 'utf8')).toBe('mine');
    expect(existsSync(join(elsewhere, 'made.txt'))).toBe(false);
    expect(existsSync(join(elsewhere, 'x.txt'))).toBe(false);
  });

  it('need a folder: a file in its place is refused before anything runs', async () => {
    const place = join(scratch(), 'file');
    writeFileSync(place, '');
    await expect(openOutFolder(place)).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' });
    await expect(openOutFolder(join(place, 'sub'))).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' });
  });
});
