import { describe, expect, it } from 'vitest';
import { Fault } from '../../../../../src/base/fault.ts';
import type { CatalogServer } from '../../../../../src/base/tool.ts';
import { showTools } from '../../../../../src/cli/commands/show/show-tools.ts';
import { parseDetail, showTypes } from '../../../../../src/cli/commands/show/show-types.ts';
import { createCodeloom, createRememberingTerminal, NEVER, serverOf, upstreamsOf } from '../../command-bench.ts';

const TOOL = { server: 'alive', name: 'read', identifier: 'read', inputSchema: { type: 'object' } };

/** Upstreams by name: a server that answers, or the fault that asking for it gives. */
function serversOf(upstreams: Readonly<Record<string, CatalogServer | Fault>>) {
  return upstreamsOf({
    names: () => Object.keys(upstreams).map((name) => ({ name })),
    catalog: async ([name = '']: readonly string[]) => {
      const found = upstreams[name] ?? new Error(`asked for ${name}`);
      if (found instanceof Error) throw found;
      return { servers: [found], hash: '' };
    },
  });
}

const ALIVE = serverOf('alive', {
  description: 'Reads\nthings',
  tools: [{ ...TOOL, description: `Reads \u{1b}[31m ${'long '.repeat(100)}` }],
  dropped: [{ name: 'then', reason: 'Its name is reserved.' }],
});
const DEAD = new Fault('UPSTREAM_UNAVAILABLE', 'It ended at once. Its last words: no such module.');

describe('codeloom tools', () => {
  it('lists tools, dropped tools and dead upstreams, and ends with 1 because of the dead', async () => {
    const terminal = createRememberingTerminal();
    const codeloom = createCodeloom({ upstreams: serversOf({ alive: ALIVE, dead: DEAD }) });
    expect(await showTools(codeloom, undefined, terminal, NEVER)).toBe(1);
    expect(terminal.out).toEqual([
      'alive (1 tool): Reads things',
      expect.stringMatching(/^ {2}read {2}Reads \\u001b\[31m long .{1,80}…$/),
      '  then was dropped: Its name is reserved.',
      'dead: not connected. It ended at once. Its last words: no such module.',
    ]);
  });

  it('asks only the upstream that was named', async () => {
    const terminal = createRememberingTerminal();
    const codeloom = createCodeloom({ upstreams: serversOf({ alive: ALIVE, dead: DEAD }) });
    expect(await showTools(codeloom, 'alive', terminal, NEVER)).toBe(0);
    expect(terminal.out).toHaveLength(3);
  });

  it('refuses an unknown server, with the nearest and with all that there are', async () => {
    const codeloom = createCodeloom({ upstreams: serversOf({ alive: ALIVE }) });
    await expect(showTools(codeloom, 'alvie', createRememberingTerminal(), NEVER)).rejects.toMatchObject({
      code: 'UPSTREAM_UNKNOWN',
      message: 'There is no server "alvie". Did you mean "alive"? The servers are: alive.',
    });
  });

  it('says so where none are configured', async () => {
    const terminal = createRememberingTerminal();
    expect(await showTools(createCodeloom(), undefined, terminal, NEVER)).toBe(0);
    expect(terminal).toMatchObject({
      out: [],
      err: ['No servers are configured; the operator adds them under "mcpServers" in the config file.'],
    });
  });
});

describe('codeloom types', () => {
  const codeloom = createCodeloom({
    upstreams: serversOf({ a: serverOf('a'), b: serverOf('b') }),
    declarations: async ({ servers, detail }) => `// ${detail} of ${servers?.join()}\n`,
  });

  it('prints the declarations of all upstreams, or of those that were named', async () => {
    const terminal = createRememberingTerminal();
    await showTypes(codeloom, { servers: [], detail: 'full' }, terminal, NEVER);
    await showTypes(codeloom, { servers: ['b'], detail: 'names' }, terminal, NEVER);
    expect(terminal.out).toEqual(['// full of a,b', '// names of b']);
  });

  it('leaves a dead upstream out, tells why on stderr, and ends with 1', async () => {
    const terminal = createRememberingTerminal();
    const { declarations } = codeloom;
    const withDead = createCodeloom({ upstreams: serversOf({ a: serverOf('a'), dead: DEAD }), declarations });
    expect(await showTypes(withDead, { servers: [], detail: 'full' }, terminal, NEVER)).toBe(1);
    expect(terminal.out).toEqual(['// full of a']);
    expect(terminal.err).toEqual(['dead is left out: It ended at once. Its last words: no such module.']);
  });

  it('refuses an unknown server, with the nearest', async () => {
    const shown = showTypes(codeloom, { servers: ['a', 'bb'], detail: 'full' }, createRememberingTerminal(), NEVER);
    await expect(shown).rejects.toMatchObject({
      code: 'UPSTREAM_UNKNOWN',
      message: expect.stringMatching(/^There is no server "bb"\..* The servers are: a, b\.$/),
    });
  });

  it('takes a detail that exists', () => {
    expect(parseDetail('summary')).toBe('summary');
    expect(() => parseDetail('sumary')).toThrow(/Did you mean "summary"\?$/);
  });
});
