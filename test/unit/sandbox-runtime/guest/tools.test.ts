import { describe, expect, it } from 'vitest';
import { createTools, ToolError, type Tools } from '../../../../sandbox-runtime/guest/tools.ts';
import type { Grant } from '../../../../sandbox-runtime/protocol.ts';

type Proxies = Record<string, Record<string, (args?: unknown) => Promise<unknown>>>;

const GRANT: Grant = [
  [
    'files',
    'files',
    [
      ['read_file', 'read-file'],
      ['stat', 'stat'],
    ],
  ],
  [
    'my_db',
    'my-db',
    [
      ['query', 'query'],
      ['then_', 'then'],
    ],
  ],
];

/** Tools whose calls end up in `sent`, as id, server, tool and text. */
function createSent(grant: Grant = GRANT, maxArgsBytes = 1_000) {
  const sent: unknown[][] = [];
  const tools: Tools = createTools(grant, maxArgsBytes, (...call) => sent.push(call));
  return { ...tools, mcp: tools.mcp as Proxies, sent };
}

const failureText = (more: object = {}) =>
  JSON.stringify({ code: 'upstream-error', message: 'no', retryable: true, ...more });

describe('a tool call', () => {
  it('is sent with an id of its own, its place in the grant and its arguments as JSON', () => {
    const { mcp, sent } = createSent();
    void mcp.files?.read_file?.({ path: '/x', at: new Date(0), none: undefined });
    void mcp['my-db']?.query?.();
    void mcp.my_db?.query?.([1]);
    expect(sent).toEqual([
      [1, 0, 0, '{"path":"/x","at":"1970-01-01T00:00:00.000Z"}'],
      [2, 1, 0, '{}'],
      [3, 1, 0, '[1]'],
    ]);
  });

  it('gives the value of its own reply, in whatever order replies come', async () => {
    const { mcp, settle } = createSent();
    const calls = [1, 2, 3].map((id) => mcp.files?.stat?.({ id }));
    for (const id of [3, 1, 2]) settle(id, true, JSON.stringify({ id }));
    expect(await Promise.all(calls)).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
  });

  it('gives a value with a key __proto__ as data', async () => {
    const { mcp, settle } = createSent();
    const call = mcp.files?.stat?.();
    settle(1, true, '{"__proto__":{"x":1},"then":1}');
    expect(Object.keys((await call) as object)).toEqual(['__proto__', 'then']);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it('is settled once, and a reply to a call that was never made is nobody’s', async () => {
    const { mcp, settle } = createSent();
    const call = mcp.files?.stat?.();
    for (const id of [0, -1, 2, Number.NaN]) settle(id, true, '"forged"');
    settle(1, true, '"first"');
    settle(1, false, failureText());
    expect(await call).toBe('first');
  });

  it('fails with a ToolError that says whose call it was, and why', async () => {
    const { mcp, settle } = createSent();
    const call = mcp['my-db']?.query?.();
    settle(1, false, failureText({ details: { row: 1 } }));
    const error = await call?.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ToolError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'ToolError', server: 'my-db', tool: 'query', code: 'upstream-error' });
    expect(error).toMatchObject({ message: 'no', retryable: true, details: { row: 1 } });
    expect(String(error)).toBe('ToolError: no');
  });

  it('fails at the line of the call, whenever its reply comes', async () => {
    const { mcp, settle } = createSent();
    function theProgramCallsHere() {
      return mcp.files?.stat?.();
    }
    const call = theProgramCallsHere();
    setImmediate(() => settle(1, false, failureText({ message: 'two\nlines' })));
    const error = (await call?.catch((thrown: unknown) => thrown)) as Error;
    const stack = String(error.stack);
    expect(stack).toMatch(/^ToolError: two\nlines\n {4}at /);
    expect(stack).toContain('theProgramCallsHere');
  });
});

