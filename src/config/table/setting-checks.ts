/**
 * What may be wrong with the text of a setting. Each says so in words that follow the setting's name, or nothing.
 */
import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import { TOKEN_ALGORITHMS } from '../../base/config.ts';

export function complainIfEmpty(text: string): string | undefined {
  return text.trim() === '' ? 'must not be empty' : undefined;
}

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

export function complainAboutHost(text: string): string | undefined {
  const isAddress = isIP(text.replace(/^\[(.*)\]$/, '$1')) !== 0;
  if (isAddress || HOST_NAME.test(text)) return undefined;
  return 'must be a host name or an IP address, without scheme, port or path';
}

export function complainAboutPath(text: string): string | undefined {
  if (!/^\/[\w.~/-]*$/.test(text)) return 'must begin with "/" and hold only letters, digits and any of ". _ ~ - /"';
  if (text === '/.well-known' || text.startsWith('/.well-known/'))
    return 'must not be in "/.well-known", which is taken';
  return ['/livez', '/readyz', '/metrics'].includes(text)
    ? 'must not be "/livez", "/readyz" or "/metrics", which answer those who watch the server'
    : undefined;
}

/** With a host, be it in the query, as for the folder of a socket: the driver would take one from elsewhere. */
export function complainAboutDatabase(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOurs = url !== undefined && ['postgres:', 'postgresql:'].includes(url.protocol) && url.pathname.length > 1;
  if (isOurs && (url.hostname !== '' || url.searchParams.has('host'))) return undefined;
  return 'must be a URL like "postgres://user:password@host:5432/name"';
}

/** Only the characters of an image reference: the daemon judges the rest. */
export function complainAboutImage(text: string): string | undefined {
  return /^[a-z0-9][\w./:@-]{0,254}$/i.test(text) ? undefined : 'must be an image reference like "node:24-slim"';
}

export function complainAboutPackage(text: string): string | undefined {
  const isName = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/i.test(text);
  if (isName || /^@[a-z0-9~-][a-z0-9._~-]*\/\*$/i.test(text)) return undefined;
  return 'must be the name of a package, or "@scope/*"';
}

export function complainIfRelative(text: string): string | undefined {
  return isAbsolute(text) ? undefined : 'must be an absolute path';
}

/** An address as an issuer or a client writes it: no secrets in it, and nothing that two of the same could differ in. */
export function complainAboutWebAddress(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url !== undefined && ['http:', 'https:'].includes(url.protocol) && /^https?:\/\//i.test(text);
  if (isWeb && url.username === '' && url.password === '' && !/[?#\s]/.test(text)) return undefined;
  return 'must be a URL like "https://login.example.com/here", without user, query or fragment';
}

export function complainAboutAlgorithm(text: string): string | undefined {
  const known: readonly string[] = TOKEN_ALGORITHMS;
  if (known.includes(text)) return undefined;
  return `must be an algorithm with a public key: ${known.join(', ')}`;
}

/** Claims of other people's making are often URLs. */
export function complainAboutClaim(text: string): string | undefined {
  return /^[\w:/.-]{1,128}$/.test(text)
    ? undefined
    : 'must be the name of a claim, of letters, digits and any of "_ : / . -"';
}

/** Long enough that nobody guesses it, and of what a header can carry. */
export function complainAboutAdminToken(text: string): string | undefined {
  return /^[!-~]{16,512}$/.test(text) ? undefined : 'must have 16 to 512 printable ASCII characters and no spaces';
}
