/**
 * The rights of each subject, kept while it is about. Subjects that the same rules are for share one `Rights`, so whatever
 * hangs on that is made once for all of them. Made by policy.ts.
 */
import type { PolicyRules } from '../../base/gate/policy-rules.ts';
import { matcherOf } from './glob.ts';
import { type Rights, uniteRules } from './rights.ts';

/** Subjects come out of tokens, and may be as many as their issuer likes. */
const MAX_KEPT = 1_000;

export function createSubjectRights({ rules }: PolicyRules): (subject: string) => Rights {
  const matchers = rules.map(({ subjects }) => matcherOf(subjects));
  const bySubject = new Map<string, Rights>();
  const byRules = new Map<string, Rights>();
  const unite = (subject: string): Rights => {
    const matched = rules.map((_, at) => at).filter((at) => matchers[at]?.(subject) === true);
    const key = matched.join();
    const mine = new Set(matched);
    return byRules.get(key) ?? keep(byRules, key, uniteRules(rules.filter((_, at) => mine.has(at))));
  };
  return (subject) => bySubject.get(subject) ?? keep(bySubject, subject, unite(subject));
}

function keep(kept: Map<string, Rights>, key: string, rights: Rights): Rights {
  kept.set(key, rights);
  const [oldest] = kept.keys();
  if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
  return rights;
}
