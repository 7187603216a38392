import { describe, expect, it } from 'vitest';
import { ERAS } from '../clients.ts';
import { startHttp } from '../serving.ts';

describe.each(ERAS)('mcp-exec for a client of %s', (era) => {
  it('calls a code-mode tool that the client has not listed', async () => {
    const client = await (await startHttp()).connect(era);
    await client.list();
    await client.call('code-mode', { name: 'echo', servers: [], code: 'return args' });
    const answer = await client.call('mcp-exec', { name: 'code-mode-echo', arguments: { a: 1 } });
    expect(answer).toMatchObject({ isError: false, structured: { kind: 'completed', result: { a: 1 } } });
  });

  it('calls an upstream tool by one name or by two', async () => {
    const { connect, parts } = await startHttp();
    const client = await connect(era);
    await client.list();
    for (const target of [{ name: 'files.read' }, { name: 'mcp.files.read' }, { server: 'files', tool: 'read' }]) {
      const answer = await client.call('mcp-exec', { ...target, arguments: { path: '/a' } });
      expect(answer).toMatchObject({
        isError: false,
        structured: { server: 'files', tool: 'read', result: { path: '/a' } },
      });
      expect(answer.text).toContain('"text":"hello"');
    }
    expect(parts.called).toEqual(['files.read', 'files.read', 'files.read']);
  });

  it('says what an upstream answered where that failed', async () => {
    const client = await (await startHttp()).connect(era);
    await client.list();
    const answer = await client.call('mcp-exec', { name: 'files.fail' });
    expect(answer).toMatchObject({
      isError: true,
      structured: { error: { code: 'upstream-error', message: 'the disk is full' } },
    });
    expect(answer.text).toBe('upstream-error: the disk is full');
  });
});

describe('mcp-exec', () => {
  it('finds the tool of a server that has a dot in its name', async () => {
    const client = await (await startHttp()).connect('2026');
    expect(await client.call('mcp-exec', { name: 'my.clock.now' })).toMatchObject({ structured: { result: 12 } });
  });

  it('validates the arguments of a tool of the workspace, and runs nothing', async () => {
    const { connect, parts } = await startHttp();
    const answer = await (await connect('2026')).call('mcp-exec', { name: 'run_js', arguments: { code: 3 } });
    expect(answer.text).toContain('code: expected a string, got the number 3.');
    expect(parts.executed).toEqual([]);
  });

  it('shows the beginning of a large result in the text and all of it in the structure', async () => {
    const answer = await (await (await startHttp()).connect('2026')).call('mcp-exec', { name: 'files.big' });
    expect(answer.text.length).toBeLessThan(4_400);
    expect(answer.structured.result).toHaveLength(10_000);
  });

  it.each([
    [{ name: 'code-mode-ecko' }, 'Did you mean "code-mode-echo"?'],
    [{ name: 'files.raed' }, 'Did you mean "read"?'],
    [{ server: 'files', tool: '__proto__' }, 'has no tool "__proto__"'],
    [{ server: 'flies', tool: 'read' }, 'Did you mean "files"?'],
    [{ name: 'search' }, 'Tools of servers are named server.tool. The servers are: broken, files, my.clock.'],
    [{ name: 'read' }, 'There is no tool "read". Did you mean "files.read"?'],
    [{ name: 'tikc' }, 'There is no tool "tikc". Did you mean "my.clock.tick"?'],
    [{ name: 'echo' }, 'There is no tool "echo". Did you mean "code-mode-echo"?'],
    [{ name: 'files.read', args: {} }, 'under an unknown name. Did you mean "arguments"?'],
    [{ name: 'mcp-exec' }, 'got mcp-exec itself'],
    [{ name: 'broken.x' }, 'The server "broken" exited with code 3.'],
    [{ name: 'x', server: 'files' }, 'expected either name, or server and tool'],
    [{}, 'expected either name, or server and tool'],
    [{ name: 'files.read', arguments: [] }, 'arguments: expected an object, got an array of 0 items.'],
    [{ name: 'files.bad\u001b[31mtool' }, 'is not offered: Its inputSchema is no object.'],
  ])('refuses %j with what would be right', async (args, said) => {
    const { connect, parts } = await startHttp();
    const client = await connect('2026');
    await client.call('code-mode', { name: 'echo', servers: [], code: 'return args' });
    const answer = await client.call('mcp-exec', args);
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain(said);
    expect(parts.called).toEqual([]);
  });
});
