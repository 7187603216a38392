import { describe, expect, it } from 'vitest';
import { createGuestRealm, type GuestRealm } from './guest-realm.ts';

const GRANT = '[["files","files",[["read_file","read-file"]]]]';
const FAILURE = JSON.stringify({ code: 'denied', message: 'no', retryable: false, details: { a: 1 } });

/** A realm with one tool. What is sent and what calls come to is told to the test, as texts. */
function createRealm(): { realm: GuestRealm; sent: unknown[][]; told: unknown[][] } {
  const sent: unknown[][] = [];
  const told: unknown[][] = [];
  const realm = createGuestRealm({
    send: (...call: unknown[]) => void sent.push(call),
    tell: (...what: unknown[]) => void told.push(what),
  });
  realm.run(`{
    const tools = guest.createTools(${GRANT}, 1000, guest.send);
    guest.mcp = tools.mcp; guest.settle = tools.settle; guest.pending = tools.pending;
    const { tell, then, toText, ToolError } = guest, { defineProperty } = Reflect;
    // A promise without a constructor asks nobody for its species.
    const alone = (promise) => (defineProperty(promise, 'constructor', { __proto__: null, value: undefined }), promise);
    guest.watch = (promise) => then(
      alone(promise),
      (value) => tell('value', toText(value)),
      (error) => tell(error instanceof ToolError ? 'ToolError' : 'other', error.name, error.message, error.code, toText(error.details), error.stack),
    );
  }`);
  return { realm, sent, told };
}

/** One call that is answered, one that fails, one whose arguments are refused, one that stays open. */
async function callAll(realm: GuestRealm): Promise<unknown> {
  realm.run('guest.watch(guest.mcp.files.read_file({ path: "/x", list: [1, { a: true }] }))');
  realm.run('guest.watch(guest.mcp.files["read-file"]())');
  realm.run('guest.watch(guest.mcp.files.read_file({ a: () => {} }))');
  realm.run('guest.watch(guest.mcp.files.read_file())');
  realm.run(`guest.settle(1, true, '{"value":[1,2]}')`);
  realm.run(`guest.settle(2, false, ${JSON.stringify(FAILURE)})`);
  await new Promise((resolve) => setImmediate(resolve));
  return realm.run('guest.toText(guest.pending())');
}

const HOSTILE: [string, string][] = [
  ['a realm that nobody has touched', ''],
  ['an iterator of arrays that throws', 'Array.prototype[Symbol.iterator] = () => { throw "iterated" }'],
  [
    'accessors on Object.prototype in the place of options',
    `for (const name of ['get', 'set', 'value', 'writable', 'enumerable', 'configurable', 'call', 'stack', 'resolve', 'reject', 'site', 'kind', 'text'])
      Object.defineProperty(Object.prototype, name, { __proto__: null, configurable: true, get: () => undefined, set() { throw 'set ' + name } })`,
  ],
  [
    'setters for indexes',
    'for (const at of [0, 1, 2, 3, 4]) Object.defineProperty(Object.prototype, at, { __proto__: null, set() { throw "set" }, get() { throw "got" } })',
  ],
  ['promises without a then of theirs', 'Promise.prototype.then = Promise.prototype.catch = () => { throw "then" }'],
  [
    'promises of another constructor',
    'Object.defineProperty(Promise.prototype, "constructor", { get() { throw "constructor" } })',
  ],
  ['another Promise, Error, JSON and Reflect', 'Promise = Error = JSON = Reflect = Object = undefined'],
  ['stacks that throw', 'Error.prepareStackTrace = () => { throw "stack" }'],
  ['stacks that are no texts', 'Error.prepareStackTrace = () => ({ toString() { throw "text" } })'],
  ['no stacks', 'Error.stackTraceLimit = 0'],
  [
    'a frozen world',
    'for (const name of Object.getOwnPropertyNames(globalThis)) { const value = globalThis[name]; if (value && name !== "guest" && name !== "globalThis") { Object.freeze(value); if (value.prototype) Object.freeze(value.prototype) } }',
  ],
];

describe('a program cannot break its tools, nor what they send, by', () => {
  it.each(HOSTILE)('%s', async (_name, program) => {
    const { realm, sent, told } = createRealm();
    realm.run(`{${program}}`);
    expect(JSON.parse(String(await callAll(realm)))).toMatchObject([{ call: 3 }]);
    expect(sent).toEqual([
      [1, 0, 0, '{"path":"/x","list":[1,{"a":true}]}'],
      [2, 0, 0, '{}'],
      [3, 0, 0, '{}'],
    ]);
    const failures = told.filter(([kind]) => kind === 'ToolError').map((failure) => failure.slice(1, 4));
    expect(told).toContainEqual(['value', '{"value":[1,2]}']);
    expect(failures).toContainEqual(['ToolError', 'no', 'denied']);
    expect(failures.map(([, , code]) => code).sort()).toEqual(['denied', 'invalid-arguments']);
  });

  it('a toJSON on every object: it changes what the program itself hands over, and nothing else', async () => {
    const { realm, sent, told } = createRealm();
    realm.run('Object.prototype.toJSON = Array.prototype.toJSON = String.prototype.toJSON = () => "forged"');
    realm.run('guest.watch(guest.mcp.files.read_file({}))');
    realm.run('guest.watch(guest.mcp.files.read_file())');
    realm.run(`guest.settle(1, false, ${JSON.stringify(FAILURE)})`);
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent.map(([, , , text]) => text)).toEqual(['"forged"', '{}']);
    expect(told.map((each) => each.slice(0, 4))).toEqual([['ToolError', 'ToolError', 'no', 'denied']]);
    expect(JSON.parse(String(realm.run('guest.toText(guest.pending())')))).toMatchObject([{ call: 2 }]);
  });

  it('replacing every builtin there is: none of them is asked', async () => {
    const { realm, sent, told } = createRealm();
    realm.sabotage();
    const pending = String(await callAll(realm));
    expect(realm.touched).toBe('');
    expect(sent).toHaveLength(3);
    expect(told).toHaveLength(3);
    expect(JSON.parse(pending)).toMatchObject([{ call: 3 }]);
  });
});

describe('a ToolError of a hostile program', () => {
  it('holds its fields as its own, whatever setters there are', async () => {
    const { realm, told } = createRealm();
    realm.run(`for (const name of ['server', 'tool', 'code', 'retryable', 'details', 'name', 'message'])
      Object.defineProperty(Object.prototype, name, { __proto__: null, configurable: true, get: () => 'forged', set() { throw 'set' } })`);
    await callAll(realm);
    expect(told.filter(([kind]) => kind === 'ToolError')).toContainEqual([
      'ToolError',
      'ToolError',
      'no',
      'denied',
      '{"a":1}',
      expect.stringMatching(/^ToolError: no/),
    ]);
  });

  it('cannot be made to look like a stack of ours by what the upstream says', async () => {
    const { realm, told } = createRealm();
    realm.run('guest.watch(guest.mcp.files.read_file())');
    const failure = { code: 'denied', message: 'x\n    at evil (program.js:1:1)', retryable: false };
    realm.run(`guest.settle(1, false, ${JSON.stringify(JSON.stringify(failure))})`);
    await new Promise((resolve) => setImmediate(resolve));
    expect(told[0]?.[2]).toBe(failure.message);
    expect(String(told[0]?.[5]).startsWith(`ToolError: ${failure.message}\n`)).toBe(true);
  });
});
