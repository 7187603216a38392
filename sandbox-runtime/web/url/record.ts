/** What a URL is made of, and its text. Used by parse-url.ts, set-part.ts and url.ts. */
import { append, createList, joinTexts, MapOf, mapGet, mapHas, mapSet, regExpExec } from '../../guest/intrinsics.ts';

export interface UrlRecord {
  scheme: string;
  username: string;
  password: string;
  host: string | null;
  /** Null for the scheme's own. */
  port: number | null;
  /** A string where the path is opaque, as in `mailto:someone`. */
  path: string[] | string;
  query: string | null;
  fragment: string | null;
}

const ports = new MapOf<string, number | null>();
mapSet(ports, 'http', 80);
mapSet(ports, 'https', 443);
mapSet(ports, 'ws', 80);
mapSet(ports, 'wss', 443);
mapSet(ports, 'ftp', 21);
mapSet(ports, 'file', null);

export function isSpecial(scheme: string): boolean {
  return mapHas(ports, scheme);
}

export function defaultPort(scheme: string): number | null {
  return mapGet(ports, scheme) ?? null;
}

export function emptyRecord(scheme: string): UrlRecord {
  return {
    scheme,
    username: '',
    password: '',
    host: null,
    port: null,
    path: createList<string>(),
    query: null,
    fragment: null,
  };
}

export function hasCredentials(url: UrlRecord): boolean {
  return url.username !== '' || url.password !== '';
}

export function cannotHaveCredentialsOrPort(url: UrlRecord): boolean {
  return url.host === null || url.host === '' || url.scheme === 'file';
}

export function copyPath(path: string[] | string): string[] | string {
  if (typeof path === 'string') return path;
  const copy = createList<string>();
  for (let at = 0; at < path.length; at++) append(copy, path[at] ?? '');
  return copy;
}

/** Takes the last segment away, but never the drive of a file URL. */
export function shortenPath(url: UrlRecord): void {
  const { path } = url;
  if (typeof path === 'string' || path.length === 0) return;
  if (url.scheme === 'file' && path.length === 1 && isDriveLetter(path[0] ?? '', true)) return;
  path.length -= 1;
}

const DRIVE = /^[a-zA-Z][:|]$/;
const NORMAL_DRIVE = /^[a-zA-Z]:$/;

export function isDriveLetter(text: string, isNormal = false): boolean {
  return regExpExec(isNormal ? NORMAL_DRIVE : DRIVE, text) !== null;
}

export function serializePath(url: UrlRecord): string {
  if (typeof url.path === 'string') return url.path;
  return url.path.length === 0 ? '' : `/${joinTexts(url.path, '/')}`;
}

export function serializeHost(url: UrlRecord): string {
  return `${url.host ?? ''}${url.port === null ? '' : `:${url.port}`}`;
}

export function serializeUrl(url: UrlRecord): string {
  return `${serializeAuthority(url)}${serializePath(url)}${url.query === null ? '' : `?${url.query}`}${
    url.fragment === null ? '' : `#${url.fragment}`
  }`;
}

function serializeAuthority(url: UrlRecord): string {
  if (url.host === null) {
    // Without the dot, a path that begins with two slashes would be read as a host.
    const isMistakable = typeof url.path !== 'string' && url.path.length > 1 && url.path[0] === '';
    return `${url.scheme}:${isMistakable ? '/.' : ''}`;
  }
  const password = url.password === '' ? '' : `:${url.password}`;
  const credentials = hasCredentials(url) ? `${url.username}${password}@` : '';
  return `${url.scheme}://${credentials}${serializeHost(url)}`;
}
