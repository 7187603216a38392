/**
 * The text that a URL or URLSearchParams stands for: they keep it inside, so without this they would look empty. Knows
 * our own classes once they are there, and those of the realm (Node's, in the docker engine), whose methods are captured
 * at load.
 */

import { uncurry, uncurryGetter } from '../intrinsics.ts';

type TextOf = (value: object) => string | undefined;

const realm = globalThis as { URL?: { prototype: object }; URLSearchParams?: { prototype: { toString(): string } } };
const realmHref = realm.URL === undefined ? undefined : uncurryGetter<string>(realm.URL.prototype, 'href');
const realmParams = realm.URLSearchParams === undefined ? undefined : uncurry(realm.URLSearchParams.prototype.toString);
/** Our own classes come when a program first asks for them (web/install.ts): until then no value is one of theirs. */
const ours: { textOf: TextOf | undefined } = { textOf: undefined };

export function learnWebText(textOf: TextOf): void {
  ours.textOf = textOf;
}

export function webTextOf(value: object): string | undefined {
  return ours.textOf?.(value) ?? attempt(realmHref, value) ?? attempt(realmParams, value);
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
