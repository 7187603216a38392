import { describe, expect, it, onTestFinished } from 'vitest';
import type { Settings } from '../../../../../src/base/config.ts';
import { defaultSettings } from '../../../../../src/config/assemble-settings.ts';
import { RESERVED_NAMES } from '../../../../../src/server/dynamic/reserved-names.ts';
import { sqliteBench } from '../../../../fault/registry/sqlite-bench.ts';
import { ERAS } from '../../clients.ts';
import { startHttp } from '../../serving.ts';

const SECRET = 'correct-horse-battery-staple';
const HEADER = 'X-Codeloom-Admin-Token';
const NETWORK = { host: '0.0.0.0', allowedHosts: ['0.0.0.0'], allowUnauthenticated: true };
const TOOL = { name: 'one', description: 'One.', code: 'return 1' };

async function start(adminToken: string | undefined, settings: Partial<Settings> = {}) {
  const bench = await sqliteBench();
  onTestFinished(() => bench.close());
  const access = { ...defaultSettings().access, ...(adminToken === undefined ? {} : { adminToken }) };
  return startHttp({
    registry: bench.open({ reserved: RESERVED_NAMES }),
    settings: { access, ...settings },
  });
}

const managing = (tools: readonly { readonly name: string }[]) => tools.some(({ name }) => name.startsWith('dynamic.'));

describe('without authentication', () => {
  it.each(ERAS)('on loopback everybody may manage, for a client of %s', async (era) => {
    const client = await (await start(undefined)).connect(era);
    expect(managing(await client.list())).toBe(true);
    expect((await client.call('dynamic.tool.create', { tool: TOOL })).isError).toBe(false);
  });

  it.each(ERAS)('who has the admin token may manage, and nobody else, for a client of %s', async (era) => {
    const server = await start(SECRET);
    const user = await server.connect(era);
    expect(managing(await user.list())).toBe(false);
    for (const name of ['dynamic.tool.create', 'dynamic_tool_create']) {
      expect((await user.call(name, { tool: TOOL })).structured.error).toMatchObject({
        code: 'SCOPE_MISSING',
        message: expect.stringContaining(HEADER),
        retryable: false,
      });
    }
    expect((await user.call('run_js', { code: 'return 3' })).structured.result).toBe(3);
    const operator = await server.connect(era, 'operator', { [HEADER]: SECRET });
    expect(managing(await operator.list())).toBe(true);
    expect((await operator.call('dynamic.tool.create', { tool: TOOL })).isError).toBe(false);
    expect((await user.call('one')).structured.result).toBe(1);
  });

  it('mcp-exec is no way around the admin token', async () => {
    const server = await start(SECRET);
    const user = await server.connect('2026');
    for (const name of ['dynamic.tool.create', 'dynamic_tool_create']) {
      const answer = await user.call('mcp-exec', { name, arguments: { tool: TOOL } });
      expect(answer.structured.error).toMatchObject({ code: 'SCOPE_MISSING' });
    }
    expect(server.parts.told).toContainEqual(
      expect.objectContaining({ kind: 'denial', what: 'tool dynamic.tool.create' }),
    );
  });

  it.each(['', 'x', SECRET.slice(1), `${SECRET}x`, SECRET.toUpperCase(), `${SECRET}, ${SECRET}`, 'é'.repeat(14)])(
    'the admin token is not %j, which is told and repeated nowhere',
    async (wrong) => {
      const { fetch: ask, parts } = await start(SECRET);
      const answer = await ask({ method: 'POST', headers: { [HEADER]: wrong } });
      const text = await answer.text();
      expect([answer.status, text]).toEqual([403, expect.stringContaining(HEADER)]);
      expect(parts.told).toEqual([expect.objectContaining({ kind: 'denial', what: 'management' })]);
      const told = `${text} ${parts.logLines.join()} ${JSON.stringify(parts.told)}`;
      expect(told).not.toContain(SECRET);
      if (wrong.length > 1) expect(told).not.toContain(wrong);
    },
  );

  it('a whole network may run programs where that is allowed, and manage nothing', async () => {
    const { connect, fetch: ask } = await start(undefined, NETWORK);
    const client = await connect('2025', 'test-client', { [HEADER]: SECRET });
    expect(managing(await client.list())).toBe(false);
    expect((await client.call('dynamic.tool.create', { tool: TOOL })).structured.error).toMatchObject({
      code: 'SCOPE_MISSING',
      message: expect.stringContaining('admin token'),
    });
    expect((await client.call('run_js', { code: 'return 3' })).structured.result).toBe(3);
    expect((await ask({}, '/.well-known/oauth-protected-resource')).status).toBe(404);
  });

  it('a whole network with an admin token has its operator', async () => {
    const { connect } = await start(SECRET, NETWORK);
    const operator = await connect('2026', 'operator', { [HEADER]: SECRET });
    expect((await operator.call('dynamic.tool.create', { tool: TOOL })).isError).toBe(false);
  });
});
