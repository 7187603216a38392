/**
 * One value of one setting, from text (a flag or a variable) or from the config file. Called by load-settings.ts for
 * every value that was given; never throws, and says what is wrong as the rest of a sentence that begins with where.
 */
import { Fault } from '../base/fault.ts';
import { LIMIT_NAMES, resolveLimits } from '../base/limits.ts';
import { nearestHint } from '../base/nearest.ts';
import { type ConfigValue, describeKind, quote } from './config-text.ts';
import type { SettingRow } from './table/setting-row.ts';

export type ParsedSetting =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'mistakes'; readonly mistakes: readonly string[] };

/** A flag's or variable's texts: several only where a flag was repeated. */
export function parseSettingTexts(row: SettingRow, texts: readonly string[]): ParsedSetting {
  const entries = texts.flatMap((text) => text.split(',')).map((entry) => entry.trim());
  const last = texts.at(-1) ?? '';
  switch (row.kind) {
    case 'list':
      return parseList(
        row,
        entries.filter((entry) => entry !== ''),
      );
    case 'limits':
      return parseLimits(entries.filter((entry) => entry !== '').map(splitLimit));
    case 'integer':
      return parseInteger(row, /^[+-]?\d{1,15}$/.test(last) ? Number(last) : Number.NaN, quote(last));
    case 'switch':
      return parseSwitch(last);
    default:
      return parseText(row, last);
  }
}

/** A member of `"codeloom"` in the config file. */
export function parseSettingValue(row: SettingRow, given: ConfigValue): ParsedSetting {
  switch (row.kind) {
    case 'list': {
      if (given.kind !== 'array') return mistake(`must be an array of strings, not ${describeKind(given)}.`);
      const texts = given.items.flatMap((item) => (item.kind === 'string' ? [item.value] : []));
      const odd = given.items.find((item) => item.kind !== 'string');
      return odd === undefined ? parseList(row, texts) : mistake(`must hold strings only, not ${describeKind(odd)}.`);
    }
    case 'limits': {
      if (given.kind !== 'object') return mistake(`must be an object, not ${describeKind(given)}.`);
      return parseLimits([...given.members].map(([name, value]) => [name, plainOf(value)]));
    }
    case 'integer':
      return parseInteger(row, given.kind === 'number' ? given.value : Number.NaN, describeGiven(given));
    case 'switch':
      return given.kind === 'boolean'
        ? { kind: 'value', value: given.value }
        : mistake(`must be true or false, not ${describeGiven(given)}.`);
    default:
      return given.kind === 'string'
        ? parseText(row, given.value)
        : mistake(`must be a string, not ${describeKind(given)}.`);
  }
}

function parseText(row: SettingRow & { kind: 'choice' | 'text' }, text: string): ParsedSetting {
  if (row.kind === 'choice') {
    if (row.choices.includes(text)) return { kind: 'value', value: text };
    return mistake(`must be ${oneOf(row.choices)}, not ${quote(text)}.${nearestHint(text, row.choices)}`);
  }
  const complaint = row.check(text);
  if (complaint === undefined) return { kind: 'value', value: text };
  return mistake(row.isSecret ? `${complaint}.` : `${complaint}, not ${quote(text)}.`);
}

function parseInteger(row: SettingRow & { kind: 'integer' }, value: number, given: string): ParsedSetting {
  if (Number.isInteger(value) && value >= row.min && value <= row.max) return { kind: 'value', value };
  return mistake(`must be a whole number from ${row.min} to ${row.max}, not ${given}.`);
}

function parseSwitch(text: string): ParsedSetting {
  if (['true', '1', 'yes', 'on'].includes(text.toLowerCase())) return { kind: 'value', value: true };
  if (['false', '0', 'no', 'off'].includes(text.toLowerCase())) return { kind: 'value', value: false };
  return mistake(`must be true or false, not ${quote(text)}.`);
}

function parseList(row: SettingRow & { kind: 'list' }, entries: readonly string[]): ParsedSetting {
  if (entries.length === 0 && row.default.length > 0) return mistake('must name at least one.');
  const mistakes = entries.flatMap((entry) => {
    const complaint = row.check(entry);
    return complaint === undefined ? [] : [`${complaint}, not ${quote(entry)}.`];
  });
  return mistakes.length === 0 ? { kind: 'value', value: entries } : { kind: 'mistakes', mistakes };
}

function parseLimits(entries: readonly (readonly [string, unknown])[]): ParsedSetting {
  const mistakes: string[] = [];
  const limits = new Map<string, unknown>();
  for (const [name, value] of entries) {
    const complaint = complainAboutLimit(name, value);
    if (complaint === undefined) limits.set(name, value);
    else mistakes.push(complaint);
  }
  return mistakes.length === 0 ? { kind: 'value', value: Object.fromEntries(limits) } : { kind: 'mistakes', mistakes };
}

function complainAboutLimit(name: string, value: unknown): string | undefined {
  const names: readonly string[] = LIMIT_NAMES;
  if (!names.includes(name)) return `names no limit with ${quote(name)}.${nearestHint(name, names)}`;
  if (value === undefined) return `must be written as name=value, as in wallMs=60000, not ${quote(name)}.`;
  try {
    resolveLimits({ [name]: value });
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return `is wrong: ${thrown.message}`;
  }
}

/** `wallMs=60000`; what is no whole number stays text, for the complaint to show. */
function splitLimit(entry: string): readonly [string, unknown] {
  const at = entry.indexOf('=');
  if (at < 0) return [entry, undefined];
  const text = entry.slice(at + 1).trim();
  return [entry.slice(0, at).trim(), /^\d{1,15}$/.test(text) ? Number(text) : text];
}

/** For the complaint to show: of what is nested, only what it is. */
function plainOf(value: ConfigValue): unknown {
  switch (value.kind) {
    case 'array':
      return [];
    case 'object':
      return {};
    case 'null':
      return null;
    default:
      return value.value;
  }
}

function describeGiven(value: ConfigValue): string {
  if (value.kind === 'string') return quote(value.value);
  return value.kind === 'number' || value.kind === 'boolean' ? String(value.value) : describeKind(value);
}

function oneOf(choices: readonly string[]): string {
  const quoted = choices.map((choice) => `"${choice}"`);
  return `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

function mistake(sentence: string): ParsedSetting {
  return { kind: 'mistakes', mistakes: [sentence] };
}
