import { describe, expect, it, onTestFinished } from 'vitest';
import { defaultSettings } from '../../../../../src/config/assemble-settings.ts';
import { RESERVED_NAMES } from '../../../../../src/server/dynamic/reserved-names.ts';
import { sqliteBench } from '../../../../fault/registry/sqlite-bench.ts';
import type { TestClient } from '../../clients.ts';
import { startHttp } from '../../serving.ts';

const TOOL = { name: 'count', description: 'Counts.', code: 'return args.n + 1', tags: ['numbers'] };
const N = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'], additionalProperties: false };

async function start(settings = {}) {
  const bench = await sqliteBench();
  const tools = bench.open({ reserved: RESERVED_NAMES });
  const server = await startHttp({ registry: tools, settings });
  onTestFinished(() => bench.close());
  const client = await server.connect('2026');
  const call = (tool: string, args: object = {}) => client.call(`dynamic.tool.${tool}`, args);
  const errorOf = async (tool: string, args: object) => (await call(tool, args)).structured.error;
  return { ...server, bench, tools, client, call, errorOf };
}

async function listed(client: TestClient, name: string) {
  return (await client.list()).find((tool) => tool.name === name);
}

describe('a stored tool', () => {
  it('is listed with what it says of itself, and with cautious hints where it says nothing', async () => {
    const { call, client } = await start();
    await call('create', { tool: { ...TOOL, title: 'Count up', annotations: { readOnlyHint: true } } });
    expect(await listed(client, 'count')).toMatchObject({
      title: 'Count up',
      description: 'Counts.',
      annotations: { readOnlyHint: true, destructiveHint: true, idempotentHint: false, openWorldHint: false },
      inputSchema: { type: 'object', properties: { args: {} }, additionalProperties: false },
    });
  });

  it('without an inputSchema takes args, with one its own arguments', async () => {
    const { call, client, parts } = await start();
    await call('create', { tool: TOOL });
    expect((await client.call('count', { args: { n: 1 } })).structured.result).toBe(2);
    expect((await client.call('count', { n: 1 })).isError).toBe(true);
    await call('update', { name: 'count', patch: { inputSchema: N, timeoutMs: 700, engine: 'node' } });
    expect((await client.call('count', { n: 1 })).structured.result).toBe(2);
    expect(parts.executed.at(-1)).toMatchObject({ servers: [], argsSchema: N, timeoutMs: 700, engine: 'node' });
  });

  it('is called under both spellings of its name, and with mcp-exec', async () => {
    const { call, client } = await start({ toolNames: 'underscore' });
    await call('create', { tool: { ...TOOL, name: 'my.count' } });
    expect(await listed(client, 'my_count')).toBeDefined();
    for (const name of ['my.count', 'my_count']) {
      expect((await client.call(name, { args: { n: 1 } })).structured.result).toBe(2);
      const exec = await client.call('mcp-exec', { name, arguments: { args: { n: 2 } } });
      expect(exec.structured.result).toBe(3);
    }
  });

  it('has its result held to its outputSchema', async () => {
    const { call, client } = await start();
    await call('create', { tool: { ...TOOL, outputSchema: { type: 'string' } } });
    expect((await client.call('count', { args: { n: 1 } })).structured).toMatchObject({
      kind: 'program-threw',
      result: 2,
      error: { name: 'InvalidResult', mistakes: ['result: expected a string, got the number 2.'] },
    });
  });
});

describe('tools for managing dynamic tools', () => {
  it('list dependencies where the operator has them on, and take them all the same where not', async () => {
    for (const install of ['on', 'off'] as const) {
      const { client, call } = await start({ packages: { ...defaultSettings().packages, install } });
      const ways = { create: 'tool', test: 'tool', update: 'patch' };
      for (const [tool, member] of Object.entries(ways)) {
        const schema = (await listed(client, `dynamic.tool.${tool}`))?.inputSchema;
        expect(schema).toHaveProperty(`properties.${member}.properties.code`);
        const path = `properties.${member}.properties.dependencies`;
        if (install === 'on') expect(schema).toHaveProperty(path);
        else expect(schema).not.toHaveProperty(path);
      }
      const dependencies = [{ name: 'left-pad', version: '^1.3.0' }];
      // Whether they may be had is for the check to say, with its reason.
      expect((await call('create', { tool: { ...TOOL, dependencies } })).structured).not.toHaveProperty(
        'error.mistakes',
      );
    }
  });
});

