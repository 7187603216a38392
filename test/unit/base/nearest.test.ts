import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearest, nearestHint } from '../../../src/base/nearest.ts';

const TOOLS = ['read_file', 'write_file', 'list_directory', 'search', 'get-user', 'echo'];

describe('nearest', () => {
  it.each([
    ['readFile', 'read_file'],
    ['read_fil', 'read_file'],
    ['READ-FILE', 'read_file'],
    ['list_directories', 'list_directory'],
    ['serach', 'search'],
    ['getUser', 'get-user'],
    ['read_file', 'read_file'],
    ['ehco', 'echo'],
    ['wrte_file', 'write_file'],
    ['read_files', 'read_file'],
  ])('%s is a slip for %s', (name, expected) => {
    expect(nearest(name, TOOLS)).toBe(expected);
  });

  it.each(['', 'z', 'fs', 'deploy_to_kubernetes', '__proto__', '__', '漢字'])('%j is near to none of them', (name) => {
    expect(nearest(name, TOOLS)).toBeUndefined();
  });

  it('suggests nothing that has nothing in common with the name', () => {
    expect(nearest('fs', ['db'])).toBeUndefined();
    expect(nearest('x', ['a', 'b'])).toBeUndefined();
    expect(nearest('', ['a', 'ab'])).toBeUndefined();
    expect(nearest('db2', ['db'])).toBe('db');
  });

  it.each([
    ['map', ['has', 'add', 'size']],
    ['code-mode-run_js', ['code-mode-sum']],
    ['code-mode-delete', ['code-mode-free']],
    ['get_sum', ['get_env', 'get-ami']],
    ['read_text_file', ['read_media_file']],
    ['listUsers', ['listTeams']],
  ])('does not take words that both begin with, or a letter of three, for likeness: %s', (name, known) => {
    expect(nearest(name, known)).toBeUndefined();
  });

  it('prefers the nearer, and the first of two as near', () => {
    expect(nearest('wallMs', ['cpuMs', 'wallMb', 'wallms'])).toBe('wallms');
    expect(nearest('abcd', ['abcx', 'abcy'])).toBe('abcx');
  });

  it('answers with a known name or none, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string({ unit: 'binary' })), (name, known) => {
        const found = nearest(name, known);
        if (found !== undefined) expect(known).toContain(found);
      }),
    );
  });

  it('looks at the beginning of a long name and of a long list only', () => {
    const long = `read_file${'x'.repeat(200_000)}`;
    expect(nearest(long, [`${long}y`])).toBe(`${long}y`);
    let looked = 0;
    function* names() {
      for (;;) yield `other_name_${looked++}`;
    }
    expect(nearest('read_file', names())).toBeUndefined();
    expect(looked).toBeLessThan(10_000);
  });
});

describe('nearestHint', () => {
  it('is a sentence to append, or nothing', () => {
    expect(nearestHint('readFile', TOOLS)).toBe(' Did you mean "read_file"?');
    expect(nearestHint('deploy', TOOLS)).toBe('');
    expect(nearestHint('anything', [])).toBe('');
  });
});
