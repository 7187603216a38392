/**
 * The policy file: JSON, with comments and trailing commas, to rules. Called by load-policy.ts. Tells every mistake with
 * its place and goes on, so that one look shows all of them; a policy that has any is used by nobody.
 */
import { POLICY_ENGINES, type PolicyRule, type PolicyRules } from '../../base/gate/policy-rules.ts';
import { nearestHint } from '../../base/nearest.ts';
import { type ConfigValue, describeKind, parseConfigText } from '../config-text.ts';
import type { FieldReport, ObjectValue } from '../read-field.ts';
import { readPatterns, readRates, readServers } from './read-rule.ts';

const MAX_RULES = 1_000;
const KEYS = ['rules', '$schema'];
const RULE_KEYS = ['subjects', 'servers', 'engines', 'images', 'packages', 'codeloomTools', 'rates'];
/** Where somebody may look for them first. */
const OF_A_SERVER: ReadonlySet<string> = new Set(['tools', 'allowTools', 'blockTools']);

/** What the text says, or undefined where it says nothing that could be used; then there is a mistake. */
export function parsePolicy(text: string, file: string, mistakes: string[]): PolicyRules | undefined {
  const parsed = parseConfigText(text, file, mistakes);
  if (parsed === undefined) return undefined;
  const report: FieldReport = {
    env: {},
    complain: (value, sentence, at) => mistakes.push(`${parsed.place(value, at)} ${sentence}`),
    note: () => {},
  };
  const { root } = parsed;
  if (root.kind !== 'object') {
    report.complain(root, `must hold an object, not ${describeKind(root)}.`);
    return undefined;
  }
  for (const [key, value] of root.members) {
    if (!KEYS.includes(key)) report.complain(value, `is no key of a policy.${nearestHint(key, KEYS)}`, 'key');
  }
  const rules = root.members.get('rules');
  if (rules === undefined) report.complain(root, 'must have a list "rules"; an empty one allows nothing to anybody.');
  return rules === undefined ? undefined : { rules: parseRules(rules, report) };
}

function parseRules(rules: ConfigValue, report: FieldReport): readonly PolicyRule[] {
  if (rules.kind !== 'array') {
    report.complain(rules, `must be an array of rules, not ${describeKind(rules)}.`);
    return [];
  }
  if (rules.items.length > MAX_RULES) {
    report.complain(rules, `holds ${rules.items.length} rules; at most ${MAX_RULES} are allowed.`);
    return [];
  }
  return rules.items.flatMap((rule) => parseRule(rule, report) ?? []);
}

function parseRule(rule: ConfigValue, report: FieldReport): PolicyRule | undefined {
  if (rule.kind !== 'object') {
    report.complain(rule, `must be an object, not ${describeKind(rule)}.`);
    return undefined;
  }
  for (const [key, value] of rule.members) complainAboutKey(key, value, report);
  const subjects = readPatterns(rule, 'subjects', report) ?? [];
  const codeloomTools = readPatterns(rule, 'codeloomTools', report);
  const given = rule.members.get('subjects');
  if (given === undefined) report.complain(rule, 'must have "subjects": who the rule is for; ["*"] is everybody.');
  else if (given.kind === 'array' && given.items.length === 0) report.complain(given, 'must name at least one.');
  return {
    subjects,
    servers: readServers(rule, report),
    engines: readEngines(rule, report),
    images: readPatterns(rule, 'images', report) ?? [],
    packages: readPatterns(rule, 'packages', report) ?? [],
    ...(codeloomTools === undefined ? {} : { codeloomTools }),
    rates: readRates(rule, report),
  };
}

function complainAboutKey(key: string, value: ConfigValue, report: FieldReport): void {
  if (RULE_KEYS.includes(key)) return;
  const elsewhere = ' It stands beneath a server, as in "servers": { "github": { "allowTools": ["get_*"] } }.';
  const hint = OF_A_SERVER.has(key) ? elsewhere : nearestHint(key, RULE_KEYS);
  report.complain(value, `is no key of a rule.${hint}`, 'key');
}

function readEngines(rule: ObjectValue, report: FieldReport): PolicyRule['engines'] {
  const value = rule.members.get('engines');
  const names = readPatterns(rule, 'engines', report) ?? [];
  const engines = names.flatMap((name) => POLICY_ENGINES.find((engine) => engine === name) ?? []);
  const unknown = names.find((name) => !POLICY_ENGINES.some((engine) => engine === name));
  if (value !== undefined && unknown !== undefined)
    report.complain(value, `must hold "docker", "node" or both.${nearestHint(unknown, POLICY_ENGINES)}`);
  return engines;
}
