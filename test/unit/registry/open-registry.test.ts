import { describe, expect, it } from 'vitest';
import { registryPlace } from '../../../src/registry/open-registry.ts';

const HOME = { env: {}, platform: 'linux', homeDir: '/home/ann' } as const;

describe('the place of the registry', () => {
  it.each([
    ['linux', {}, '/home/ann', '/home/ann/.local/state/codeloom/registry.db'],
    ['linux', { XDG_STATE_HOME: '/state' }, '/home/ann', '/state/codeloom/registry.db'],
    // The XDG specification: a relative path is invalid and counts as not set.
    ['linux', { XDG_STATE_HOME: 'state' }, '/home/ann', '/home/ann/.local/state/codeloom/registry.db'],
    ['darwin', {}, '/Users/ann', '/Users/ann/Library/Application Support/codeloom/registry.db'],
    ['win32', { LOCALAPPDATA: 'C:\\Local' }, 'C:\\Users\\ann', 'C:\\Local\\codeloom\\registry.db'],
    ['win32', {}, 'C:\\Users\\ann', 'C:\\Users\\ann\\AppData\\Local\\codeloom\\registry.db'],
  ] as const)('is on %s with %j in the home %s the file %s', (platform, env, homeDir, file) => {
    expect(registryPlace({ kind: 'sqlite' }, { env, platform, homeDir })).toEqual({ kind: 'sqlite', file });
  });

  it('is what the settings say', () => {
    expect(registryPlace({ kind: 'sqlite', file: 'x.db' }, HOME)).toEqual({ kind: 'sqlite', file: 'x.db' });
    expect(registryPlace({ kind: 'postgres', url: 'postgres://x/y' }, HOME)).toEqual({
      kind: 'postgres',
      url: 'postgres://x/y',
    });
    expect(registryPlace({ kind: 'none' }, HOME)).toBeUndefined();
  });
});