describe('dynamic.tool.create', () => {
  it('tells every mistake of a definition at once', async () => {
    const { errorOf } = await start();
    expect(
      await errorOf('create', { tool: { name: 'run_js', description: ' ', code: 'x', tags: ['a b'] } }),
    ).toMatchObject({
      code: 'ARGUMENTS_INVALID',
      message: 'The tool is not as a tool has to be; nothing was stored.',
      mistakes: [
        expect.stringMatching(/^name: expected a name that is free/),
        expect.stringMatching(/^description: expected/),
        expect.stringMatching(/^tags\[0\]: expected/),
      ],
    });
  });

  it.each([
    ['neither', {}],
    ['both', { tool: TOOL, fromCodeMode: 'x' }],
    ['name or description beside tool', { tool: TOOL, name: 'x' }],
  ])('takes one of tool and fromCodeMode, and not %s', async (got, args) => {
    const { errorOf } = await start();
    expect(await errorOf('create', args)).toMatchObject({ message: expect.stringContaining(`got ${got}.`) });
  });

  it('says where a definition goes that was given in the place of the arguments', async () => {
    const { errorOf } = await start();
    expect(await errorOf('create', TOOL)).toMatchObject({ mistakes: [expect.stringContaining('under tool')] });
  });

  it('keeps a code-mode tool with all that it was made with, under its own name or another', async () => {
    const { call, client, tools, errorOf } = await start();
    const made = {
      name: 'sum',
      servers: ['files'],
      code: 'return args.n',
      inputSchema: N,
      timeoutMs: 900,
      engine: 'node',
    };
    await client.call('code-mode', made);
    expect(await errorOf('create', { fromCodeMode: 'sum' })).toMatchObject({
      mistakes: ['description: expected a string, got nothing.'],
    });
    await call('create', { fromCodeMode: 'code-mode-sum', name: 'total', description: 'Sums.' });
    const { name: _, ...rest } = made;
    expect(await tools.get('total')).toMatchObject({ definition: { ...rest, name: 'total', description: 'Sums.' } });
    await client.call('code-mode', { name: 'script', servers: [] });
    expect(await errorOf('create', { fromCodeMode: 'script' })).toMatchObject({
      message: expect.stringContaining('no program of its own'),
    });
    expect(await errorOf('create', { fromCodeMode: 'sun' })).toMatchObject({
      message: expect.stringContaining('Did you mean "code-mode-sum"?'),
    });
  });

  it('refuses names that mcp-exec gives to tools of servers', async () => {
    const { errorOf } = await start();
    expect(await errorOf('create', { tool: { ...TOOL, name: 'my.clock.late' } })).toMatchObject({
      mistakes: [expect.stringContaining('a tool of the server "my.clock"')],
    });
  });
});

describe('dynamic.tool.update', () => {
  it('changes what the patch names, takes away what is null, and keeps who and when', async () => {
    const { call, tools } = await start();
    await call('create', { tool: { ...TOOL, title: 'Old' } });
    const { structured } = await call('update', { name: 'count', patch: { title: null, description: 'New.' } });
    expect(structured).toMatchObject({ name: 'count', revision: 2, state: 'enabled', updatedBy: 'ann' });
    const stored = await tools.get('count');
    expect(stored).toMatchObject({ definition: { ...TOOL, description: 'New.' } });
    expect(stored).not.toHaveProperty('definition.title');
  });

  it('stores nothing where the new program has mistakes', async () => {
    const { call, tools } = await start();
    await call('create', { tool: TOOL });
    const answer = await call('update', { name: 'count', patch: { code: 'mistake' } });
    expect(answer.structured).toMatchObject({
      error: { message: 'The code of "count" has 1 mistake; nothing was stored.' },
      diagnostics: [{ line: 1, column: 1, code: 'TS2304' }],
    });
    expect(await tools.get('count')).toMatchObject({ revision: 1 });
  });

  it('says which tool was meant, and that names stay', async () => {
    const { call, errorOf } = await start();
    await call('create', { tool: TOOL });
    expect(await errorOf('update', { name: 'cuont', patch: { title: 'x' } })).toMatchObject({
      code: 'TOOL_UNKNOWN',
      message: expect.stringContaining('Did you mean "count"?'),
    });
    expect(await errorOf('update', { name: 'count', patch: { name: 'x' } })).toMatchObject({
      mistakes: [expect.stringContaining('under an unknown name')],
    });
    expect(await errorOf('update', { name: 'count', patch: {} })).toMatchObject({
      code: 'ARGUMENTS_INVALID',
      mistakes: [expect.stringContaining('an object of at least one member')],
    });
  });
});

describe('dynamic.tool.enable', () => {
  it('makes no revision where nothing changes, and checks only what comes back', async () => {
    const { call, tools, parts } = await start();
    await tools.create({ ...TOOL, code: 'mistake' }, { by: 'an import' });
    expect((await call('enable', { name: 'count', enabled: true })).structured).toMatchObject({ revision: 1 });
    expect((await call('enable', { name: 'count', enabled: false })).structured).toMatchObject({
      ...{ revision: 2, state: 'disabled' },
    });
    const back = await call('enable', { name: 'count', enabled: true });
    expect(back.structured).toHaveProperty('diagnostics');
    expect(await tools.get('count')).toMatchObject({ revision: 2 });
    expect(parts.executed).toEqual([]);
  });
});

