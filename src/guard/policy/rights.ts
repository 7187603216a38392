/**
 * What somebody may do by the policy: the rules that are for one subject, united. Made and kept by subject-rights.ts.
 * Pure; decides and says nothing.
 */
import type { PolicyEngine, PolicyRule, Rates, ServerGrant } from '../../base/gate/policy-rules.ts';
import { RATE_NAMES } from '../../base/gate/rates.ts';
import type { Tool } from '../../base/tool.ts';
import { type Matches, matcherOf } from './glob.ts';

/** A tool as somebody names it, or as its catalog has it. */
export type NamedTool = Pick<Tool, 'server' | 'name' | 'identifier'>;

/** What the patterns of a subject are, for messages: the operator's own words, and nothing about what there is. */
export interface Patterns {
  readonly servers: readonly string[];
  readonly engines: readonly PolicyEngine[];
  readonly images: readonly string[];
  readonly packages: readonly string[];
  readonly codeloomTools: readonly string[];
}

export type Verdict = 'allowed' | 'blocked' | 'unlisted';

export interface Rights {
  /** False for a subject that no rule is for: it may do nothing. */
  readonly isKnown: boolean;
  readonly patterns: Patterns;
  readonly rates: Rates;
  mayReach(server: string): boolean;
  /** `blocked` where a rule forbids it, `unlisted` where none allows it. */
  judge(tool: NamedTool): Verdict;
  /** Of a tool that is in no catalog its caller sees, by what the caller calls it, in whichever spelling. */
  judgeName(server: string, name: string): Verdict;
  /** Of the tools of a server, what may be used of them. */
  toolPatterns(server: string): readonly string[];
  mayImport(packageName: string): boolean;
  mayNameImage(image: string): boolean;
  /** `name` is a tool's own, with its dots. */
  mayCall(name: string): boolean;
}

/** `mine`: the rules that are for the subject. */
export function uniteRules(mine: readonly PolicyRule[]): Rights {
  const grants = mine.flatMap(({ servers }) => servers).map(compileGrant);
  const patterns = patternsOf(mine);
  const [images, packages] = [matcherOf(patterns.images), matcherOf(patterns.packages.map(lowerCased))];
  const callable = callableOf(mine, patterns);
  const grantsOf = (server: string) => grants.filter((grant) => grant.isOf(server));
  return {
    isKnown: mine.length > 0,
    patterns,
    rates: unitedRates(mine),
    mayReach: (server) => grantsOf(server).some(({ allowTools }) => allowTools.length > 0),
    judge: (tool) => {
      const about = grantsOf(tool.server);
      if (about.some(({ blocks }) => blocks(tool))) return 'blocked';
      return about.some(({ allows }) => allows(tool)) ? 'allowed' : 'unlisted';
    },
    judgeName: (server, name) => {
      const about = grantsOf(server);
      if (about.some(({ blocksName }) => blocksName(name))) return 'blocked';
      return about.some(({ allowsName }) => allowsName(name)) ? 'allowed' : 'unlisted';
    },
    toolPatterns: (server) => [...new Set(grantsOf(server).flatMap(({ allowTools }) => allowTools))],
    mayImport: (name) => packages(lowerCased(name)),
    mayNameImage: images,
    mayCall: callable,
  };
}

interface CompiledGrant {
  readonly allowTools: readonly string[];
  readonly isOf: Matches;
  readonly allows: (tool: NamedTool) => boolean;
  readonly blocks: (tool: NamedTool) => boolean;
  readonly allowsName: Matches;
  readonly blocksName: Matches;
}

function compileGrant({ server, allowTools = ['*'], blockTools }: ServerGrant): CompiledGrant {
  const [allowed, blocked] = [matcherOf(allowTools), matcherOf(blockTools)];
  return {
    allowTools,
    isOf: matcherOf([server]),
    allows: ({ name, identifier }) => allowed(name) || allowed(identifier),
    // A block that missed its tool for its spelling would be no block.
    blocks: ({ name, identifier }) => [name, identifier, plainForm(name)].some(blocked),
    allowsName: inEitherForm(allowTools),
    blocksName: inEitherForm(blockTools),
  };
}

/** `get_user` of `get-user`, also where another tool has that identifier. Stars stay. */
function plainForm(name: string): string {
  return name.replaceAll(/[^\w$*]+/g, '_');
}

function inEitherForm(patterns: readonly string[]): Matches {
  const matches = matcherOf([...patterns, ...patterns.map(plainForm)]);
  return (name) => matches(name) || matches(plainForm(name));
}

/** The registry of packages takes no two names that differ in case only. */
function lowerCased(name: string): string {
  return name.toLowerCase();
}

function patternsOf(rules: readonly PolicyRule[]): Patterns {
  const united = <Item>(of: (rule: PolicyRule) => readonly Item[]): readonly Item[] => [...new Set(rules.flatMap(of))];
  return {
    servers: united(({ servers }) => servers.filter(grantsSomething).map(({ server }) => server)),
    engines: united(({ engines }) => engines),
    images: united(({ images }) => images),
    packages: united(({ packages }) => packages),
    codeloomTools: united(({ codeloomTools = [] }) => codeloomTools),
  };
}

function grantsSomething({ allowTools }: ServerGrant): boolean {
  return allowTools === undefined || allowTools.length > 0;
}

/** In either spelling, as clients may call them. */
function callableOf(rules: readonly PolicyRule[], { codeloomTools }: Patterns): Matches {
  if (rules.length > 0 && rules.every((rule) => rule.codeloomTools === undefined)) return () => true;
  const named = matcherOf(codeloomTools);
  return (name) => named(name) || named(name.replaceAll('.', '_'));
}

/** The most that any rule grants of each; no bound is the most there is. */
function unitedRates(rules: readonly PolicyRule[]): Rates {
  const united = RATE_NAMES.flatMap((name) => {
    const given = rules.flatMap(({ rates }) => rates[name] ?? []);
    return given.length === 0 ? [] : [[name, given.includes(0) ? 0 : Math.max(...given)] as const];
  });
  return Object.fromEntries(united);
}
