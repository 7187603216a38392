/** Inputs 10, 25, 27 and 28: what a program can reach at all from where it stands, and what it finds of other runs. */
import { createContext, runInContext } from 'node:vm';
import { expect, it } from 'vitest';
import { describeAttacks } from '../attack-bench.ts';

/** What Codeloom adds to the language; docs/programs.md has the same list. */
const OURS = [
  'AbortController',
  'AbortSignal',
  'DOMException',
  'Event',
  'EventTarget',
  'TextDecoder',
  'TextEncoder',
  'ToolError',
  'URL',
  'URLSearchParams',
  'args',
  'atob',
  'btoa',
  'clearInterval',
  'clearTimeout',
  'crypto',
  'mcp',
  'performance',
  'queueMicrotask',
  'setInterval',
  'setTimeout',
  'sleep',
  'structuredClone',
];

/** Visits everything that can be reached from the roots by properties, getters, prototypes and internal slots that can be read. */
const WALK = `
const seen = new Set();
const odd = [];
const walk = (roots) => {
  const queue = roots.map((root) => ['', root]);
  while (queue.length > 0) {
    const [path, value] = queue.pop();
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value) || path.length > 400) continue;
    seen.add(value);
    look(path, value);
    queue.push([path + '.[[Prototype]]', Object.getPrototypeOf(value)]);
    for (const key of Reflect.ownKeys(value)) {
      const { value: held, get, set } = Object.getOwnPropertyDescriptor(value, key);
      queue.push([path + '.' + String(key), held], [path + '.get ' + String(key), get], [path + '.set ' + String(key), set]);
      if (get !== undefined) try { queue.push([path + '.' + String(key), Reflect.apply(get, value, [])]) } catch (error) { queue.push([path + '.thrown', error]) }
    }
    if (value instanceof Map || value instanceof Set) for (const entry of value) queue.push([path + '.entry', entry]);
  }
};
/** Functions of another realm, and the methods by which isolated-vm's objects give themselves away. */
const look = (path, value) => {
  if (typeof value === 'function' && !(value instanceof Function) && value !== Function.prototype) odd.push(path + ': a function of another realm');
  let top = value;
  while (Object.getPrototypeOf(top) !== null) top = Object.getPrototypeOf(top);
  if (top !== Object.prototype && Object.getPrototypeOf(value) !== null) odd.push(path + ': an object of another realm');
  for (const method of ['applySync', 'applySyncPromise', 'applyIgnored', 'derefInto', 'derefSync', 'copySync', 'copyInto', 'getSync', 'setSync', 'transferInto', 'release', 'createContextSync'])
    if (method in value) odd.push(path + ': ' + method);
};`;

describeAttacks('what can be reached in an isolate', { engine: 'node' }, ({ attack, looted }) => {
  it('10: the globals are those of the language and the documented ones, and none of Node’s', async () => {
    const names = (await looted('return Reflect.ownKeys(globalThis).map(String)')) as string[];
    const language: unknown = runInContext('Reflect.ownKeys(globalThis).map(String)', createContext({}));
    expect(names.filter((name) => !(language as string[]).includes(name)).sort()).toEqual(OURS);
  });

  it.each([
    ['process', 'process.binding("fs")'],
    ['process', 'process.getBuiltinModule("fs")'],
    ['require', '(0, eval)(`require`)("fs")'],
    ['module', 'module.constructor._load("fs")'],
    ['exports', 'exports'],
    ['global', 'global.process'],
  ])('10: %s is no name, so %s is an error of the program', async (name, expression) => {
    const outcome = await attack(`return ${expression}`);
    expect(outcome).toMatchObject({
      kind: 'program-threw',
      error: { name: 'ReferenceError', message: `${name} is not defined` },
    });
  });

  it('10: up the prototypes of the global object there is the language, and no more', async () => {
    const chain =
      'const chain = []; for (let at = globalThis; at !== null; at = Object.getPrototypeOf(at)) chain.push(Reflect.ownKeys(at).length); return [chain.length, globalThis.__proto__ === Object.prototype || globalThis.__proto__.__proto__ === Object.prototype]';
    const [length, isOwn] = (await looted(chain)) as [number, boolean];
    expect(length).toBeLessThanOrEqual(3);
    expect(isOwn).toBe(true);
  });

  it('27: of all that can be reached, nothing is of another realm or of isolated-vm', async () => {
    const program = `${WALK}
      const failure = await mcp.kit.fail({}).catch((error) => error);
      const call = mcp.kit.echo({ a: [1] });
      const reply = await call;
      const signal = AbortSignal.timeout(1); await sleep(5);
      Error.prepareStackTrace = (error, sites) => sites;
      const sites = new Error().stack;
      delete Error.prepareStackTrace;
      walk([globalThis, mcp.kit, failure, reply, signal, sites, new URL('http://a/?b'), new Event('x'), call, crypto.getRandomValues(new Uint8Array(1)), function () { return arguments }()]);
      return { odd, seen: seen.size };`;
    const { odd, seen } = (await looted(program)) as { odd: string[]; seen: number };
    expect(odd).toEqual([]);
    // The walk has been somewhere.
    expect(seen).toBeGreaterThan(900);
  });

  it('28: no clock is finer than a millisecond, and no second thread could count for one', async () => {
    // SharedArrayBuffer and Atomics are part of the language and stay: alone they are no clock. What counts is a thread,
    // and there is no way to one (18). A loop counts its own steps only.
    const program = `
      const times = Array.from({ length: 2_000 }, () => [performance.now(), Date.now()]).flat();
      const threads = ['Worker', 'SharedWorker', 'MessageChannel', 'BroadcastChannel'].filter((name) => name in globalThis);
      return [times.every(Number.isInteger), Number.isInteger(performance.timeOrigin), threads];`;
    expect(await looted(program)).toEqual([true, true, []]);
  });

  it('25: a run finds nothing that one before it left in globals, prototypes, symbols or registries', async () => {
    const leave = `
      globalThis.left = 1; Object.prototype.left = 1; Array.prototype.map = null; Promise.prototype.then = Promise.prototype.then;
      Symbol.for('left').description; mcp.constructor; console.left = 1; URL.left = 1; ToolError.left = 1; Object.freeze(Object.prototype);
      globalThis.registry = new FinalizationRegistry(() => { globalThis.left = 2 }); registry.register({}, 1); globalThis.weak = new WeakRef(globalThis);
      Error.stackTraceLimit = 0; RegExp.prototype.exec = null; Symbol.iterator.left; JSON.parse = null; return 'left';`;
    const find = `
      const owners = [globalThis, Object.prototype, console, URL, ToolError, Error];
      return [owners.filter((owner) => 'left' in owner).length, 'registry' in globalThis, typeof [].map, typeof JSON.parse, Error.stackTraceLimit, Object.isFrozen(Object.prototype)];`;
    for (let round = 0; round < 3; round++) {
      expect(await looted(leave)).toBe('left');
      for (const workspace of ['attacker', 'another'])
        expect(await looted(find, { workspace })).toEqual([0, false, 'function', 'function', 10, false]);
    }
  });

  it('25: runs that share a process share nothing else', async () => {
    // Twenty at once of one workspace: most of them are packed into workers together.
    const program = `const before = globalThis.left ?? null; globalThis.left = args.n; Symbol.for('shared').left; await sleep(20); return [before, globalThis.left, args.n]`;
    const results = await Promise.all(Array.from({ length: 20 }, (_, n) => looted(program, { args: { n } })));
    expect(results).toEqual(Array.from({ length: 20 }, (_, n) => [null, n, n]));
  });
});
