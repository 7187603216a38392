import { describe, expect, it } from 'vitest';
import { parseSettingTexts } from '../../../src/config/parse-setting.ts';
import { flagOf, rowOf, SETTING_KEYS, variableOf } from '../../../src/config/setting-table.ts';

describe('the names of a setting', () => {
  it.each([
    ['port', '--port', 'CODELOOM_PORT'],
    ['allowUnauthenticated', '--allow-unauthenticated', 'CODELOOM_ALLOW_UNAUTHENTICATED'],
    ['docker.images', '--docker-images', 'CODELOOM_DOCKER_IMAGES'],
    ['limits', '--limit', 'CODELOOM_LIMIT'],
  ] as const)('follow from the key %s', (key, flag, variable) => {
    expect(flagOf(key)).toBe(flag);
    expect(variableOf(key)).toBe(variable);
  });

  it('are unique', () => {
    expect(new Set(SETTING_KEYS.map(flagOf)).size).toBe(SETTING_KEYS.length);
  });
});

describe('the default of a setting', () => {
  it('would be accepted if it were given', () => {
    for (const key of SETTING_KEYS) {
      const row = rowOf(key);
      if (row.kind === 'limits' || row.default === undefined) continue;
      const parsed = parseSettingTexts(row, [String(row.default)]);
      expect(parsed, key).toEqual({ kind: 'value', value: row.default });
    }
  });
});
