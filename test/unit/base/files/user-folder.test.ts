import { expect, it } from 'vitest';
import { userFolder } from '../../../../src/base/files/user-folder.ts';

type Row = ['config' | 'cache' | 'state', NodeJS.Platform, Readonly<Record<string, string>>, string];

it.each<Row>([
  ['config', 'linux', {}, '/home/x/.config/codeloom/mcp.json'],
  ['cache', 'linux', {}, '/home/x/.cache/codeloom/mcp.json'],
  ['state', 'linux', {}, '/home/x/.local/state/codeloom/mcp.json'],
  ['cache', 'linux', { XDG_CACHE_HOME: '/caches', XDG_STATE_HOME: '/state' }, '/caches/codeloom/mcp.json'],
  ['state', 'freebsd', { XDG_STATE_HOME: '/state' }, '/state/codeloom/mcp.json'],
  ['cache', 'linux', { XDG_CACHE_HOME: 'relative' }, '/home/x/.cache/codeloom/mcp.json'],
  ['config', 'linux', { XDG_CONFIG_HOME: '' }, '/home/x/.config/codeloom/mcp.json'],
  ['config', 'darwin', { XDG_CONFIG_HOME: '/config' }, '/home/x/Library/Application Support/codeloom/mcp.json'],
  ['cache', 'darwin', {}, '/home/x/Library/Caches/codeloom/mcp.json'],
])(
  'a file of the user is in the place that the platform has for it: %s on %s with %o',
  (place, platform, env, path) => {
    expect(userFolder(place, { env, platform, homeDir: '/home/x' }, 'mcp.json')).toBe(path);
  },
);

it.each<Row>([
  ['config', 'win32', {}, 'C:\\Users\\x\\AppData\\Roaming\\codeloom'],
  ['config', 'win32', { APPDATA: 'D:\\roaming' }, 'D:\\roaming\\codeloom'],
  ['cache', 'win32', {}, 'C:\\Users\\x\\AppData\\Local\\codeloom'],
  ['state', 'win32', { LOCALAPPDATA: 'D:\\local' }, 'D:\\local\\codeloom'],
])('so on Windows: %s on %s with %o', (place, platform, env, path) => {
  expect(userFolder(place, { env, platform, homeDir: 'C:\\Users\\x' })).toBe(path);
});
