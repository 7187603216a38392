import { describe, expect, it } from 'vitest';
import { parseConfigFile } from '../../../../src/config/config-file.ts';
import { parseSettingTexts } from '../../../../src/config/parse-setting.ts';
import { flagOf, rowOf, SETTING_KEYS, variableOf } from '../../../../src/config/table/setting-table.ts';

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

describe('a limit in the config file', () => {
  it.each([
    ['"5s"', '"5s"'],
    ['"2000"', '"2000"'],
    ['true', 'true'],
    ['null', 'null'],
    ['[1]', 'a list'],
    ['{"a":1}', 'an object'],
  ])('is shown as it was written where it is no number: %s', (written, shown) => {
    const mistakes: string[] = [];
    parseConfigFile(`{"codeloom":{"limits":{"wallMs":${written}}}}`, 'f', {}, mistakes, []);
    expect(mistakes.join()).toMatch(new RegExp(`The limit wallMs must be .*, not ${shown}\\.$`));
  });
});

describe('the address of a database', () => {
  const row = rowOf('registryUrl');

  it.each([
    'postgres://me:secret@db.example:5432/tools',
    'postgresql://db.example/tools?sslmode=require',
    'postgres://me@localhost/tools?host=%2Fvar%2Frun%2Fpostgresql',
    'postgresql:///tools?host=/tmp',
  ])('may be %s', (url) => {
    expect(parseSettingTexts(row, [url])).toEqual({ kind: 'value', value: url });
  });

  it.each(['mysql://me:secret@db.example/tools', 'postgres://me:secret@db.example', 'postgres:///secret', 'secret'])(
    'may not be %s, and is not repeated where it is wrong',
    (url) => {
      const parsed = parseSettingTexts(row, [url]);
      expect(parsed.kind).toBe('mistakes');
      expect(JSON.stringify(parsed)).not.toContain('secret');
    },
  );
});
