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

  it.each([
    [{ servers: ['clock'] }, 'There is no server "clock".'],
    [{ tools: ['raed'] }, 'There is no tool "raed". Did you mean "read"?'],
    [
      { detail: 'ful' },
      'detail: expected one of "names", "summary", "full", got the string "ful". Did you mean "full"?',
    ],
  ])('refuses %j with what would be right', async (args, said) => {
    const answer = await ask(args);
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain(said);
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
