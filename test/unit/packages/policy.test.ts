import { describe, expect, it } from 'vitest';
import { enforcePolicy, type PackagePolicy } from '../../../src/packages/policy.ts';

function verdict(policy: Partial<PackagePolicy>, name: string): 'allowed' | 'blocked' | 'not listed' {
  try {
    enforcePolicy([{ name, via: [] }], { allow: [], block: [], ...policy });
  } catch (thrown) {
    return (thrown as Error).message.includes('blockPackages') ? 'blocked' : 'not listed';
  }
  return 'allowed';
}

describe('the lists of packages', () => {
  it('name all packages that are not allowed at once, each once', () => {
    const tree = ['a', 'b', 'a', '@s/c', 'd'].map((name) => ({ name, via: [] }));
    expect(() => enforcePolicy(tree, { allow: ['d'], block: [] })).toThrow(
      'These packages are not among those that are allowed here (setting allowPackages): a, b, @s/c.',
    );
  });

  it.each<[Partial<PackagePolicy>, string, string]>([
    [{}, 'a', 'allowed'],
    [{ allow: ['a'] }, 'a', 'allowed'],
    [{ allow: ['a'] }, 'ab', 'not listed'],
    [{ allow: ['@s/*'] }, '@s/a', 'allowed'],
    [{ allow: ['@s/*'] }, '@sx/a', 'not listed'],
    [{ allow: ['@s/*'], block: ['@s/a'] }, '@s/a', 'blocked'],
    [{ block: ['@s/*'] }, '@s/a', 'blocked'],
    [{ block: ['jsonstream'] }, 'JSONStream', 'blocked'],
    [{ block: ['a'] }, 'b', 'allowed'],
  ])('%o say of %s that it is %s', (policy, name, expected) => {
    expect(verdict(policy, name)).toBe(expected);
  });
});
