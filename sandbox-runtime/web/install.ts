/**
 * The web's own globals, defined on the global object before a program is there, and opened when it first asks for one: few
 * programs do, and to have them ready costs every isolate a quarter of a millisecond. Not enumerable, and the program's to
 * replace, as in browsers; until it does they are accessors. Called by guest/boot.ts. What the realm has already stays.
 */
import { learnWebText } from '../guest/display/web-text.ts';
import { defineProperty, defineValue, hasOwn } from '../guest/intrinsics.ts';
import { openWeb, type Web } from './globals.ts';
import type { RandomBytes } from './random.ts';

export interface WebHost {
  randomBytes: RandomBytes;
}

const NAMES = [
  'AbortController',
  'AbortSignal',
  'DOMException',
  'Event',
  'EventTarget',
  'TextDecoder',
  'TextEncoder',
  'URL',
  'URLSearchParams',
  'atob',
  'btoa',
  'crypto',
  'structuredClone',
] as const;

export function installWebGlobals(target: object, host: WebHost): void {
  let web: Web | undefined;
  const open = (): Web => {
    if (web !== undefined) return web;
    web = openWeb((count) => host.randomBytes(count));
    learnWebText(web.textOf);
    return web;
  };
  for (let at = 0; at < NAMES.length; at++) defineLazily(target, NAMES[at] as string, open);
}

/** Both functions may be taken and called by the program, with whatever receiver: they give and set that one global. */
function defineLazily(target: object, name: string, open: () => Web): void {
  if (hasOwn(target, name)) return;
  const get = () => open().globals[name];
  const set = (value: unknown) => void defineValue(target, name, value, false);
  defineProperty(target, name, {
    __proto__: null,
    get,
    set,
    enumerable: false,
    configurable: true,
  } as PropertyDescriptor);
}
