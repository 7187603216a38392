import { describe, expect, it } from 'vitest';
import { loadSettings } from '../../../src/config/load-settings.ts';

const load = (flags: Readonly<Record<string, string>>) =>
  loadSettings({
    flags: new Map(Object.entries(flags).map(([flag, text]) => [flag, [text]])),
    env: {},
    platform: 'linux',
    homeDir: '/home/nobody',
  });

describe('the settings of packages', () => {
  it('let nothing be installed unless it is said', async () => {
    expect((await load({})).settings.packages).toEqual({ install: 'off', allow: [], block: [] });
  });

  it('are read as they are given', async () => {
    const flags = {
      '--dependencies': 'on',
      '--allow-packages': '@scope/*,left-pad',
      '--block-packages': 'JSONStream',
      '--packages-dir': '/var/cache/packages',
    };
    expect((await load(flags)).settings.packages).toEqual({
      install: 'on',
      allow: ['@scope/*', 'left-pad'],
      block: ['JSONStream'],
      dir: '/var/cache/packages',
    });
  });

  it.each([
    ['--allow-packages', '../../x', /^--allow-packages must be the name of a package, or "@scope\/\*"/],
    ['--allow-packages', '*', /must be the name of a package/],
    ['--block-packages', '@scope', /must be the name of a package/],
    ['--block-packages', 'left-*', /must be the name of a package/],
    ['--packages-dir', 'relative', /^--packages-dir must be an absolute path/],
    ['--dependencies', 'yes', /^--dependencies must be "off" or "on"/],
  ])('refuse %s %s', async (flag, text, sentence) => {
    await expect(load({ [flag]: text })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(sentence),
    });
  });
});
