import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { complainAboutNodeVersion } from '../../../../src/cli/launch/node-version.ts';

function sourceOf(file: string): string {
  return readFileSync(new URL(`../../../../src/cli/${file}`, import.meta.url), 'utf8');
}

describe('the version of Node', () => {
  it.each(['18.0.0', '20.1.0', '22.22.0', '23.11.1'])('is refused in one line when it is %s', (version) => {
    const complaint = complainAboutNodeVersion(version);
    expect(complaint).toMatch(/^Codeloom needs Node\.js 24 or newer, and this is \d+/);
    expect(complaint).toContain(version);
    expect(complaint).not.toContain('\n');
  });

  it.each(['24.0.0', '24.21.0', '26.0.0-nightly', '100.0.0'])('will do when it is %s', (version) => {
    expect(complainAboutNodeVersion(version)).toBeUndefined();
  });

  it('is looked at before anything else is imported', () => {
    const imports = (file: string) => sourceOf(file).match(/^import .*$/gm) ?? [];
    expect(imports('bin.ts')).toEqual(["import { complainAboutNodeVersion } from './launch/node-version.ts';"]);
    expect(imports('launch/node-version.ts')).toEqual([]);
  });

  it('is looked at by an executable that starts with the line that makes it one', () => {
    expect(sourceOf('bin.ts')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});
