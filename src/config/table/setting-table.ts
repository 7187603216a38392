/**
 * Codeloom's own settings, each once: what it is called, what it may be, its default, and what it is for. The options
 * of the command line, the environment variables, the keys of the config file and docs/configuration.md are all made
 * from this table; nothing else lists settings.
 */

import { ACCESS_SETTINGS } from '../access/access-settings.ts';
import { POLICY_SETTINGS } from '../policy/policy-settings.ts';
import { AUDIT_SETTINGS } from './audit-settings.ts';
import { OPERATIONS_SETTINGS } from './operations/operations-settings.ts';
import { PACKAGES_SETTINGS } from './packages-settings.ts';
import { REGISTRY_SETTINGS } from './registry-settings.ts';
import { RUNNING_SETTINGS } from './running-settings.ts';
import { SERVING_SETTINGS } from './serving-settings.ts';
import type { SettingRow } from './setting-row.ts';

/** A dot in a key is a level in the config file: `docker.pull` stands there as `"docker": { "pull": … }`. */
export const SETTING_TABLE = {
  ...SERVING_SETTINGS,
  ...ACCESS_SETTINGS,
  ...POLICY_SETTINGS,
  ...RUNNING_SETTINGS,
  ...PACKAGES_SETTINGS,
  ...REGISTRY_SETTINGS,
  ...OPERATIONS_SETTINGS,
  ...AUDIT_SETTINGS,
} as const satisfies Record<string, SettingRow>;

export type SettingKey = keyof typeof SETTING_TABLE;

export const SETTING_KEYS = Object.keys(SETTING_TABLE) as readonly SettingKey[];

type ValueOf<Row> = Row extends { kind: 'choice'; choices: readonly (infer Choice)[] }
  ? Choice
  : Row extends { kind: 'integer' }
    ? number
    : Row extends { kind: 'switch' }
      ? boolean
      : Row extends { kind: 'list' }
        ? readonly string[]
        : Row extends { kind: 'limits' }
          ? Readonly<Record<string, number>>
          : Row extends { default: string }
            ? string
            : string | undefined;

/** The value of every setting, by key. */
export type SettingValues = { readonly [Key in SettingKey]: ValueOf<(typeof SETTING_TABLE)[Key]> };

/** A row as the general shape: the table's own type knows each row so exactly that no loop could read it. */
export function rowOf(key: SettingKey): SettingRow {
  return SETTING_TABLE[key];
}

/** `--docker-pull` for `docker.pull`. */
export function flagOf(key: SettingKey): string {
  const name = rowOf(key).flag ?? key;
  return `--${name.replaceAll('.', '-').replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
}

/** `CODELOOM_DOCKER_PULL` for `docker.pull`. */
export function variableOf(key: SettingKey): string {
  return `${VARIABLE_PREFIX}${flagOf(key).slice(2).replaceAll('-', '_').toUpperCase()}`;
}

export const VARIABLE_PREFIX = 'CODELOOM_';
