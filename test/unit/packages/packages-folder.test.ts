import { expect, it } from 'vitest';
import { packagesFolder } from '../../../src/packages/packages-folder.ts';

it.each<[NodeJS.Platform, Readonly<Record<string, string>>, string, string]>([
  ['linux', {}, '/home/x', '/home/x/.cache/codeloom/packages'],
  ['linux', { XDG_CACHE_HOME: '/caches' }, '/home/x', '/caches/codeloom/packages'],
  ['linux', { XDG_CACHE_HOME: 'relative' }, '/home/x', '/home/x/.cache/codeloom/packages'],
  ['darwin', { XDG_CACHE_HOME: '/caches' }, '/Users/x', '/Users/x/Library/Caches/codeloom/packages'],
  ['win32', {}, 'C:\\Users\\x', 'C:\\Users\\x\\AppData\\Local\\codeloom\\packages'],
  ['win32', { LOCALAPPDATA: 'D:\\local' }, 'C:\\Users\\x', 'D:\\local\\codeloom\\packages'],
])('packages are kept with the caches of the user: %s with %o', (platform, variables, home, expected) => {
  expect(packagesFolder(variables, platform, home)).toBe(expected);
});