describe('dynamic.tool.rollback', () => {
  it('checks what it brings back, and brings back what was deleted', async () => {
    const { call, tools, errorOf } = await start();
    await tools.create({ ...TOOL, code: 'mistake' }, { by: 'an import' });
    await call('update', { name: 'count', patch: { code: 'return 2' } });
    expect(await errorOf('rollback', { name: 'count', revision: 1 })).toHaveProperty('mistakes');
    await call('delete', { name: 'count' });
    expect(await errorOf('rollback', { name: 'count', revision: 3 })).toMatchObject({
      message: expect.stringContaining('was deleted'),
    });
    expect(await errorOf('rollback', { name: 'count', revision: 9 })).toMatchObject({ code: 'TOOL_UNKNOWN' });
    const gone = {
      code: 'TOOL_UNKNOWN',
      message: expect.stringMatching(/"count" was deleted in revision 3; a rollback/),
    };
    expect(await errorOf('update', { name: 'count', patch: { title: 'x' } })).toMatchObject(gone);
    expect(await errorOf('delete', { name: 'count' })).toMatchObject(gone);
    expect(await errorOf('get', { name: 'count' })).toMatchObject(gone);
    expect(await errorOf('rollback', { name: 'count', revision: 2, expectedRevision: 2 })).toMatchObject({
      code: 'REGISTRY_CONFLICT',
      details: { currentRevision: 3 },
    });
    expect((await call('rollback', { name: 'count', revision: 2 })).structured).toMatchObject({ revision: 4 });
  });
});

describe('dynamic.tool.list and dynamic.tool.get', () => {
  it('find, page and show code when asked', async () => {
    const { call, tools } = await start();
    for (let at = 0; at < 60; at += 1) await tools.create({ ...TOOL, name: `t${at + 10}` }, { by: 'x' });
    const first = (await call('list')).structured as { tools: { definition: object }[]; nextCursor: string };
    expect(first.tools).toHaveLength(50);
    expect(first.tools[0]?.definition).not.toHaveProperty('code');
    const second = (await call('list', { cursor: first.nextCursor, includeCode: true })).structured;
    expect(second).toMatchObject({ tools: { length: 10 } });
    expect(second.tools).toMatchObject([{ definition: { code: TOOL.code } }, {}, {}, {}, {}, {}, {}, {}, {}, {}]);
    expect((await call('list', { query: 'T12 numbers' })).structured.tools).toMatchObject([{ name: 't12' }]);
    expect((await call('list', { cursor: 'x' })).structured.error).toMatchObject({ code: 'ARGUMENTS_INVALID' });
    expect((await call('get', { name: 't12', revision: 1 })).text).toContain(TOOL.code);
  });

  it('say which servers are missing by now', async () => {
    const { call, tools } = await start();
    await tools.create({ ...TOOL, servers: ['fils'] }, { by: 'x' });
    expect((await call('get', { name: 'count' })).structured).toMatchObject({
      state: 'enabled',
      problems: ['There is no server "fils". Did you mean "files"?'],
    });
  });
});

describe('dynamic.tool.test', () => {
  it('runs what is not stored, and what is switched off, and stores nothing', async () => {
    const { call, tools, errorOf } = await start();
    expect((await call('test', { tool: TOOL, args: { n: 4 } })).structured.result).toBe(5);
    expect(await tools.list()).toEqual({ tools: [] });
    await call('create', { tool: { ...TOOL, enabled: false, inputSchema: N } });
    expect((await call('test', { name: 'count', args: { n: 4 } })).structured.result).toBe(5);
    expect(await errorOf('test', { name: 'count' })).toMatchObject({
      mistakes: ['n: expected a number, got nothing.'],
    });
    expect(await errorOf('test', { name: 'count', args: [] })).toMatchObject({
      mistakes: ['args: expected an object, got an array of 0 items.'],
    });
    expect(await errorOf('test', {})).toMatchObject({ message: expect.stringContaining('got neither') });
    expect(await errorOf('test', { tool: TOOL, name: 'count' })).toMatchObject({
      message: expect.stringContaining('got both'),
    });
  });
});

describe('the tools that manage others', () => {
  it('say by their hints which of them change something', async () => {
    const { client } = await start();
    const hints = (await client.list())
      .filter(({ name }) => name.startsWith('dynamic.tool.'))
      .map(({ name, annotations }) => [name.slice(13), (annotations as { readOnlyHint: boolean }).readOnlyHint]);
    expect(Object.fromEntries(hints)).toEqual({
      ...{ create: false, update: false, delete: false, enable: false, rollback: false, test: false },
      ...{ list: true, get: true, history: true },
    });
  });
});
