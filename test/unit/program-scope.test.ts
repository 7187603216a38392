import { describe, expect, it } from 'vitest';
import { resolveLimits } from '../../src/base/limits.ts';
import type { Diagnostic } from '../../src/compile/diagnostics.ts';
import { readProgram } from '../../src/compile/program-form.ts';
import { createReadScope } from '../../src/program-scope.ts';

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
