import { describe, expect, it } from 'vitest';
import type { Era } from '../../unit/server/clients.ts';
import { codeOf, policyServers, USER } from './policy-servers.ts';

const POLICY = JSON.stringify({
  rules: [
    {
      subjects: [USER],
      servers: { everything: { allowTools: ['echo', 'get-*'], blockTools: ['get_env'] }, files: {} },
      engines: ['node'],
      packages: ['zod'],
      codeloomTools: ['run_js', 'mcp-*', 'code-mode*', 'system.health', 'dynamic.tool.*', 'plus'],
    },
    { subjects: ['somebody-else'], servers: { '*': {} } },
  ],
});

describe.each<Era>(['2026', '2025', 'v1'])(
  'a policy for the user, over stdio to a client of %s',
  { timeout: 120_000 },
  (era) => {
    const connect = () => policyServers(POLICY).overStdio(era);

    it('lets a program use what it allows, computed names included', async () => {
      const client = await connect();
      const code = 'return mcp.everything.get_sum({ a: args.a, b: 2 });';
      expect((await client.call('run_js', { code, args: { a: 1 } })).structured).toMatchObject({ kind: 'completed' });
      const names = "const all: any = mcp; return Object.keys(all['every' + 'thing']).length > 0;";
      expect((await client.call('run_js', { code: names })).structured).toMatchObject({ result: true });
    });

    it('denies a run that asks for a server which it does not allow, and says which it does', async () => {
      const answer = await (await connect()).call('run_js', { code: 'return 1;', servers: ['files', 'memory'] });
      expect([answer.isError, codeOf(answer)]).toEqual([true, 'DENIED']);
      expect(answer.text).toContain(`does not let "${USER}" use the server "memory". It allows everything, files.`);
    });

    it('has the type-check say why a server or a tool is not there', async () => {
      const client = await connect();
      const code = 'await mcp.memory.read_graph({});\nreturn mcp.everything.get_env({});';
      const { structured } = await client.call('run_js', { code });
      expect(structured).toMatchObject({
        kind: 'type-error',
        diagnostics: [
          {
            line: 1,
            message: 'There is no server "memory" in scope.',
            hint: expect.stringContaining('The policy of this'),
          },
          {
            line: 2,
            message: 'There is no tool "get_env" in mcp.everything.',
            hint: expect.stringContaining('A rule blocks it.'),
          },
        ],
      });
    });

    it('gives a program without the type-check no server and no tool beyond what is allowed', async () => {
      const client = await connect();
      const code = `
      const all: any = mcp;
      const names = (holder: any) => holder && [...Object.keys(holder), ...Object.getOwnPropertyNames(holder)];
      return { servers: names(all), memory: typeof all['mem' + 'ory'], env: typeof all.everything?.['get' + '_env'] };`;
      for (const servers of [undefined, ['everything']]) {
        const given = servers === undefined ? {} : { servers };
        const { structured } = await client.call('run_js', { code, typecheck: false, ...given });
        const { result } = structured as { result: { servers: string[]; memory: string; env: string } };
        expect([result.memory, result.env]).toEqual(['undefined', 'undefined']);
        expect(result.servers).not.toContain('memory');
      }
    });

    it('names to the client only servers and tools that it may use', async () => {
      const client = await connect();
      const tools = await client.list();
      const text = tools.map(({ description }) => description).join('\n');
      expect(tools.map(({ name }) => name)).not.toContain('sandbox.exec');
      expect(text).toMatch(/Servers: everything, files\./);
      expect(text).not.toMatch(/Servers:.*memory/);
      const types = (await client.call('mcp-types', {})).structured;
      expect(types.servers).toMatchObject([{ name: 'everything' }, { name: 'files' }]);
      expect(types.declarations).toMatch(/get_sum/);
      expect(types.declarations).not.toMatch(/get_env|toggle|read_graph/);
      expect((await client.call('system.health')).text).not.toContain('memory');
    });

    it('denies direct calls as those of programs', async () => {
      const client = await connect();
      const call = async (given: object) => codeOf(await client.call('mcp-exec', given));
      expect(await call({ name: 'everything.get_env' })).toBe('denied');
      expect(await call({ server: 'everything', tool: 'get-env' })).toBe('denied');
      expect(await call({ name: 'memory.read_graph' })).toBe('DENIED');
      expect(await call({ name: 'mcp.memory.read_graph' })).toBe('DENIED');
      expect(await call({ server: 'memory', tool: 'read_graph' })).toBe('DENIED');
      // No answer tells what there is from what there is not.
      expect(await call({ name: 'nowhere.nothing' })).toBe('DENIED');
      const sum = await client.call('mcp-exec', { name: 'everything.get-sum', arguments: { a: 1, b: 2 } });
      expect([sum.isError, sum.text]).toEqual([false, expect.stringContaining('3')]);
    });

    it('denies what is asked for of engines, images and packages', async () => {
      const client = await connect();
      const run = async (given: object) => (await client.call('run_js', { code: 'return 1;', ...given })).text;
      expect(await run({ engine: 'docker' })).toContain('use the docker engine. It allows node.');
      expect(await run({ image: 'node:24-slim' })).toContain('choose the image "node:24-slim". It allows none.');
      const dependencies = [{ name: 'left-pad', version: '1' }];
      expect(await run({ dependencies })).toContain('use the package "left-pad". It allows zod.');
    });

    it('checks whoever makes a tool', async () => {
      const client = await connect();
      const made = await client.call('code-mode', { name: 'graph', servers: ['memory'] });
      expect([made.isError, codeOf(made)]).toEqual([true, 'DENIED']);
      const kept = await client.call('code-mode', {
        name: 'env',
        servers: ['everything'],
        code: 'return mcp.everything.get_env({});',
      });
      expect([kept.isError, kept.text]).toEqual([true, expect.stringContaining('get_env')]);
      const tool = {
        name: 'graph',
        description: 'Reads.',
        code: 'return mcp.memory.read_graph({});',
        servers: ['memory'],
      };
      const created = await client.call('dynamic.tool.create', { tool });
      expect([created.isError, codeOf(created)]).toEqual([true, 'DENIED']);
      expect((await client.call('dynamic.tool.list')).structured.tools).toEqual([]);
    });
  },
);
