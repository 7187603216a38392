/**
 * The web's own globals that programs expect, defined on the global object as browsers do: writable, configurable, not enumerable.
 * Called by guest/boot.ts before a program is there. What the realm has already (Node's, in the docker engine) stays.
 */
import { defineValue, hasOwn } from '../guest/intrinsics.ts';
import { structuredClone } from './clone/structured-clone.ts';
import { AbortController, AbortSignal } from './events/abort.ts';
import { DOMException } from './events/dom-exception.ts';
import { Event, EventTarget } from './events/events.ts';
import { createCrypto, type RandomBytes } from './random.ts';
import { atob, btoa } from './text/base64.ts';
import { TextDecoder, TextEncoder } from './text/text-codec.ts';
import { URLSearchParams } from './url/search-params.ts';
import { URL } from './url/url.ts';

export interface WebHost {
  randomBytes: RandomBytes;
}

export function installWebGlobals(target: object, host: WebHost): void {
  const globals: [name: string, value: unknown][] = [
    ['AbortController', AbortController],
    ['AbortSignal', AbortSignal],
    ['DOMException', DOMException],
    ['Event', Event],
    ['EventTarget', EventTarget],
    ['TextDecoder', TextDecoder],
    ['TextEncoder', TextEncoder],
    ['URL', URL],
    ['URLSearchParams', URLSearchParams],
    ['atob', atob],
    ['btoa', btoa],
    ['crypto', createCrypto((count) => host.randomBytes(count))],
    ['structuredClone', structuredClone],
  ];
  for (const [name, value] of globals) {
    if (hasOwn(target, name)) continue;
    // Their names as written here, which a minifier may have changed.
    if (typeof value === 'function') defineValue(value, 'name', name, false);
    defineValue(target, name, value, false);
  }
}
