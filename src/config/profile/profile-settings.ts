/**
 * What a profile is: a named bundle of defaults, in place of the table's and below everything that anybody gives, so that
 * every part of it can be switched alone. Read by assemble-settings.ts and by whoever tells what a profile sets. Checks
 * nothing: a test parses each value with the row of its setting.
 */
import type { SettingKey, SettingValues } from '../table/setting-table.ts';

export type ProfileName = SettingValues['profile'];

/** A profile cannot name a profile. */
export type ProfileSettings = Readonly<Partial<Omit<SettingValues, 'profile' | 'config'>>>;

export const PROFILE_SETTINGS: Readonly<Record<ProfileName, ProfileSettings>> = {
  mvp: {},
  /** A server that many share: nobody takes it all, and what anybody did can be looked up. */
  enterprise: {
    sandboxes: 'on',
    audit: 'on',
    metrics: 'on',
    limits: { callerRuns: 16, runsPerMinute: 600, toolCallsPerMinute: 6_000 },
  },
};

/** One text for each setting of a bundle, and for each limit in it: `sandboxes=on`, `limits.wallMs=60000`. */
export function profileTexts(profile: ProfileName): readonly string[] {
  const entries = Object.entries(PROFILE_SETTINGS[profile]) as readonly (readonly [SettingKey, unknown])[];
  return entries.flatMap(([key, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).map(([name, each]) => `${key}.${name}=${each}`)
      : [`${key}=${String(value)}`],
  );
}
