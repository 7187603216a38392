import { describe, expect, it } from 'vitest';
import { startHttp } from '../serving.ts';

async function ask(args: object) {
  return (await (await startHttp()).connect('2026')).call('mcp-types', args);
}

describe('mcp-types', () => {
  it('declares all servers that can be reached, and says which cannot and why', async () => {
    const answer = await ask({});
    expect(answer).toMatchObject({
      isError: false,
      structured: {
        declarations: 'declare const mcp: { files; my.clock } // full all',
        servers: [
          { name: 'files', tools: 4 },
          { name: 'my.clock', tools: 2 },
        ],
        unavailable: [{ server: 'broken', reason: 'The server "broken" exited with code 3.' }],
      },
    });
    expect(answer.text).toContain('unavailable: broken: The server "broken" exited with code 3.');
    expect(answer.text).toContain('declare const mcp');
  });

  it('says what was dropped and why, with escapes spelled out', async () => {
    const answer = await ask({ servers: ['files'] });
    const dropped = { server: 'files', name: 'bad\\u001b[31mtool', reason: 'Its inputSchema is no object.' };
    expect(answer.structured.dropped).toEqual([dropped]);
    expect(answer.text).toContain('dropped: files.bad\\u001b[31mtool: Its inputSchema is no object.');
  });

  it('passes on which tools, and how much of them', async () => {
    const { structured } = await ask({ servers: ['files'], tools: ['read', 'files.big'], detail: 'names' });
    expect(structured.declarations).toBe('declare const mcp: { files } // names read,files.big');
  });

  it('says that no servers were asked for where the list is empty', async () => {
    const { isError, text } = await ask({ servers: [] });
    expect({ isError, text }).toEqual({
      isError: false,
      text: 'No servers were asked for. The servers are: broken, files, my.clock.',
    });
  });

  it.each([
    [{ servers: ['clock'] }, 'There is no server "clock".'],
    [{ tools: ['raed'] }, 'There is no tool "raed" in files, my.clock. Did you mean "read"?'],
    [{ servers: ['my.clock'], tools: ['read'] }, 'There is no tool "read" in my.clock; files has it.'],
    [{ servers: ['files'], tools: ['my.clock.now'] }, 'There is no tool "my.clock.now" in files; my.clock has it.'],
    [{ servers: ['my.clock'], tools: ['xyzzy'] }, /There is no tool "xyzzy" in my\.clock\.$/],
    [{ servers: [], tools: ['read'] }, 'There is no tool "read" where no servers are asked for; files has it.'],
    [
      { detail: 'ful' },
      'detail: expected one of "names", "summary", "full", got the string "ful". Did you mean "full"?',
    ],
  ])('refuses %j with what would be right', async (args, said) => {
    const answer = await ask(args);
    expect(answer.isError).toBe(true);
    expect(answer.text).toEqual(typeof said === 'string' ? expect.stringContaining(said) : expect.stringMatching(said));
  });
});

describe('system.health', () => {
  it('says how the engine and the upstreams are, without connecting any', async () => {
    const { connect, parts } = await startHttp();
    const answer = await (await connect('2026')).call('system.health');
    expect(answer.structured).toMatchObject({
      ok: true,
      version: '0.0.1-test',
      upstreams: [{ name: 'broken' }, { name: 'files', state: 'idle' }],
    });
    expect(answer.text).toContain('engine: ok, isolated-vm works');
    expect(parts.called).toEqual([]);
  });
});
