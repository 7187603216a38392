/** Inputs 1 to 9: ways to another realm, through constructors, errors, stacks, callers and imports. */
import { expect } from 'vitest';
import { completed, type EscapeCase, LOOT } from './escape-case.ts';

const BODY = JSON.stringify(`return ${LOOT}`);
const OWN_PROCESS = completed([expect.stringContaining('"/workspace"')]);
const NO_PROCESS = completed(['no process']);
/** Tells for each value whether its constructors are this realm's own, and what they can reach. */
const REACH = `
const reached = new Set();
const reach = (value) => {
  if (value === undefined || value === null) return;
  const make = value.constructor?.constructor ?? Function;
  if (make !== Function) reached.add('a foreign realm');
  try { reached.add(make(${BODY})()) } catch (error) { reached.add(error.name) }
};`;

export const REALM_CASES: readonly EscapeCase[] = [
  {
    title: '1: this.constructor.constructor finds no process',
    program: `${REACH}
      for (const each of [globalThis, Function('return this')(), [], () => {}, mcp.kit.echo, console, args]) reach(each);
      return [...reached];`,
    isolate: NO_PROCESS,
    container: OWN_PROCESS,
  },
  {
    title: '2: the constructors of async functions and generators find none either',
    program: `
      const [later, each, eachLater] = [async () => {}, function* () {}, async function* () {}].map((f) => f.constructor);
      const found = [await later(${BODY})(), each(${BODY})().next().value, (await eachLater(${BODY})().next()).value];
      return [...new Set(found)];`,
    isolate: NO_PROCESS,
    container: OWN_PROCESS,
  },
  {
    title:
      '3: every function that is put in scope has this realm’s constructors, its prototypes, bindings and getters too',
    program: `${REACH}
      const names = ['setTimeout', 'sleep', 'queueMicrotask', 'structuredClone', 'atob', 'URL', 'URLSearchParams', 'TextEncoder',
        'TextDecoder', 'AbortController', 'AbortSignal', 'DOMException', 'Event', 'EventTarget', 'ToolError'];
      const all = [...names.map((name) => globalThis[name]), ...Object.values(console), ...Object.values(mcp.kit), crypto.randomUUID];
      for (const f of all) {
        for (const value of [f, f.bind(null), f.prototype]) reach(value);
        try { new f() } catch (error) { reach(error) }
      }
      for (const owner of [mcp, URL.prototype, AbortSignal.prototype, Event.prototype])
        for (const { get } of Object.values(Object.getOwnPropertyDescriptors(owner))) reach(get);
      return [...reached];`,
    isolate: NO_PROCESS,
    container: OWN_PROCESS,
  },
  {
    title: '4: an error of a tool call or of a global belongs to the program’s realm',
    program: `${REACH}
      const attempts = [() => mcp.kit.fail({}), () => mcp.kit.echo(1), () => mcp.kit.echo({ f() {} }), () => mcp.kit.echo({ a: 1n << 99n }),
        () => structuredClone(Symbol()), () => new URL('x'), () => setTimeout(1), () => atob('!'), () => new TextDecoder('no')];
      let caught = 0;
      for (const attempt of attempts) {
        try { await attempt() } catch (error) { caught += 1; if (!(error instanceof Error)) reached.add('no Error'); reach(error); reach(error.message); reach(error.details); }
      }
      if (caught < 6) reached.add('only ' + caught);
      return [...reached];`,
    isolate: NO_PROCESS,
    container: OWN_PROCESS,
  },
  {
    // Seen to fail with a guest that is not strict: V8 then hands out its functions, among them those that post.
    title: '5: Error.prepareStackTrace sees neither this nor functions of frames that are not the program’s',
    program: `
      const files = new Set(), leaks = [];
      Error.prepareStackTrace = (error, sites) => {
        for (const site of sites) {
          files.add(site.getFileName() ?? site.getScriptNameOrSourceURL());
          if (site.getThis() !== undefined || site.getFunction() !== undefined) leaks.push(site.getFileName());
        }
        return 'prepared';
      };
      const look = () => String(new Error('x').stack);
      look();
      setTimeout(look, 1); await sleep(5);
      console.log({ get a() { return look() } });
      structuredClone({ get a() { return look() } });
      await mcp.kit.fail({ get a() { return look() } }).catch((error) => String(error.stack));
      return { files: [...files].filter((file) => file !== null && !String(file).startsWith('node:')).sort(), leaks };`,
    isolate: completed({ files: ['guest.js', 'program.js'], leaks: [] }),
  },
  {
    title: '6: Error.captureStackTrace on foreign objects and an unlimited stack give the program’s own frames',
    program: `
      Error.stackTraceLimit = Infinity;
      const stacks = [];
      for (const target of [mcp, mcp.kit, console, args, globalThis, {}]) {
        try { Error.captureStackTrace(target); stacks.push(target.stack) } catch (error) { stacks.push(error.stack) }
      }
      const deep = (n) => { if (n > 0) return deep(n - 1); throw new Error('deep') };
      try { deep(3_000) } catch (error) { stacks.push(error.stack) }
      const lines = stacks.flatMap((stack) => stack.split('\\n')).filter((line) => line.startsWith('    at '));
      return lines.filter((line) => !/(program|guest)\\.js:\\d|node:|<anonymous>/.test(line));`,
    isolate: completed([]),
  },
  {
    title: '7: the stack of a failed tool call holds no path and no frame of ours but the guest’s',
    program: `
      const stacks = [];
      for (const call of [() => mcp.kit.fail({}), () => mcp.kit.echo([1])]) await call().catch((error) => stacks.push(error.stack));
      return stacks.map((stack) => [stack.split('\\n')[0].slice(0, 10), stack.split('\\n').slice(1).filter((line) => !/^    at .*\\b(program|guest)\\.js:\\d+:\\d+\\)?$|node:internal|<anonymous>/.test(line))]);`,
    isolate: completed([
      ['ToolError:', []],
      ['ToolError:', []],
    ]),
  },
  {
    title: '8: a sloppy callback does not learn who called it',
    // The guest is strict, and so is Node: `caller` is null for whoever calls from there. Seen to fail without "use strict".
    program: `
      const seen = [];
      const spy = new Function('seen', 'return function spy() { seen.push(String(spy.caller), String(arguments.callee.caller)); return 1 }')(seen);
      setTimeout(spy, 1); await sleep(5);
      queueMicrotask(spy); await null;
      console.log({ get a() { return spy() } });
      structuredClone(Object.defineProperty({}, 'a', { get: spy, enumerable: true }));
      const target = new EventTarget(); target.addEventListener('x', spy); target.dispatchEvent(new Event('x'));
      await mcp.kit.echo({ toJSON: spy }).catch(() => {});
      return [seen.length >= 10, [...new Set(seen)]];`,
    isolate: completed([true, ['null']]),
  },
  {
    title: '9: import(…) is refused before the run, and where it is hidden from the bundler, in the run',
    program: `
      const hidden = ['fs', 'node:child_process', './guest.js', '/etc/passwd', 'data:text/javascript,export default 1'];
      const tried = hidden.map((name) => new Function('return import(' + JSON.stringify(name) + ')')());
      const settled = await Promise.allSettled(tried);
      return [settled.map(({ status }) => status), typeof import.meta];`,
    isolate: completed([Array(5).fill('rejected'), 'undefined']),
    // Node's own modules are there by design; what is no module does not load.
    container: completed([expect.arrayContaining(['fulfilled', 'rejected']), 'undefined']),
  },
  {
    title: '9: import.meta.url names nothing of the host',
    program: 'return import.meta.url',
    isolate: { kind: 'program-threw', error: { name: 'TypeError' } },
    // A made-up place in the container's own folder, for what is resolved beside a program.
    container: completed('file:///workspace/program.js'),
  },
  {
    title: '9: a static import names what to do instead',
    program: "import secrets from '/etc/passwd'; export default () => secrets",
    isolate: { kind: 'bundle-error', diagnostics: [{ code: 'import', line: 1 }] },
  },
];
