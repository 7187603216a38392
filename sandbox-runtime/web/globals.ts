/**
 * The web's own globals that programs expect, as values. Opened by install.ts when a program first asks for one of them, and
 * therefore built apart (scripts/lazy-web.mjs): until then V8 has neither compiled nor run any of it.
 *
 * Whatever runs while these modules load runs beside a program: the rules of guest/intrinsics.ts hold for it too, and
 * what it needs of the language comes from there, from guest/values/ and from captured.ts.
 */
import { defineValue } from '../guest/intrinsics.ts';
import { structuredClone } from './clone/structured-clone.ts';
import { AbortController, AbortSignal } from './events/abort.ts';
import { DOMException } from './events/dom-exception.ts';
import { Event, EventTarget } from './events/events.ts';
import { createCrypto, type RandomBytes } from './random.ts';
import { atob, btoa } from './text/base64.ts';
import { TextDecoder, TextEncoder } from './text/text-codec.ts';
import { searchParamsText, URLSearchParams } from './url/search-params.ts';
import { URL, urlText } from './url/url.ts';

export interface Web {
  /** By name, without a prototype. */
  readonly globals: Readonly<Record<string, unknown>>;
  /** What a URL or URLSearchParams of these stands for; undefined for anything else. */
  textOf(value: object): string | undefined;
}

export function openWeb(randomBytes: RandomBytes): Web {
  const globals: Record<string, unknown> = {
    __proto__: null as unknown,
    AbortController,
    AbortSignal,
    DOMException,
    Event,
    EventTarget,
    TextDecoder,
    TextEncoder,
    URL,
    URLSearchParams,
    atob,
    btoa,
    crypto: createCrypto(randomBytes),
    structuredClone,
  };
  // Their names as written here, which a minifier may have changed.
  for (const name in globals) if (typeof globals[name] === 'function') defineValue(globals[name], 'name', name, false);
  return { globals, textOf: (value) => urlText(value) ?? searchParamsText(value) };
}
