/**
 * The fields of one configured upstream, by what they hold: a text, a list of texts, texts by name, a duration.
 * Called by parse-upstream.ts. A field that is absent or wrong gives undefined; what is wrong with it has then been
 * told. Messages never quote a value, because values hold secrets.
 */
import { type ConfigValue, describeKind } from './config-text.ts';
import { type Environment, expandVariables } from './expand-variables.ts';

/** Where a reader tells what it found: `complain` for mistakes, `note` for what is ignored. */
export interface FieldReport {
  readonly complain: (value: ConfigValue, sentence: string, at?: 'value' | 'key') => void;
  readonly note: (value: ConfigValue, sentence: string) => void;
  /** What references in strings are replaced from. */
  readonly env: Environment;
}

export type ObjectValue = ConfigValue & { readonly kind: 'object' };

/** Says what is wrong with a text, or undefined. */
type Check = (text: string) => string | undefined;

/** A string as it is written: descriptions and tool names hold no references. */
export function readPlainText(server: ObjectValue, key: string, report: FieldReport): string | undefined {
  const value = server.members.get(key);
  if (value === undefined || value.kind === 'string') return value?.value;
  report.complain(value, `must be a string, not ${describeKind(value)}.`);
  return undefined;
}

export function readPlainTexts(server: ObjectValue, key: string, report: FieldReport): readonly string[] | undefined {
  return readItems(server, key, report, (item) => {
    if (item.kind === 'string') return item.value;
    report.complain(item, `must be a string, not ${describeKind(item)}.`);
    return undefined;
  });
}

/** A string with its references replaced, checked afterwards. */
export function readText(server: ObjectValue, key: string, check: Check, report: FieldReport): string | undefined {
  const value = server.members.get(key);
  return value === undefined ? undefined : expandText(value, check, report);
}

export function readTexts(server: ObjectValue, key: string, check: Check, report: FieldReport): readonly string[] {
  return readItems(server, key, report, (item) => expandText(item, check, report)) ?? [];
}

/** Names to texts. An own property each, so that a name like `__proto__` is data and nothing more. */
export function readTextsByName(
  server: ObjectValue,
  key: string,
  checkName: Check,
  check: Check,
  report: FieldReport,
): Readonly<Record<string, string>> {
  const value = server.members.get(key);
  if (value === undefined) return {};
  if (value.kind !== 'object') {
    report.complain(value, `must be an object of strings by name, not ${describeKind(value)}.`);
    return {};
  }
  const entries = [...value.members].map(([name, member]) => {
    const complaint = checkName(name);
    if (complaint !== undefined) report.complain(member, complaint, 'key');
    return [name, expandText(member, check, report) ?? ''] as const;
  });
  return Object.fromEntries(entries);
}

export function readDuration(
  server: ObjectValue,
  key: string,
  range: { readonly min: number; readonly max: number },
  report: FieldReport,
): number | undefined {
  const value = server.members.get(key);
  if (value === undefined) return undefined;
  const ms = value.kind === 'number' ? value.value : Number.NaN;
  if (Number.isInteger(ms) && ms >= range.min && ms <= range.max) return ms;
  const given = value.kind === 'number' ? String(ms) : describeKind(value);
  report.complain(value, `must be a whole number of milliseconds from ${range.min} to ${range.max}, not ${given}.`);
  return undefined;
}

/** True for true. */
export function readSwitch(server: ObjectValue, key: string, report: FieldReport): boolean {
  const value = server.members.get(key);
  if (value === undefined) return false;
  if (value.kind === 'boolean') return value.value;
  report.complain(value, `must be true or false, not ${describeKind(value)}.`);
  return false;
}

function readItems(
  server: ObjectValue,
  key: string,
  report: FieldReport,
  read: (item: ConfigValue) => string | undefined,
): readonly string[] | undefined {
  const value = server.members.get(key);
  if (value === undefined) return undefined;
  if (value.kind === 'array') return value.items.flatMap((item) => read(item) ?? []);
  report.complain(value, `must be an array of strings, not ${describeKind(value)}.`);
  return undefined;
}

function expandText(value: ConfigValue, check: Check, report: FieldReport): string | undefined {
  if (value.kind !== 'string') {
    report.complain(value, `must be a string, not ${describeKind(value)}.`);
    return undefined;
  }
  const { text, mistakes } = expandVariables(value.value, report.env);
  for (const mistake of mistakes) report.complain(value, mistake);
  const complaint = mistakes.length === 0 ? check(text) : undefined;
  if (complaint !== undefined) report.complain(value, complaint);
  return text;
}
