/**
 * The text that a URL or URLSearchParams stands for: they keep it inside, so without this they would look empty. Knows
 * our own classes, and those of the realm (Node's, in the docker engine), whose methods are captured at load.
 */

import { searchParamsText } from '../../web/url/search-params.ts';
import { urlText } from '../../web/url/url.ts';
import { uncurry, uncurryGetter } from '../intrinsics.ts';

const realm = globalThis as { URL?: { prototype: object }; URLSearchParams?: { prototype: { toString(): string } } };
const realmHref = realm.URL === undefined ? undefined : uncurryGetter<string>(realm.URL.prototype, 'href');
const realmParams = realm.URLSearchParams === undefined ? undefined : uncurry(realm.URLSearchParams.prototype.toString);

export function webTextOf(value: object): string | undefined {
  return urlText(value) ?? searchParamsText(value) ?? attempt(realmHref, value) ?? attempt(realmParams, value);
}

/** Those methods throw for what is none of theirs. */
function attempt(read: ((self: never) => string) | undefined, value: object): string | undefined {
  if (read === undefined) return undefined;
  try {
    return read(value as never);
  } catch {
    return undefined;
  }
}
