import { describe, expect, it } from 'vitest';
import { locateConfigFile, parseConfigFile } from '../../../src/config/config-file.ts';

describe('the config file of a user', () => {
  it.each([
    ['linux', {}, '/home/me/.config/codeloom/mcp.json'],
    ['linux', { XDG_CONFIG_HOME: '/xdg' }, '/xdg/codeloom/mcp.json'],
    ['linux', { XDG_CONFIG_HOME: 'relative' }, '/home/me/.config/codeloom/mcp.json'],
    ['darwin', { XDG_CONFIG_HOME: '/xdg' }, '/home/me/Library/Application Support/codeloom/mcp.json'],
    ['win32', { APPDATA: 'C:\\Roaming' }, 'C:\\Roaming\\codeloom\\mcp.json'],
    ['win32', {}, '\\home\\me\\AppData\\Roaming\\codeloom\\mcp.json'],
  ] as const)('on %s with %o is %s', (platform, env, name) => {
    expect(locateConfigFile(undefined, { env, platform, homeDir: '/home/me' })).toEqual({ name, isNamed: false });
  });

  it('is the named one where one is named, as it was named', () => {
    const sources = { env: {}, platform: 'linux', homeDir: '/home/me' } as const;
    expect(locateConfigFile('./my.json', sources)).toEqual({ name: './my.json', isNamed: true });
  });
});

describe('a server that is switched off', () => {
  const parse = (servers: object) => parseConfigFile(JSON.stringify({ mcpServers: servers }), 'mcp.json', {}, [], []);

  it('leaves its name, and nothing else', () => {
    const file = parse({ old: { disabled: true, command: 1 }, on: { command: 'x', disabled: false } });
    expect(file.disabled).toEqual(['old']);
    expect(file.upstreams.map(({ name }) => name)).toEqual(['on']);
    expect(parse({ on: { command: 'x', disabled: false } })).not.toHaveProperty('disabled');
  });
});
