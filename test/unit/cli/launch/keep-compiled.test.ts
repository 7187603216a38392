import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const BIN = fileURLToPath(new URL('../../../../dist/bin.js', import.meta.url));
const KEPT = join('.cache', 'codeloom', 'compiled');

function createHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'codeloom-home-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  return home;
}

/** What the built executable says of its version with that folder as its user's home. */
function versionIn(home: string, env: Readonly<Record<string, string>> = {}): string {
  return execFileSync(process.execPath, [BIN, '--version'], { env: { HOME: home, ...env } }).toString();
}

it('what was compiled is kept in the cache folder of the user, and used again', () => {
  const home = createHome();
  const version = versionIn(home);
  expect(readdirSync(join(home, KEPT))).not.toEqual([]);
  expect(versionIn(home)).toBe(version);
});

it('nothing is kept where Node is told to keep nothing, or to keep it elsewhere', () => {
  const home = createHome();
  const elsewhere = join(home, 'elsewhere');
  versionIn(home, { NODE_DISABLE_COMPILE_CACHE: '1' });
  versionIn(home, { NODE_COMPILE_CACHE: elsewhere });
  expect(existsSync(join(home, KEPT))).toBe(false);
  expect(readdirSync(elsewhere)).not.toEqual([]);
});

it('a home that cannot be written is no hindrance', () => {
  const home = createHome();
  chmodSync(home, 0o500);
  expect(versionIn(join(home, 'missing', '\u2028'))).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(versionIn('/dev/null')).toMatch(/^\d+\.\d+\.\d+\n$/);
});

it('a folder that others could write is not used: what lies in it is run', () => {
  const home = createHome();
  mkdirSync(join(home, KEPT), { recursive: true });
  chmodSync(join(home, KEPT), 0o777);
  versionIn(home);
  expect(readdirSync(join(home, KEPT))).toEqual([]);
  const linked = createHome();
  mkdirSync(join(linked, '.cache', 'codeloom'), { recursive: true });
  symlinkSync(join(home, '.cache'), join(linked, KEPT));
  versionIn(linked);
  expect(readdirSync(join(home, '.cache'))).toEqual(['codeloom']);
});
