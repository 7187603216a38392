/**
 * The check of Host and Origin that stops DNS rebinding: a web page whose own name was pointed at this machine, or any
 * page in a browser on it, must not be able to run programs. Exact names only, at any port; anything odd is refused.
 */
import type { Settings } from '../../base/config.ts';

/** A name or IPv4 address, or an IPv6 address in brackets, with an optional port: no user, no path, nothing encoded. */
const AUTHORITY = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9](?:[a-z0-9._-]{0,252}[a-z0-9])?)(?::\d{1,5})?$/i;
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];
const WILDCARDS = ['0.0.0.0', '::', '[::]', ''];

/** The names that a request may carry: loopback's, the configured ones, and the address that is listened on. */
export function allowedNames({ host, allowedHosts }: Pick<Settings, 'host' | 'allowedHosts'>): ReadonlySet<string> {
  const own = WILDCARDS.includes(host) ? [] : [host];
  return new Set([...LOOPBACK_NAMES, ...allowedHosts, ...own].map(normalise));
}

/** Why the request is refused, in one sentence, or undefined where it is not. */
export function complainAboutHost(headers: Headers, allowed: ReadonlySet<string>): string | undefined {
  const host = headers.get('host');
  if (host === null || host === '') return 'The request has no Host header.';
  if (!isAllowed(host, allowed)) return 'The Host header names a host that is not allowed here; see --allowed-hosts.';
  const origin = headers.get('origin');
  // Only browsers send an Origin; its absence is the usual case.
  if (origin === null) return undefined;
  const authority = /^https?:\/\/(.*)$/i.exec(origin)?.[1];
  if (authority !== undefined && isAllowed(authority, allowed)) return undefined;
  return 'The Origin header names a site that is not allowed here; see --allowed-hosts.';
}

function isAllowed(authority: string, allowed: ReadonlySet<string>): boolean {
  const name = AUTHORITY.exec(authority)?.[1];
  return name !== undefined && allowed.has(normalise(name));
}

function normalise(name: string): string {
  const lower = name.toLowerCase();
  return lower.includes(':') && !lower.startsWith('[') ? `[${lower}]` : lower;
}
