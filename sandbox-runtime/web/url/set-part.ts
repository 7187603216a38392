/** What the setters of a URL do, each with the standard's rules for what it ignores. Used by url.ts. */
import { append, regExpExec, stringIndexOf, stringSlice, toNumberOf } from '../../guest/intrinsics.ts';
import { parseHost } from './host/host.ts';
import { parsePath } from './parse-path.ts';
import { authorityEnd, encodeQuery, portColon, schemeOf, withoutBreaks } from './parse-url.ts';
import { FRAGMENT, percentEncode, USERINFO } from './percent.ts';
import {
  cannotHaveCredentialsOrPort,
  defaultPort,
  emptyRecord,
  hasCredentials,
  isSpecial,
  type UrlRecord,
} from './record.ts';

const LEADING_DIGITS = /^[0-9]+/;

export type Part = 'protocol' | 'username' | 'password' | 'host' | 'hostname' | 'port' | 'pathname' | 'search' | 'hash';

/** Changes the record, or leaves it as it is where the part cannot have that value. The text has no lone surrogates. */
export function setPart(url: UrlRecord, part: Part, value: string): void {
  switch (part) {
    case 'protocol':
      setScheme(url, withoutBreaks(value));
      return;
    case 'username':
    case 'password':
      if (!cannotHaveCredentialsOrPort(url)) url[part] = percentEncode(value, USERINFO);
      return;
    case 'host':
    case 'hostname':
      setHost(url, withoutBreaks(value), part === 'host');
      return;
    case 'port':
      if (cannotHaveCredentialsOrPort(url)) return;
      if (value === '') url.port = null;
      else setPort(url, withoutBreaks(value));
      return;
    case 'pathname':
      setPath(url, withoutBreaks(value));
      return;
    case 'search':
      url.query =
        value === '' ? null : encodeQuery(url, withoutBreaks(value[0] === '?' ? stringSlice(value, 1) : value));
      return;
    case 'hash':
      url.fragment =
        value === '' ? null : percentEncode(withoutBreaks(value[0] === '#' ? stringSlice(value, 1) : value), FRAGMENT);
  }
}

function setScheme(url: UrlRecord, value: string): void {
  const scheme = schemeOf(`${value}:`);
  if (scheme === undefined || isSpecial(scheme) !== isSpecial(url.scheme)) return;
  if (scheme === 'file' && (hasCredentials(url) || url.port !== null)) return;
  if (url.scheme === 'file' && (url.host === '' || url.host === null)) return;
  url.scheme = scheme;
  if (url.port === defaultPort(scheme)) url.port = null;
}

function setHost(url: UrlRecord, value: string, withPort: boolean): void {
  if (typeof url.path === 'string') return;
  const text = stringSlice(value, 0, hostEnd(value, isSpecial(url.scheme)));
  if (url.scheme === 'file') {
    setFileHost(url, text);
    return;
  }
  const colon = portColon(text);
  if (colon !== -1 && !withPort) return;
  const hostText = colon === -1 ? text : stringSlice(text, 0, colon);
  if (hostText === '' && (colon !== -1 || isSpecial(url.scheme) || hasCredentials(url) || url.port !== null)) return;
  const host = hostText === '' ? '' : parseHost(hostText, isSpecial(url.scheme));
  if (host === undefined) return;
  url.host = host;
  if (colon !== -1) setPort(url, stringSlice(text, colon + 1));
}

function setFileHost(url: UrlRecord, text: string): void {
  const host = text === '' ? '' : parseHost(text, true);
  if (host !== undefined) url.host = host === 'localhost' ? '' : host;
}

function hostEnd(text: string, isSpecialScheme: boolean): number {
  let end = authorityEnd(text, isSpecialScheme);
  const mark = stringIndexOf(text, '?');
  if (mark !== -1 && mark < end) end = mark;
  const hash = stringIndexOf(text, '#');
  return hash !== -1 && hash < end ? hash : end;
}

/** The digits at the start count; what follows them is ignored. */
function setPort(url: UrlRecord, text: string): void {
  const found = regExpExec(LEADING_DIGITS, text);
  if (found === null) return;
  const port = toNumberOf(found[0]);
  if (port <= 65_535) url.port = port === defaultPort(url.scheme) ? null : port;
}

function setPath(url: UrlRecord, text: string): void {
  if (typeof url.path === 'string') return;
  url.path = emptyRecord('').path;
  parsePath(url, text);
  if (text === '' && url.host === null && typeof url.path !== 'string' && url.path.length === 0) append(url.path, '');
}
