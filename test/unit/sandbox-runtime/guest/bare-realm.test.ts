import { describe, expect, it } from 'vitest';
import { evalBare, SABOTAGE } from './bare-realm.ts';

/** What a program does with everything we give it; run in a whole realm and in one it has broken first. */
const TOUR = `(() => {
  const { renderValue, formatLog, createConsole } = guest;
  const web = globalThis.web;
  const options = { maxBytes: 10000, maxDepth: 50, what: 'result' };
  const show = (value) => { const r = renderValue(value, options); return r.kind + ' ' + (r.text ?? r.path + ' ' + r.reason); };
  const { values } = web;
  const out = [];
  const add = (text) => { web.define(out, out.length, { value: text, enumerable: true, configurable: true, writable: true, __proto__: null }); };
  for (let at = 0; at < values.length; at++) { add(show(values[at])); add(formatLog([values[at]], 500)); }
  add(formatLog(['%s|%d|%i|%f|%j|%o|%c|%%', 'a', 1, '2.5', '2.5', { a: 1 }, [1], 'css', 'rest'], 500));
  const lines = createConsole((level, text) => add(level + ': ' + text), () => 5);
  lines.log('x', { y: 1 }); lines.table([{ a: 1 }, { a: 2, b: 'x' }]); lines.group('g'); lines.warn('in\\nner'); lines.groupEnd(); lines.count(); lines.time('t'); lines.timeEnd('t'); lines.assert(false, 'no');
  const bytes = new web.TextEncoder().encode('h\\u00e9\\u{1f600}');
  add(formatLog([bytes], 500)); add(new web.TextDecoder().decode(bytes)); add(web.btoa('abc')); add(web.atob('YWJj'));
  const url = new web.URL('../x y?a=1&b=2#f', 'http://\\u00fc.example:8080/p/q'); url.searchParams.append('c', ' '); url.port = '81'; add(url.href); add(url.searchParams.toString());
  const controller = new web.AbortController(); let heard = 0; controller.signal.addEventListener('abort', () => { heard += 1; }); controller.abort(); add('' + heard + controller.signal.aborted + controller.signal.reason.name);
  add(show(web.structuredClone({ a: [1, { b: 2 }], d: web.map, e: web.bytes })));
  add(web.crypto.randomUUID());
  return out;
})()`;
/** Made while the realm is whole: making them is the program's own business. */
const KEEP = `(() => {
  class Point { x = 1; #y = 2 }
  const cycle = { list: [] }; cycle.list[0] = cycle;
  const values = [null, 1, 'a\\ud800', [1, [2, undefined, , NaN]], { a: { b: [true, 10n] } }, new Point(), new Map([['k', new Set([1])]]),
    new Map([[1, 2]]), /x/giu, new Error('no'), new Uint8Array([1, 2]), new ArrayBuffer(2), () => 1, cycle, new WeakMap(), new Proxy({ a: 1 }, {}), { __proto__: null, n: 1 }];
  globalThis.web = { values, map: new Map([[1, { c: 3 }]]), bytes: new Uint8Array([9]), TextEncoder, TextDecoder, btoa, atob, URL, AbortController, structuredClone, crypto, define: Reflect.defineProperty };
})()`;
/** The same, but that none of the web's globals has been asked for yet: what is kept are the accessors. */
const KEEP_UNOPENED = KEEP.replace(
  'TextEncoder, TextDecoder, btoa, atob, URL, AbortController, structuredClone, crypto, ',
  '',
).replace(
  /\}\)\(\)$/,
  `const all = Object.getOwnPropertyDescriptors(globalThis);
  globalThis.web.__proto__ = null;
  for (const name of ['TextEncoder', 'TextDecoder', 'btoa', 'atob', 'URL', 'AbortController', 'structuredClone', 'crypto'])
    Object.defineProperty(globalThis.web, name, all[name]);
  const { get } = all.URL;
  globalThis.web.opened = () => typeof get === 'function' && get() === get();
})()`,
);

describe('the guest in a bare realm', () => {
  it('works without anything but the language', () => {
    const lines = evalBare(`(${KEEP}, ${TOUR})`) as string[];
    expect(lines).toContain('refused result.list[0] refers back to result; JSON has no cycles');
    expect(lines).toContain('http://xn--tda.example:81/x%20y?a=1&b=2&c=+#f');
    expect(lines).toContain('07070707-0707-4707-8707-070707070707');
  });

  it('gives the same answers, and calls nothing of the program’s, after every builtin was replaced', () => {
    const whole = evalBare(`(${KEEP}, ${TOUR})`);
    // The constructors kept for the tour stay as they are: a program that has broken those as well gets nowhere itself.
    const broken = evalBare(
      `(${KEEP}, globalThis.web = { __proto__: null, ...web }, ${SABOTAGE}, { lines: ${TOUR}, touched: globalThis.touched, replaced: globalThis.replaced })`,
    ) as Record<string, unknown>;
    expect(broken.replaced).toBeGreaterThan(600);
    expect({ touched: broken.touched, lines: broken.lines }).toEqual({ touched: '', lines: whole });
  });

  it('opens the web’s globals with what the language was, when a program has replaced every builtin before it asks for one', () => {
    const whole = evalBare(`(${KEEP}, ${TOUR})`);
    const broken = evalBare(
      `(${KEEP_UNOPENED}, ${SABOTAGE}, { lines: ${TOUR}, touched: globalThis.touched, opened: web.opened() })`,
    ) as Record<string, unknown>;
    expect(broken).toEqual({ touched: '', lines: whole, opened: true });
  });

  it('never throws anything but the stack overflow that a program has prepared', () => {
    const answers = evalBare(`(() => {
      const seen = {};
      const options = { maxBytes: 1000, maxDepth: 50, what: 'result' };
      const count = (key) => { seen[key] = (seen[key] ?? 0) + 1; };
      const dig = () => {
        try { dig(); } catch {}
        try { count(guest.renderValue({ a: [new Map([[1, 2]]), 5n] }, options).kind); } catch (thrown) { count(thrown.constructor.name); }
        try { count(typeof guest.formatLog([{ a: [new Error('x')] }], 500)); } catch (thrown) { count(thrown.constructor.name); }
      };
      dig();
      return seen;
    })()`) as Record<string, number>;
    // SyntaxError is what a regular expression throws that finds no stack to be compiled on.
    const { json, refused, string, RangeError: overflow, SyntaxError: uncompiled, ...others } = answers;
    expect(others).toEqual({});
    expect([json, string].every((count) => (count ?? 0) > 100)).toBe(true);
  });

  it('keeps builtin errors of a realm whose prepareStackTrace was replaced', () => {
    const text = evalBare(`(() => {
      Error.prepareStackTrace = () => { throw new Error('mine'); };
      Error.stackTraceLimit = Infinity;
      const lines = [];
      const console = guest.createConsole((level, text) => lines.push(text), () => 0);
      console.trace('here');
      console.log(new Error('shown'), Object.create(Map.prototype));
      return lines;
    })()`);
    expect(text).toEqual(['Trace: here', 'Error: shown Map {}']);
  });
});
