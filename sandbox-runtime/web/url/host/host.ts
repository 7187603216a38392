/** Hosts of URLs: domains, IP addresses, and the opaque hosts of schemes that are not special. Used by parse-url.ts. */
import {
  regExpExec,
  stringEndsWith,
  stringIncludes,
  stringSlice,
  stringStartsWith,
} from '../../../guest/intrinsics.ts';
import { CONTROLS, percentDecode, percentEncode } from '../percent.ts';
import { domainToAscii } from './domain.ts';
import { endsInNumber, parseIpv4, parseIpv6 } from './ip-address.ts';

/** Tabs and line breaks, forbidden as well, are gone by now. */
const FORBIDDEN = /[ #/:<>?@[\\\]^|]/;
/** Anything but printable ASCII, or one of `#%/:<>?@[\]^|`. */
const FORBIDDEN_IN_DOMAIN = /[^!-~]|[#%/:<>?@[\\\]^|]/;

/** The host as it is written back; undefined where it is none. */
export function parseHost(text: string, isSpecial: boolean): string | undefined {
  if (stringStartsWith(text, '[')) {
    const address = stringEndsWith(text, ']') ? parseIpv6(stringSlice(text, 1, -1)) : undefined;
    return address === undefined ? undefined : `[${address}]`;
  }
  if (!isSpecial) {
    const isForbidden = regExpExec(FORBIDDEN, text) !== null || stringIncludes(text, '\0');
    return isForbidden ? undefined : percentEncode(text, CONTROLS);
  }
  const domain = domainToAscii(percentDecode(text));
  if (domain === undefined || domain === '' || regExpExec(FORBIDDEN_IN_DOMAIN, domain) !== null) return undefined;
  return endsInNumber(domain) ? parseIpv4(domain) : domain;
}
