/** Inputs 11 to 24: hooks, proxies, promises, replaced builtins, odd globals, scopes, and text that would break a wrapper. */
import { expect } from 'vitest';
import { completed, type EscapeCase, LOOT } from './escape-case.ts';

const INTERNALS = JSON.stringify(
  'post deliver boot install guest tools finish fire host ivm isolate send input decoder ending $0 __send value'.split(
    ' ',
  ),
);

export const HOOK_CASES: readonly EscapeCase[] = [
  {
    title: '11: hooks under well-known symbols of Node are not called for what is logged, thrown or returned',
    program: `
      let calls = 0;
      const spy = () => { calls += 1; return 'called' };
      const hooks = Object.fromEntries(['nodejs.util.inspect.custom', 'nodejs.rejection', 'nodejs.util.promisify.custom'].map((name) => [Symbol.for(name), spy]));
      console.log(hooks, Object.assign(new Error('logged'), hooks));
      console.table([hooks]);
      Promise.reject(Object.assign(new Error('unhandled'), hooks));
      await mcp.kit.echo({ hooks }).catch(() => {});
      await sleep(5);
      return { calls, hooks: Object.assign(Object.create(hooks), { a: 1 }) };`,
    isolate: completed({ calls: 0, hooks: { a: 1 } }),
  },
  {
    title: '12: the traps of a Proxy that is an argument get nothing that is not the program’s own',
    program: `
      const foreign = [];
      let trapped = 0;
      const isOwn = (value) => (typeof value !== 'object' && typeof value !== 'function') || value === null || value === globalThis || value instanceof Object || Object.getPrototypeOf(value) === null;
      const traps = new Proxy({}, { get: (_, trap) => function (...all) { trapped += 1; for (const value of [this, ...all]) if (!isOwn(value)) foreign.push(trap); return Reflect[trap](...all) } });
      const tried = [];
      for (const target of [{ a: 1 }, [1], () => 1, class {}]) tried.push(await mcp.kit.echo({ proxy: new Proxy(target, traps) }).then(() => 'sent', (error) => error.code));
      tried.push(await mcp.kit.echo(new Proxy({ a: 1 }, traps)).then(({ args }) => args.a, (error) => error.code));
      return { foreign, isTrapped: trapped > 0, tried };`,
    isolate: completed({
      foreign: [],
      isTrapped: true,
      tried: ['sent', 'sent', 'invalid-arguments', 'invalid-arguments', 1],
    }),
  },
  {
    title: '13: a promise of a class of the program’s, with a species, is a promise like any other',
    program: `
      class Spy extends Promise { static get [Symbol.species]() { return Array } }
      Object.defineProperty(Spy.prototype, 'constructor', { get() { throw new Error('looked') } });
      return new Spy((resolve) => resolve('kept'));`,
    isolate: { kind: 'program-threw', error: { message: 'looked' } },
  },
  {
    title: '13: a thenable that is returned is asked for its value within the program’s realm',
    program: `
      let asked = 0;
      return { then(resolve, reject) {
        asked += 1;
        resolve([asked, [resolve, reject].map((f) => f.constructor === Function), resolve.constructor(${JSON.stringify(`return ${LOOT}`)})()]);
      } };`,
    isolate: completed([1, [true, true], 'no process']),
    container: completed([1, [true, true], expect.stringContaining('"/workspace"')]),
  },
  {
    title: '13: with then and constructor of promises replaced, calls are still answered',
    program: `
      const { then } = Promise.prototype;
      const seen = [];
      Promise.prototype.then = function (...both) { seen.push(both.length); return then.apply(this, both) };
      Object.defineProperty(Promise.prototype, 'constructor', { get() { seen.push('constructor'); return Promise } });
      const { args } = await mcp.kit.echo({ n: 1 });
      const [second] = await Promise.all([mcp.kit.echo({ n: 2 })]);
      return [args.n, second.args.n, seen.every((each) => each === 2 || each === 'constructor')];`,
    isolate: completed([1, 2, true]),
  },
  {
    title: '15: with JSON, Map, Function and String replaced, tools work, and the replacements see nothing pending',
    program: `
      const seen = [];
      const spy = (owner, key) => { const real = owner[key]; owner[key] = function (...all) { seen.push(key); return Reflect.apply(real, this, all) } };
      for (const [owner, keys] of [[JSON, ['stringify', 'parse']], [Map.prototype, ['get', 'set', 'has']], [Function.prototype, ['call', 'apply', 'bind']],
        [String.prototype, ['split', 'slice', 'indexOf', 'replace']], [Array.prototype, ['push', 'map', 'join']], [Object, ['keys', 'create', 'defineProperty', 'freeze']], [Promise, ['resolve', 'reject']]])
        for (const key of keys) spy(owner, key);
      Array.prototype[Symbol.iterator] = function () { seen.push('iterator'); throw new Error('no') };
      const { args } = await mcp.kit.echo({ list: [1, { a: 'b' }], text: 'x' });
      const code = await mcp.kit.fail({}).catch((error) => error.code);
      console.log({ a: [1] });
      return { args, code, seen };`,
    isolate: completed({ args: { list: [1, { a: 'b' }], text: 'x' }, code: 'upstream-error', seen: [] }),
  },
  {
    title: '16: a frozen global object and a frozen Object.prototype are the run’s own',
    program: `
      Object.freeze(Object.prototype); Object.preventExtensions(Array.prototype); Object.freeze(globalThis);
      const { args } = await mcp.kit.echo({ n: 1 });
      return args.n`,
    isolate: completed(1),
    // Node does not let its own global be frozen: it holds accessors that say no.
    container: expect.objectContaining({ kind: expect.stringMatching(/^(?:completed|program-threw)$/) }),
  },
  {
    title: '16: a run without any global left still ends by itself',
    program: `
      const all = globalThis;
      for (const key of Reflect.ownKeys(all)) try { delete all[key] } catch {}
      return ['Object', 'Promise', 'mcp', 'console'].filter((key) => key in all);`,
    isolate: completed([]),
  },
  {
    title: '17: WebAssembly suspends and calls only what the program gives it',
    // (module (import "m" "f" (func)) (export "run" (func 0)))
    program: `
      const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 7, 1, 1, 109, 1, 102, 0, 0, 7, 7, 1, 3, 114, 117, 110, 0, 0]);
      let called;
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { m: { f() { called = [this === undefined, arguments.length] } } });
      exports.run();
      const suspending = typeof WebAssembly.Suspending === 'function' ? new WebAssembly.Suspending(mcp.kit.echo) : {};
      const makers = [exports.run, suspending, WebAssembly.JSTag ?? {}, WebAssembly.Module].map((value) => (value.constructor.constructor ?? Function)(${JSON.stringify(`return ${LOOT}`)})());
      return [called, [...new Set(makers)]];`,
    isolate: completed([[true, 0], ['no process']]),
    container: completed([[true, 0], [expect.stringContaining('"/workspace"')]]),
  },
  {
    title: '18: there is no other realm to be had: no ShadowRealm, Realm, Compartment, Worker or vm',
    program: `
      const names = ['ShadowRealm', 'Realm', 'Compartment', 'Worker', 'SharedWorker', 'MessageChannel', 'BroadcastChannel', 'WebSocket', 'fetch', 'XMLHttpRequest', 'process', 'Buffer', 'global', 'setImmediate'];
      return names.filter((name) => typeof globalThis[name] !== 'undefined');`,
    isolate: completed([]),
    container: completed(expect.not.arrayContaining(['ShadowRealm', 'Realm', 'Compartment', 'XMLHttpRequest'])),
  },
  {
    title: '19: errors within errors, also suppressed ones, are told and cost no more than others',
    program: `
      const deep = (n) => n === 0 ? new Error('core') : new AggregateError([deep(n - 1)], 'level ' + n, { cause: deep(0) });
      await using resource = { async [Symbol.asyncDispose]() { throw deep(50) } };
      throw deep(50);`,
    isolate: { kind: 'program-threw', error: { name: 'SuppressedError', line: expect.any(Number) } },
  },
];

