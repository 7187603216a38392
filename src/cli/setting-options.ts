/**
 * The settings as options of the command line: made from the table, and read back as the flags that were given.
 * Values stay text here; src/config/ judges them, with the same words as for variables and the config file.
 */
import { type Command, Option } from 'commander';
import type { SettingRow } from '../config/table/setting-row.ts';
import { flagOf, rowOf, SETTING_KEYS, type SettingKey } from '../config/table/setting-table.ts';

export function settingOptions(): readonly Option[] {
  return SETTING_KEYS.map((key) => {
    const row = rowOf(key);
    const option = new Option([flagOf(key), ...placeholder(row)].join(' '), `${row.description}${defaultText(row)}`);
    return row.kind === 'switch' ? option : option.argParser(gather);
  });
}

/** Flags as given, as `loadSettings` takes them. */
export function givenFlags(program: Command): ReadonlyMap<string, readonly string[]> {
  const given = new Map<string, readonly string[]>();
  const flags = new Set(SETTING_KEYS.map((key: SettingKey) => flagOf(key)));
  for (const option of program.options) {
    const texts: unknown = program.getOptionValue(option.attributeName());
    if (option.long === undefined || !flags.has(option.long) || texts === undefined) continue;
    given.set(option.long, Array.isArray(texts) ? texts.map(String) : [String(texts)]);
  }
  return given;
}

/** An option may be repeated; which of its texts count is for the kind of setting to say. */
export function gather(text: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), text];
}

function placeholder(row: SettingRow): readonly string[] {
  switch (row.kind) {
    case 'switch':
      return [];
    case 'choice':
      return [`<${row.choices.join('|')}>`];
    case 'integer':
      return ['<NUMBER>'];
    case 'limits':
      return ['<NAME=VALUE>'];
    default:
      return [`<${row.word}>`];
  }
}

function defaultText(row: SettingRow): string {
  if (row.kind === 'limits' || row.kind === 'switch' || row.default === undefined) return '';
  const text = String(row.default);
  return text === '' ? '' : ` (default: ${text})`;
}
