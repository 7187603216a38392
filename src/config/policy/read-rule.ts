/**
 * The members of a rule by what they hold: patterns, servers with their tools, rates. Called by parse-policy.ts. What is
 * wrong with one has been told when it comes back without it.
 */
import type { Rates, ServerGrant } from '../../base/gate/policy-rules.ts';
import { RATE_NAMES, type RateName } from '../../base/gate/rates.ts';
import { LIMIT_TABLE } from '../../base/limits.ts';
import { nearestHint } from '../../base/nearest.ts';
import { type ConfigValue, describeKind } from '../config-text.ts';
import type { FieldReport, ObjectValue } from '../read-field.ts';

const MAX_PATTERNS = 1_000;
const MAX_PATTERN_CHARS = 256;
const SERVER_KEYS = ['allowTools', 'blockTools'];

/** Undefined where the key is absent. */
export function readPatterns(holder: ObjectValue, key: string, report: FieldReport): readonly string[] | undefined {
  const value = holder.members.get(key);
  if (value === undefined) return undefined;
  if (value.kind !== 'array') {
    report.complain(value, `must be an array of strings, not ${describeKind(value)}.`);
    return [];
  }
  if (value.items.length > MAX_PATTERNS) {
    report.complain(value, `holds ${value.items.length} patterns; at most ${MAX_PATTERNS} are allowed.`);
    return [];
  }
  return value.items.flatMap((item) => {
    const complaint =
      item.kind === 'string' ? complainAboutPattern(item.value) : `must be a string, not ${describeKind(item)}.`;
    if (complaint !== undefined) report.complain(item, complaint);
    return item.kind === 'string' && complaint === undefined ? [item.value] : [];
  });
}

/** Patterns of servers, each with what may be used of them. */
export function readServers(rule: ObjectValue, report: FieldReport): readonly ServerGrant[] {
  const servers = rule.members.get('servers');
  if (servers === undefined) return [];
  if (servers.kind !== 'object') {
    const right = 'as in {"github": {}, "files": {"allowTools": ["read_*"]}}';
    report.complain(servers, `must be an object of servers by name, ${right}, not ${describeKind(servers)}.`);
    return [];
  }
  if (servers.members.size > MAX_PATTERNS) {
    report.complain(servers, `holds ${servers.members.size} servers; at most ${MAX_PATTERNS} are allowed.`);
    return [];
  }
  return [...servers.members].flatMap(([server, grant]) => readGrant(server, grant, report) ?? []);
}

function readGrant(server: string, grant: ConfigValue, report: FieldReport): ServerGrant | undefined {
  const complaint = complainAboutPattern(server);
  if (complaint !== undefined) report.complain(grant, complaint, 'key');
  if (grant.kind !== 'object') {
    report.complain(grant, `must be an object, not ${describeKind(grant)}; {} allows all tools.`);
    return undefined;
  }
  for (const [key, value] of grant.members) {
    if (SERVER_KEYS.includes(key)) continue;
    report.complain(value, `is no key of a server in a policy.${nearestHint(key, SERVER_KEYS)}`, 'key');
  }
  const allowTools = readPatterns(grant, 'allowTools', report);
  const blockTools = readPatterns(grant, 'blockTools', report) ?? [];
  return { server, ...(allowTools === undefined ? {} : { allowTools }), blockTools };
}

export function readRates(rule: ObjectValue, report: FieldReport): Rates {
  const rates = rule.members.get('rates');
  if (rates === undefined) return {};
  if (rates.kind !== 'object') {
    report.complain(rates, `must be an object of numbers by name, not ${describeKind(rates)}.`);
    return {};
  }
  const entries = [...rates.members].flatMap(([name, value]) => {
    const rate = RATE_NAMES.find((each) => each === name);
    if (rate === undefined) report.complain(value, `is no rate.${nearestHint(name, RATE_NAMES)}`, 'key');
    const number = rate === undefined ? undefined : readRate(rate, value, report);
    return number === undefined ? [] : [[name, number] as const];
  });
  return Object.fromEntries(entries);
}

/** Within what the limit of the same name may be. */
function readRate(name: RateName, value: ConfigValue, report: FieldReport): number | undefined {
  const { min, max } = LIMIT_TABLE[name];
  const number = value.kind === 'number' ? value.value : Number.NaN;
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  report.complain(value, `must be a whole number from ${min} to ${max}; 0 sets no bound.`);
  return undefined;
}

function complainAboutPattern(text: string): string | undefined {
  if (text === '') return 'must not be empty; "*" fits everything.';
  if (text.length > MAX_PATTERN_CHARS)
    return `has ${text.length} characters; at most ${MAX_PATTERN_CHARS} are allowed.`;
  const isClean = text.isWellFormed() && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);
  return isClean ? undefined : 'must not hold control characters.';
}
