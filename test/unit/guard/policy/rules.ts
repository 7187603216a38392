/** Rules and callers for the tests of the policy: one rule with little in it, to be given what a test is about. */
import type { Caller } from '../../../../src/base/gate/caller.ts';
import { localCaller } from '../../../../src/base/gate/caller.ts';
import type { DenialHappening, Happening } from '../../../../src/base/gate/happening.ts';
import type { PolicyRule } from '../../../../src/base/gate/policy-rules.ts';
import type { Catalog, Tool } from '../../../../src/base/tool.ts';
import { createPolicy, type Policy } from '../../../../src/guard/policy/policy.ts';

export function rule(given: Partial<PolicyRule> = {}): PolicyRule {
  return { subjects: ['*'], servers: [], engines: [], images: [], packages: [], rates: {}, ...given };
}

/** All tools of the server, but for those that are blocked. */
export function grant(server: string, allowTools?: readonly string[], blockTools: readonly string[] = []) {
  return { server, blockTools, ...(allowTools === undefined ? {} : { allowTools }) };
}

export const alice: Caller = localCaller('alice');
export const bob: Caller = localCaller('bob');

export interface WatchedPolicy {
  readonly policy: Policy;
  readonly denials: DenialHappening[];
}

export function policyOf(rules: readonly PolicyRule[], engine: 'auto' | 'docker' | 'node' = 'auto'): WatchedPolicy {
  const denials: DenialHappening[] = [];
  const tell = (happening: Happening) => {
    if (happening.kind === 'denial') denials.push(happening);
  };
  return { policy: createPolicy({ rules: { rules }, engine, tell }), denials };
}

export function toolOf(server: string, name: string, identifier = name.replaceAll(/\W/g, '_')): Tool {
  return { server, name, identifier, inputSchema: { type: 'object' } };
}

/** A catalog of servers by name, each with the names of its tools. */
export function catalogOf(servers: Readonly<Record<string, readonly string[]>>): Catalog {
  return {
    servers: Object.entries(servers).map(([name, tools]) => ({
      name,
      identifier: name.replaceAll(/\W/g, '_'),
      tools: tools.map((tool) => toolOf(name, tool)),
      dropped: [],
    })),
    hash: JSON.stringify(servers),
  };
}
