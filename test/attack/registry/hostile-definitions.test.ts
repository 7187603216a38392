import { describe, expect, it, onTestFinished } from 'vitest';
import { RESERVED_NAMES } from '../../../src/server/dynamic/reserved-names.ts';
import { sqliteBench } from '../../fault/registry/sqlite-bench.ts';
import { ERAS } from '../../unit/server/clients.ts';
import { startHttp } from '../../unit/server/serving.ts';

const TOOL = { name: 'tool', description: 'Does it.', code: 'return args' };
const IMPORT = { by: 'an import' };

async function start() {
  const bench = await sqliteBench();
  const tools = bench.open({ reserved: RESERVED_NAMES });
  const server = await startHttp({ registry: tools });
  onTestFinished(() => bench.close());
  return { tools, connect: server.connect };
}

describe.each(ERAS)('a definition that would cost clients of %s the whole list', (era) => {
  it('is refused, or spelled so that they take it', async () => {
    const { connect, tools } = await start();
    const client = await connect(era);
    const odd = [{ type: 'object', properties: [] }, { type: ['object'] }, { properties: {} }];
    for (const inputSchema of odd)
      expect((await client.call('dynamic.tool.create', { tool: { ...TOOL, inputSchema } })).isError).toBe(true);
    // What a careless import brought is no tool.
    await tools.create({ ...TOOL, name: 'imported', inputSchema: { type: 'array' } }, IMPORT);
    const inputSchema = { type: 'object', properties: { any: true, none: false } };
    expect((await client.call('dynamic.tool.create', { tool: { ...TOOL, inputSchema } })).isError).toBe(false);
    const listed = await client.list();
    expect(listed.find(({ name }) => name === 'tool')?.inputSchema).toMatchObject({
      properties: { any: {}, none: { not: {} } },
    });
    expect(listed.some(({ name }) => name === 'imported')).toBe(false);
    expect((await client.call('tool', { any: 1 })).structured.result).toEqual({ any: 1 });
    expect((await client.call('tool', { none: 1 })).isError).toBe(true);
  });
});

describe('a schema', () => {
  it('whose pattern takes for ever is ended at its time, and everybody else is served', async () => {
    const { connect } = await start();
    const [client, other] = [await connect('2026'), await connect('v1')];
    const inputSchema = { type: 'object', properties: { text: { type: 'string', pattern: '^(a+)+$' } } };
    await client.call('dynamic.tool.create', { tool: { ...TOOL, inputSchema } });
    const slow = client.call('tool', { text: `${'a'.repeat(40)}!` });
    expect((await other.call('run_js', { code: 'return 1' })).isError).toBe(false);
    expect((await slow).structured.error).toMatchObject({
      mistakes: [expect.stringContaining('could not be checked against the schema within')],
    });
    expect((await client.call('tool', { text: 'aaa' })).isError).toBe(false);
  });

  it('that cannot be compiled is told at each call of a tool that was imported with it', async () => {
    const { connect, tools } = await start();
    await tools.create({ ...TOOL, inputSchema: { type: 'object', $ref: '#/nowhere' } }, IMPORT);
    const client = await connect('2026');
    while (!(await client.list()).some(({ name }) => name === 'tool')) await client.nextChange();
    for (let at = 0; at < 2; at += 1)
      expect((await client.call('tool')).structured.error).toMatchObject({
        mistakes: ['The tool cannot be called until it is mended.', expect.stringContaining("can't resolve reference")],
      });
  });
});

describe('names of members', () => {
  it('that every object has are members like any other', async () => {
    const { connect, tools } = await start();
    const client = await connect('2026');
    const inputSchema = JSON.parse(
      '{"type":"object","properties":{"__proto__":{"type":"number"}},"required":["toString"]}',
    );
    expect((await client.call('dynamic.tool.create', { tool: { ...TOOL, inputSchema } })).isError).toBe(false);
    expect((await client.call('tool', {})).structured.error).toMatchObject({
      mistakes: ['toString: expected a value, got nothing.'],
    });
    const patch = JSON.parse('{"__proto__": {"enabled": false}, "title": "x"}');
    expect((await client.call('dynamic.tool.update', { name: 'tool', patch })).isError).toBe(true);
    expect((await client.call('dynamic.tool.get', { name: 'constructor' })).structured.error).toMatchObject({
      code: 'TOOL_UNKNOWN',
    });
    expect(await tools.get('tool')).toMatchObject({ revision: 1 });
  });
});
