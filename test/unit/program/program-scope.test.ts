import { describe, expect, it } from 'vitest';
import { resolveLimits } from '../../../src/base/limits.ts';
import type { Diagnostic } from '../../../src/compile/diagnostics.ts';
import { readProgram } from '../../../src/compile/program-form.ts';
import { createReadScope } from '../../../src/program/program-scope.ts';
import { alice, bob, grant, policyOf, rule, toolOf } from '../guard/policy/rules.ts';

const UPSTREAMS = {
  names: () => ['everything', 'memory', 'my-notes'].map((name) => ({ name, isConnected: false })),
  catalog: async (servers: readonly string[]) => ({
    servers: servers.map((name) => ({ name, identifier: name.replace('-', '_'), tools: [], dropped: [] })),
    hash: servers.join(),
  }),
};

/** The hint that a program gets where the compiler said that there is no server of the name. */
async function hintFor(code: string, name: string, servers?: readonly string[]): Promise<string | undefined> {
  const program = readProgram(code, resolveLimits());
  if (!('text' in program)) throw new Error('no program');
  const request = servers === undefined ? {} : { servers };
  const scope = await createReadScope(UPSTREAMS)(program, request, new AbortController().signal);
  const message = `There is no server "${name}" in scope.`;
  const said: Diagnostic = { line: 1, column: 1, code: 'TS2339', message, hint: 'mcp has nothing.' };
  return scope.explain([said])[0]?.hint;
}

describe('a server that is not in scope', () => {
  it('is told with the nearest of those that are configured', async () => {
    expect(await hintFor('return mcp.everythng.echo()', 'everythng')).toBe(
      'Did you mean "everything"? The servers are mcp.everything, mcp.memory, mcp["my-notes"].',
    );
  });

  it('is told with all that are configured where none is near', async () => {
    expect(await hintFor('return mcp.xyzzy.echo()', 'xyzzy')).toBe(
      'The servers are mcp.everything, mcp.memory, mcp["my-notes"].',
    );
  });

  it('is told to be configured where only the request left it out', async () => {
    expect(await hintFor('return mcp.everything.echo()', 'everything', ['memory'])).toBe(
      'The server "everything" is configured, and the request leaves it out: add it to servers. mcp has nothing.',
    );
    expect(await hintFor('return mcp.my_notes.echo()', 'my_notes', [])).toMatch(/^The server "my-notes" is configured/);
  });

  it('leaves other diagnostics alone', async () => {
    expect(await hintFor('return mcp.memory.echo()', 'memory')).toBe('mcp has nothing.');
    expect(await hintFor('return mcp.everythng.echo()', 'everythngs')).toBe('mcp has nothing.');
  });
});

describe('the scope of a caller whom a policy is for', () => {
  const { policy } = policyOf([
    rule({ subjects: ['alice'], servers: [grant('memory', ['read_*']), grant('my-notes', ['*'], ['wipe'])] }),
  ]);
  const reached: string[] = [];
  const upstreams = {
    names: UPSTREAMS.names,
    catalog: async (servers: readonly string[]) => {
      reached.push(...servers);
      const tools = (server: string) => ['read_graph', 'wipe'].map((name) => toolOf(server, name));
      const { servers: bare, hash } = await UPSTREAMS.catalog(servers);
      return { servers: bare.map((server) => ({ ...server, tools: tools(server.name) })), hash };
    },
  };
  const scopeOf = async (code: string, caller = alice, servers?: readonly string[]) => {
    const program = readProgram(code, resolveLimits());
    if (!('text' in program)) throw new Error('no program');
    reached.length = 0;
    const request = servers === undefined ? { caller } : { caller, servers };
    return createReadScope(upstreams, ['gone'], policy)(program, request, new AbortController().signal);
  };
  const toolsIn = ({ catalog }: Awaited<ReturnType<typeof scopeOf>>) =>
    catalog.servers.flatMap(({ name, tools }) => tools.map((tool) => `${name}.${tool.name}`));

  it('connects to no server that the caller may not use, whether it is named or may be any', async () => {
    await scopeOf('return mcp[args.name];', bob);
    expect(reached).toEqual([]);
    expect(toolsIn(await scopeOf('return [mcp.everything, mcp.memory];'))).toEqual(['memory.read_graph']);
    expect(reached).toEqual(['memory']);
    expect(toolsIn(await scopeOf('return mcp[args.name];'))).toEqual(['memory.read_graph', 'my-notes.read_graph']);
  });

  it('has only tools that the caller may use, whatever servers were asked for', async () => {
    expect(toolsIn(await scopeOf('return 1;', alice, ['everything', 'memory']))).toEqual(['memory.read_graph']);
    expect(toolsIn(await scopeOf('return 1;', bob, ['memory']))).toEqual([]);
  });

  it.each([
    [
      'There is no server "everything" in scope.',
      /does not let "alice" use the server "everything"\. It allows memory, my-notes\./,
    ],
    [
      'There is no tool "wipe" in mcp.memory.',
      /use the tool "wipe" of the server "memory"\. It allows read_\*\. Known\.$/,
    ],
    ['There is no tool "wipe" in mcp.my_notes.', /of the server "my-notes"\. A rule blocks it\. Known\.$/],
    ['There is no tool "wipe" in mcp["my-notes"].', /of the server "my-notes"\. A rule blocks it\. Known\.$/],
    ['There is no tool "wipe" in mcp[\'my-notes\'].', /of the server "my-notes"\. A rule blocks it\. Known\.$/],
    ['There is no tool "read_grpah" in mcp.memory.', /^Known\.$/],
  ])('has %s explained', async (message, hint) => {
    const scope = await scopeOf('return 1;');
    const [explained] = scope.explain([{ line: 1, column: 1, code: 'TS2339', message, hint: 'Known.' }]);
    expect(explained?.hint).toMatch(hint);
  });
});
