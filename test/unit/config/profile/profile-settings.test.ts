import { describe, expect, it } from 'vitest';
import { assemble, defaultSettings, type Layer } from '../../../../src/config/assemble-settings.ts';
import { loadSettings } from '../../../../src/config/load-settings.ts';
import { parseSettingTexts } from '../../../../src/config/parse-setting.ts';
import { PROFILE_SETTINGS, profileTexts } from '../../../../src/config/profile/profile-settings.ts';
import { rowOf, SETTING_TABLE, type SettingKey } from '../../../../src/config/table/setting-table.ts';

const layer = (values: object): Layer => new Map(Object.entries(values)) as unknown as Layer;
const PROFILES = SETTING_TABLE.profile.choices;

describe('a profile', () => {
  it('is the same as giving what it names, one by one', () => {
    // What is shown to an operator names the profile, too.
    const { profile, shown, ...given } = assemble([layer(PROFILE_SETTINGS.enterprise)], []);
    expect(profile).toBe('mvp');
    const { profile: _, shown: shownOfProfile, ...settings } = defaultSettings({ profile: 'enterprise' });
    expect(settings).toEqual(given);
    expect(shownOfProfile).toEqual({ ...shown, profile: 'enterprise' });
    expect(defaultSettings({ profile: 'mvp' })).toEqual(defaultSettings());
  });

  it.each(PROFILES)('%s holds only what its settings may be', (profile) => {
    for (const [key, value] of Object.entries(PROFILE_SETTINGS[profile])) {
      const texts = typeof value === 'object' ? Object.entries(value).map((pair) => pair.join('=')) : [String(value)];
      expect(parseSettingTexts(rowOf(key as SettingKey), texts), key).toEqual({ kind: 'value', value });
    }
  });

  it('is below everything that is given, in whatever source', async () => {
    const enterprise = layer({ profile: 'enterprise' });
    const without = layer({ sandboxes: 'off' });
    expect(assemble([enterprise, without], []).sandboxes).toBe('off');
    expect(assemble([without, enterprise], []).sandboxes).toBe('off');
    expect(assemble([enterprise], [], { sandboxes: 'off' }).sandboxes).toBe('off');
    const home = { platform: 'linux', homeDir: '/nowhere', flags: new Map([['--profile', ['enterprise']]]) } as const;
    expect((await loadSettings({ ...home, env: {} })).settings.sandboxes).toBe('on');
    expect((await loadSettings({ ...home, env: { CODELOOM_SANDBOXES: 'off' } })).settings.sandboxes).toBe('off');
    expect((await loadSettings({ ...home, env: { CODELOOM_PROFILE: 'mvp' } })).settings.sandboxes).toBe('on');
  });

  it('is the one that was given last, where several sources give one', () => {
    const [one, other] = [layer({ profile: 'enterprise' }), layer({ profile: 'mvp' })];
    expect(assemble([one, other], [])).toMatchObject({ profile: 'mvp', sandboxes: 'off' });
    expect(assemble([other, one, layer({})], [])).toMatchObject({ profile: 'enterprise', sandboxes: 'on' });
  });

  it('keeps its limits where another is given', () => {
    const given = assemble([layer({ profile: 'enterprise', limits: { runsPerMinute: 0, wallMs: 5_000 } })], []).limits;
    const { limits } = defaultSettings({ profile: 'enterprise' });
    expect(limits.runsPerMinute).toBeGreaterThan(0);
    expect(given).toEqual({ ...limits, runsPerMinute: 0, wallMs: 5_000 });
  });

  it('is not needed for what it sets', () => {
    expect(assemble([layer({ sandboxes: 'on' })], [])).toMatchObject({ profile: 'mvp', sandboxes: 'on' });
  });

  it('is told setting by setting', () => {
    expect(profileTexts('mvp')).toEqual([]);
    expect(profileTexts('enterprise')).toContain('sandboxes=on');
  });
});
