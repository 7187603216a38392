/**
 * Settings that were given and change nothing, because another one says otherwise: whoever gave the address of a database,
 * or a folder for the audit trail, believes that it is used. Called by load-settings.ts. No mistakes, because one file or
 * environment may be for several servers; `codeloom serve` logs them, and `codeloom doctor` warns.
 */
import type { Settings } from '../../base/config.ts';
import { SETTING_KEYS, type SettingKey } from '../table/setting-table.ts';

/** What was given by one source. */
type Given = ReadonlyMap<SettingKey, unknown> | undefined;

interface Dependence {
  readonly keys: readonly SettingKey[];
  readonly isUsed: (settings: Settings) => boolean;
  /** Why they are not used, and what would use them. */
  readonly reason: (settings: Settings) => string;
}

const DEPENDENCES: readonly Dependence[] = [
  {
    keys: ['registryUrl'],
    isUsed: ({ registry }) => registry.kind === 'postgres',
    reason: ({ registry }) => `the registry is "${registry.kind}"; registry "postgres" uses it`,
  },
  {
    keys: ['registryFile'],
    isUsed: ({ registry }) => registry.kind === 'sqlite',
    reason: ({ registry }) => `the registry is "${registry.kind}"; registry "sqlite" uses it`,
  },
  {
    keys: ['auditDir', 'auditFileMb', 'auditFiles', 'auditArgs'],
    isUsed: ({ audit }) => audit.isOn,
    reason: () => 'audit is "off"; audit "on" writes the trail',
  },
  {
    keys: ['allowPackages', 'blockPackages', 'packagesDir'],
    isUsed: ({ packages }) => packages.install === 'on',
    reason: () => 'dependencies is "off", so no package is installed',
  },
];

/** A sentence for every reason that holds, with the keys that it holds for. */
export function unusedSettings(layers: readonly Given[], settings: Settings): readonly string[] {
  const given = new Set(SETTING_KEYS.filter((key) => layers.some((layer) => layer?.has(key))));
  return DEPENDENCES.flatMap(({ keys, isUsed, reason }) => {
    const unused = keys.filter((key) => given.has(key));
    if (unused.length === 0 || isUsed(settings)) return [];
    const verb = unused.length === 1 ? 'is' : 'are';
    return [`${unused.join(', ')} ${verb} set and not used: ${reason(settings)}.`];
  });
}
