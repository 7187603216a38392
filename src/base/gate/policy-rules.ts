/**
 * The policy file as a value: which subjects may use what. Made by src/config/ of the file, or by whoever embeds Codeloom;
 * judged by src/guard/policy/. Patterns are plain text in which `*` stands for any characters, none included.
 */

import type { RateName } from './rates.ts';

export const POLICY_ENGINES = ['docker', 'node'] as const;
export type PolicyEngine = (typeof POLICY_ENGINES)[number];

/** Of those that a rule sets; 0 sets no bound. */
export type Rates = { readonly [Name in RateName]?: number };

export interface ServerGrant {
  /** Of servers. */
  readonly server: string;
  /** Of their tools; absent means all of them. */
  readonly allowTools?: readonly string[];
  /** Of their tools; goes before whatever any rule allows. */
  readonly blockTools: readonly string[];
}

export interface PolicyRule {
  /** Who it is for. */
  readonly subjects: readonly string[];
  readonly servers: readonly ServerGrant[];
  /** Where programs may run. */
  readonly engines: readonly PolicyEngine[];
  /** What a request may name; the default image needs none. */
  readonly images: readonly string[];
  readonly packages: readonly string[];
  /** Of the tools that clients see. Where no rule of a subject has any, all of them. */
  readonly codeloomTools?: readonly string[];
  readonly rates: Rates;
}

/** What no rule of a subject allows is denied to it. */
export interface PolicyRules {
  readonly rules: readonly PolicyRule[];
}
