/** A fresh isolate with the guest's code in it and nothing else: what a program of the node engine meets. For tests. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import ivm from 'isolated-vm';
import { lazyWeb } from '../../../../scripts/lazy-web.mjs';

const ENTRY = `
  import { renderValue } from './guest/render-value.ts';
  import { formatLog } from './guest/inspect.ts';
  import { createConsole } from './guest/console.ts';
  import { installWebGlobals } from './web/install.ts';
  const sevens = new Uint8Array(65536).fill(7);
  installWebGlobals(globalThis, { randomBytes: () => sevens });
  globalThis.guest = { renderValue, formatLog, createConsole };
`;

const RUNTIME = fileURLToPath(new URL('../../../../sandbox-runtime', import.meta.url));

const built = await build({
  stdin: {
    contents: ENTRY,
    loader: 'ts',
    resolveDir: RUNTIME,
  },
  // As it ships: the web's globals are opened by their first use.
  plugins: [lazyWeb(RUNTIME)],
  bundle: true,
  write: false,
  minify: true,
  format: 'iife',
  platform: 'neutral',
  target: 'node24',
});
const bundle = built.outputFiles[0]?.text;

/** The JSON of what the program, an expression or an immediately called function, gives. Parsed outside of the isolate. */
export function evalBare(program: string): unknown {
  const isolate = new ivm.Isolate({ memoryLimit: 128 });
  try {
    const context = isolate.createContextSync();
    context.evalSync(bundle ?? '');
    // Captured before the program runs, as the host's own functions would be.
    context.evalSync('globalThis.toText = JSON.stringify');
    const text: unknown = context.evalSync(`(({toText}, program) => toText(program()))({toText}, () => (${program}))`, {
      timeout: 20_000,
    });
    return typeof text === 'string' ? (JSON.parse(text) as unknown) : undefined;
  } finally {
    isolate.dispose();
  }
}

/**
 * A program's text that replaces every function and accessor of every builtin it can reach, sets traps on
 * Object.prototype and Array.prototype for the names our code uses, and counts in `touched` whatever is called.
 */
export const SABOTAGE = `(() => {
  const { ownKeys, getOwnPropertyDescriptor, defineProperty, getPrototypeOf } = Reflect;
  globalThis.touched = '';
  let replaced = 0;
  const add = (what) => { globalThis.touched += what + '\\n'; throw 'touched ' + what; };
  const show = (key) => typeof key === 'symbol' ? 'symbol' : key;
  const seen = new Set([globalThis, globalThis.guest]), has = Set.prototype.has, note = Set.prototype.add, call = Reflect.apply;
  const targets = [];
  const visit = (value, name) => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || call(has, seen, [value])) return;
    call(note, seen, [value]);
    targets[targets.length] = [value, name];
    for (const key of ownKeys(value)) {
      const found = getOwnPropertyDescriptor(value, key);
      if ('value' in found) visit(found.value, name + '.' + show(key));
    }
    visit(getPrototypeOf(value), name + '^');
  };
  const ours = ['guest', 'toText', 'web', 'touched', 'TextEncoder', 'TextDecoder', 'btoa', 'atob', 'URL', 'URLSearchParams', 'AbortController', 'AbortSignal',
    'Event', 'EventTarget', 'DOMException', 'structuredClone', 'crypto', 'globalThis'];
  for (const key of ownKeys(globalThis)) if (!ours.includes(key)) visit(globalThis[key], show(key));
  for (const value of [[][Symbol.iterator](), new Map().entries(), new Set().values(), ''[Symbol.iterator](), (function* () {})(), (async function* () {})(), /a/[Symbol.matchAll]('')]) visit(getPrototypeOf(value), 'inner');
  for (let at = 0; at < targets.length; at++) {
    const target = targets[at][0], name = targets[at][1], keys = ownKeys(target);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index], found = getOwnPropertyDescriptor(target, key);
      if (!found.configurable || key === 'constructor' || key === 'name' || key === 'length' || key === 'message') continue;
      replaced += 1;
      const label = name + '.' + show(key);
      if ('value' in found && typeof found.value !== 'function') continue;
      if ('value' in found) defineProperty(target, key, { value: () => add(label), writable: true, configurable: true, enumerable: false });
      else defineProperty(target, key, { get: () => add(label), set: () => add(label), configurable: true });
    }
  }
  const names = ['0', '1', '2', '7', 'get', 'set', 'value', 'writable', 'enumerable', 'configurable', 'kind', 'text', 'path', 'reason',
    'parent', 'key', 'place', 'index', 'bytes', 'entries', 'once', 'signal', 'fatal', 'ignoreBOM', 'stream', 'transfer', 'isRemoved', 'scheme', 'query'];
  for (let at = 0; at < names.length; at++) {
    // Reading an option that is not there may find the program's own prototype; writing must never reach it.
    defineProperty(Object.prototype, names[at], { __proto__: null, get: () => undefined, set: () => add('Object.prototype.' + names[at]), configurable: true });
  }
  globalThis.replaced = replaced;
  const globals = ownKeys(globalThis);
  for (let at = 0; at < globals.length; at++) {
    const key = globals[at];
    if (key !== 'guest' && key !== 'toText' && key !== 'touched' && key !== 'replaced' && key !== 'web' && key !== 'globalThis') delete globalThis[key];
  }
})()`;
