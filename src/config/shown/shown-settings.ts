/**
 * The settings in force as an administrator may see them: every row of the table by its key, and of a secret no more than
 * whether it is set. Made by assemble-settings.ts, so that no setting can be added that is not shown, or shown in full.
 */
import type { Json } from '../../base/json.ts';
import { rowOf, SETTING_KEYS, type SettingValues } from '../table/setting-table.ts';

export type ShownSettings = Readonly<Record<string, Json>>;

/** Without limits, which are shown with their values by themselves. */
export function shownSettings(values: SettingValues): ShownSettings {
  const keys = SETTING_KEYS.filter((key) => rowOf(key).kind !== 'limits');
  return Object.fromEntries(keys.map((key) => [key, shown(values[key], rowOf(key).isSecret === true)]));
}

function shown(value: unknown, isSecret: boolean): Json {
  if (value === undefined || isSecret) return whetherSet(value);
  if (Array.isArray(value)) return value.map((each: unknown) => shown(each, false));
  return typeof value === 'boolean' || typeof value === 'number' ? value : withoutCredentials(String(value));
}

export function whetherSet(value: unknown): 'set' | 'not set' {
  return value === undefined || value === '' ? 'not set' : 'set';
}

/** An address may hold a password or a key where nobody expected one. */
function withoutCredentials(text: string): string {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || `${url.username}${url.password}${url.search}${url.hash}` === '') return text;
  return `${url.protocol}//${url.host}${url.pathname} (with credentials or a query, which are not shown)`;
}
