/** The path of a URL that has segments. Used by parse-url.ts and set-part.ts. */
import { append, splitText, stringIncludes, stringSlice, stringToLowerCase } from '../../guest/intrinsics.ts';
import { PATH, percentEncode } from './percent.ts';
import { isDriveLetter, isSpecial, shortenPath, type UrlRecord } from './record.ts';

/** Adds the segments of `text` to the record's path, which is a list. One slash in front of them says nothing. */
export function parsePath(url: UrlRecord, text: string): void {
  const { path } = url;
  if (typeof path === 'string') return;
  const hasBackslashes = isSpecial(url.scheme);
  const slashed = hasBackslashes ? withForwardSlashes(text) : text;
  if (slashed === '' && !hasBackslashes) return;
  const segments = splitText(slashed[0] === '/' ? stringSlice(slashed, 1) : slashed, '/');
  for (let at = 0; at < segments.length; at++) {
    const segment = percentEncode(segments[at] ?? '', PATH);
    const isLast = at === segments.length - 1;
    const dots = dotsOf(segment);
    if (dots === 2) shortenPath(url);
    if (dots > 0) {
      if (isLast) append(path, '');
    } else if (url.scheme === 'file' && path.length === 0 && isDriveLetter(segment)) append(path, `${segment[0]}:`);
    else append(path, segment);
  }
}

/** 1 for `.`, 2 for `..`, also where they are percent-encoded; else 0. */
function dotsOf(segment: string): 0 | 1 | 2 {
  if (segment.length > 6) return 0;
  switch (stringToLowerCase(segment)) {
    case '.':
    case '%2e':
      return 1;
    case '..':
    case '.%2e':
    case '%2e.':
    case '%2e%2e':
      return 2;
    default:
      return 0;
  }
}

export function withForwardSlashes(text: string): string {
  if (!stringIncludes(text, '\\')) return text;
  const parts = splitText(text, '\\');
  let out = parts[0] ?? '';
  for (let at = 1; at < parts.length; at++) out += `/${parts[at]}`;
  return out;
}
