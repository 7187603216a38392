/** K 172: tools that would call themselves or each other, and tools that are called like an upstream's. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveServer, startServer } from '../server/live-server.ts';
import { type BareSession, HONEST, honestRun, openSession } from '../server/raw-client.ts';

let server: LiveServer;
let session: BareSession;
beforeAll(async () => {
  // An upstream whose name is that of a code-mode tool.
  server = await startServer({ upstreams: { slow: ['slow'], 'code-mode-work': ['slow'] } });
  session = await openSession(server);
});
afterAll(async () => {
  expect(await honestRun(server)).toEqual(HONEST);
  expect(await server.end()).toEqual([]);
});

const make = (name: string, code: string) =>
  session.call('code-mode', { name, servers: ['slow'], description: 'Calls on.', code, replace: true });

describe('a tool of a workspace', () => {
  it.each([
    'mcp["code-mode-self"]({})',
    'mcp["code-mode"].self({})',
    'mcp["mcp-exec"]({ name: "code-mode-self" })',
    'mcp.slow["code-mode-self"]({})',
    'mcp.codeloom.run_js({ code: "return 1" })',
    'run_js({ code: "return 1" })',
  ])('172: cannot call itself, nor any tool of Codeloom’s, as %s', async (call) => {
    const made = await make('self', `return await (${call})`);
    // Found wrong when it is made; where it were not, it would be when it runs.
    const outcome = (made.kind ?? made.error) ? made : await session.call('mcp-exec', { name: 'code-mode-self' });
    expect(outcome).not.toMatchObject({ kind: 'completed' });
    expect(outcome.kind ?? outcome.error).toBeDefined();
    // Nor with the check off, where only what is there decides.
    const unchecked = await session.call('run_js', {
      code: `return await (${call})`,
      servers: ['slow'],
      typecheck: false,
    });
    expect(unchecked).toMatchObject({ kind: 'program-threw', toolCalls: [] });
  });

  it('172: called like an upstream takes nothing of it, and the upstream nothing of the tool', async () => {
    await make('work', 'return "of the workspace"');
    expect(await session.call('mcp-exec', { name: 'code-mode-work' })).toMatchObject({ result: 'of the workspace' });
    const code = 'await mcp["code-mode-work"].release({}); return "of the upstream"';
    expect(await session.call('run_js', { code })).toMatchObject({
      result: 'of the upstream',
      toolCalls: [{ server: 'code-mode-work', tool: 'release' }],
    });
  });
});
