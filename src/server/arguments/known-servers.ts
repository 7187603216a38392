/**
 * Names of upstreams as an agent gives them: unknown ones are refused with the names that exist and the nearest.
 */
import { Fault } from '../../base/fault.ts';
import { nearestHint } from '../../base/nearest.ts';
import type { Upstreams } from '../server-parts.ts';
import { quote } from './describe-value.ts';

const SHOWN_NAMES = 50;

/** The names, each once, in the order given. Throws DENIED, or UPSTREAM_UNKNOWN with one sentence per unknown name. */
export function knownServers(given: readonly string[], upstreams: Upstreams): readonly string[] {
  const known = upstreams.names().map(({ name }) => name);
  const names = [...new Set(given)];
  upstreams.assertMayReach?.(names);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return names;
  const sentences = unknown.slice(0, 10).map((name) => `There is no server ${quote(name)}.${nearestHint(name, known)}`);
  throw new Fault('UPSTREAM_UNKNOWN', `${sentences.join(' ')} ${listServers(known)}`);
}

/** `The servers are: a, b.`, or how to get one where there are none. */
export function listServers(names: readonly string[]): string {
  if (names.length === 0)
    return 'No servers are configured; the operator adds them under "mcpServers" in the config file.';
  const more = names.length > SHOWN_NAMES ? `, and ${names.length - SHOWN_NAMES} more` : '';
  return `The servers are: ${names.slice(0, SHOWN_NAMES).join(', ')}${more}.`;
}
