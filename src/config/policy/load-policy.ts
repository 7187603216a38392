/**
 * The policy file from the disk, as it is named in the settings. Called by load-settings.ts. A file that is named has to
 * be there and right: a server that was meant to have a policy does not start without it.
 */
import type { UpstreamConfig } from '../../base/config.ts';
import type { PolicyRules } from '../../base/gate/policy-rules.ts';
import { nearestHint } from '../../base/nearest.ts';
import { readConfigFile } from '../config-file.ts';
import { quote } from '../config-text.ts';
import { parsePolicy } from './parse-policy.ts';

/** The rules; undefined where no file is named, or after having added to `mistakes`. */
export async function loadPolicy(name: unknown, mistakes: string[]): Promise<PolicyRules | undefined> {
  if (typeof name !== 'string') return undefined;
  const text = await readConfigFile({ name, isNamed: true }, mistakes);
  return text === undefined ? undefined : parsePolicy(text, name, mistakes);
}

/** Servers that a policy names and nobody configured: no mistake, since several servers may share one policy. */
export function unknownServers(
  policy: PolicyRules | undefined,
  upstreams: readonly UpstreamConfig[],
): readonly string[] {
  const known = upstreams.map(({ name }) => name);
  const named = new Set((policy?.rules ?? []).flatMap(({ servers }) => servers.map(({ server }) => server)));
  const unknown = [...named].filter((name) => !name.includes('*') && !known.includes(name));
  return unknown.map(
    (name) => `The policy names the server ${quote(name)}, which is not configured.${nearestHint(name, known)}`,
  );
}