export const SCOPE_CASES: readonly EscapeCase[] = [
  {
    title: '20: with(Proxy) and eval find no name of the wrapper’s',
    program: `
      const names = ${INTERNALS};
      const asked = [];
      const scope = new Proxy({}, { has: (_, key) => { asked.push(String(key)); return true }, get: (_, key) => key === Symbol.unscopables ? undefined : key === 'eval' ? eval : 'trapped' });
      new Function('scope', 'with (scope) { eval("post; deliver") }')(scope);
      const direct = names.filter((name) => eval('typeof ' + name) !== 'undefined');
      const indirect = names.filter((name) => (0, eval)('typeof ' + name) !== 'undefined');
      return { asked: asked.filter((key) => !['eval', 'post', 'deliver'].includes(key)), direct, indirect };`,
    isolate: completed({ asked: [], direct: [], indirect: [] }),
  },
  {
    title: '21: the source of what is put in scope is a generic shim, without paths or values of the run',
    program: `
      const all = [...Object.getOwnPropertyNames(globalThis).map((name) => globalThis[name]), ...Object.values(mcp.kit), ...Object.values(console)];
      const texts = all.filter((value) => typeof value === 'function').map((f) => Function.prototype.toString.call(f));
      return texts.filter((text) => !text.includes('[native code]') && /\\/[a-z]+\\/|require\\(|"kit"|isolated-vm|canary/.test(text));`,
    isolate: completed([]),
    // Node's own functions are public; some of them say require.
    container: { kind: 'completed' },
  },
  {
    title: '22: text that closes the wrapper is a mistake with its line, never code outside of it',
    program: 'return 1 }; globalThis.escaped = true; (async () => {',
    isolate: { kind: 'bundle-error', diagnostics: [{ code: 'syntax', line: 1 }] },
  },
  {
    title: '22: comments of HTML and a hashbang are what the language says they are',
    program: '#!/usr/bin/env node\nlet x = 2;\nreturn [x-->1, typeof this]; <!-- }); hostile(',
    isolate: { kind: 'bundle-error', diagnostics: [{ code: 'syntax', line: 3 }] },
  },
  {
    title: '22: line separators and a sloppy this break nothing',
    program:
      "return ['\u2028'.length, `\u2029`.length, (function () { return this })() === undefined, '*/ }) // */'.length]",
    isolate: completed([1, 1, true, 11]),
  },
  {
    title: '24: sourceURL and sourceMappingURL in a program are read by nobody',
    // With a source map that named a file of the host, esbuild used to quote the file in its message: "Unexpected "root" in source map".
    program:
      "const a = 1;\nthrow new Error('here');\n//# sourceURL=/etc/passwd\n//# sourceMappingURL=file:///etc/passwd",
    isolate: { kind: 'program-threw', error: { message: 'here', line: 2, column: 7, stack: '    at program:2:7' } },
  },
  {
    title: '24: a source map within a program does not move its errors',
    program: `throw new Error('here');\n/*# sourceMappingURL=data:application/json,{"version":3,"sources":["/etc/shadow"],"mappings":"AAAA;AAggBA"} */`,
    isolate: { kind: 'program-threw', error: { message: 'here', line: 1, column: 7, stack: '    at program:1:7' } },
  },
  {
    title: '24: names that evaluated code gives itself are in no stack',
    program:
      'new Function(\'throw new Error("inner")\\n//# sourceURL=/etc/passwd\\n//# sourceMappingURL=file:///etc/passwd\')()',
    isolate: { kind: 'program-threw', error: { message: 'inner', stack: '    at program:1:108' } },
  },
];