describe('arguments that cannot go out', () => {
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  let deep: unknown = 1;
  for (let level = 0; level < 101; level++) deep = [deep];

  it.each<[string, unknown, string]>([
    ['a function', { a: [() => {}] }, 'arguments.a[0]'],
    ['a cycle', cyclic, 'arguments'],
    ['more than a hundred levels', deep, '100 levels'],
    ['over the limit', { a: 'x'.repeat(993) }, 'at least 1001 bytes of JSON; the limit argsBytes is 1000.'],
  ])('%s, reject at once with the reason, and nothing is sent', async (_name, args, reason) => {
    const { mcp, sent, pending } = createSent();
    const error = await mcp.files?.stat?.(args).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'ToolError', code: 'invalid-arguments', retryable: false, tool: 'stat' });
    expect((error as Error).message).toContain(reason);
    expect([sent, Array.from(pending())]).toEqual([[], []]);
  });

  it('leave no gap in the ids', async () => {
    const { mcp, sent } = createSent();
    await mcp.files?.stat?.(cyclic).catch(() => {});
    void mcp.files?.stat?.({ a: 'x'.repeat(992) });
    expect(sent.map(([id]) => id)).toEqual([1]);
  });
});

describe('pending', () => {
  it('is every call without a reply, with its line', () => {
    const { mcp, settle, pending } = createSent();
    for (let call = 0; call < 3; call++) void mcp.files?.stat?.();
    settle(2, true, '1');
    const list = Array.from(pending());
    expect(list.map(({ call }) => call)).toEqual([1, 3]);
    expect(list[0]?.stack).toContain('tools.test.ts');
  });

  it('names every call but the lines of the first twenty only, each within its cap', () => {
    const { mcp, pending } = createSent();
    for (let call = 0; call < 30; call++) void mcp.files?.stat?.();
    const list = Array.from(pending());
    expect(list.map(({ call }) => call)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    expect(list.filter(({ stack }) => stack !== '')).toHaveLength(20);
    expect(Math.max(...list.map(({ stack }) => stack.length))).toBeLessThanOrEqual(4_096);
  });
});

describe('mcp', () => {
  it('shows identifiers, and answers to names, too, with the same functions', () => {
    const { mcp } = createSent();
    expect(Object.keys(mcp)).toEqual(['files', 'my_db']);
    expect(Object.keys(mcp.files ?? {})).toEqual(['read_file', 'stat']);
    expect(mcp['my-db']).toBe(mcp.my_db);
    expect(mcp.files?.['read-file']).toBe(mcp.files?.read_file);
    expect(mcp.files?.read_file?.name).toBe('read_file');
  });

  it('has nothing that was not granted, and nothing of Object', () => {
    const { mcp } = createSent();
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'nothing']) {
      expect(mcp[name], name).toBeUndefined();
      expect(mcp.files?.[name], name).toBeUndefined();
    }
  });

  it('cannot be changed', () => {
    const { mcp } = createSent();
    expect(Object.isFrozen(mcp) && Object.isFrozen(mcp.files)).toBe(true);
    expect(() => Object.assign(mcp, { files: 1 })).toThrow(TypeError);
  });

  it('may be awaited, and so may a server, even one with a tool named then', async () => {
    const { mcp } = createSent();
    expect(await mcp).toBe(mcp);
    expect(await mcp['my-db']).toBe(mcp.my_db);
    expect(typeof mcp.my_db?.then_).toBe('function');
  });

  it('takes names from a stranger as what they are: names', () => {
    const odd = ['__proto__', 'constructor', 'toJSON', '', '0', 'a b', '\ud800', '*/'];
    const tools = odd.map((name, index) => [`tool_${index}`, name] as const);
    const { mcp, sent } = createSent(odd.map((name, index) => [`server_${index}`, name, tools]));
    for (const server of odd) for (const tool of odd) void mcp[server]?.[tool]?.();
    expect(sent.map(([, server, tool]) => [server, tool])).toEqual(
      odd.flatMap((_, server) => odd.map((__, tool) => [server, tool])),
    );
  });
});
