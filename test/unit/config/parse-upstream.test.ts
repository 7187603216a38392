import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfigFile } from '../../../src/config/config-file.ts';

const ENV = { TOKEN: 'secret', NL: 'a\nb', NUL: '\0', HOST: 'example.com' };

function parse(config: unknown) {
  const mistakes: string[] = [];
  const notes: string[] = [];
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  const { upstreams } = parseConfigFile(text, 'mcp.json', ENV, mistakes, notes);
  return { upstreams, notes, mistakes: mistakes.map((mistake) => mistake.replace(/^mcp\.json:\d+:\d+: /, '')) };
}

function parseServer(server: unknown, name = 'x') {
  return parse(JSON.stringify({ mcpServers: { NAME: server } }).replace('"NAME"', JSON.stringify(name)));
}

function reference(name: string): string {
  return `\u{24}{${name}}`;
}

describe('a server of a config file', () => {
  it('is started from command, args, env and cwd', () => {
    const server = { command: 'npx', args: ['-y', 'x'], env: { A: reference('TOKEN') }, cwd: '/srv' };
    expect(parseServer(server).upstreams).toEqual([
      { name: 'x', transport: { kind: 'stdio', ...server, env: { A: 'secret' } } },
    ]);
  });

  it.each([
    [undefined, 'http'],
    ['http', 'http'],
    ['streamable-http', 'http'],
    ['sse', 'sse'],
  ])('of type %s with a url is reached over %s', (type, kind) => {
    const url = `https://${reference('HOST')}/mcp`;
    const { upstreams } = parseServer({ type, url, headers: { Authorization: `Bearer ${reference('TOKEN')}` } });
    const headers = { Authorization: 'Bearer secret' };
    expect(upstreams).toEqual([{ name: 'x', transport: { kind, url: 'https://example.com/mcp', headers } }]);
  });

  it('keeps what Codeloom adds to the format', () => {
    const added = {
      allowTools: ['a'],
      blockTools: ['b'],
      timeoutMs: 5000,
      description: `costs $5 ${reference('NOPE')}`,
    };
    expect(parseServer({ command: 'x', ...added }).upstreams).toEqual([expect.objectContaining(added)]);
  });

  it('may come from the key that VS Code uses, or from both', () => {
    const { upstreams } = parse({ servers: { a: { command: 'x' } }, mcpServers: { b: { command: 'y' } }, inputs: [] });
    expect(upstreams.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('is left out while disabled, whatever else it says', () => {
    const unfinished = { disabled: true, command: reference('NOPE'), commnd: 1 };
    expect(parseServer(unfinished)).toEqual({ upstreams: [], notes: [], mistakes: [] });
  });

  it('notes what other clients keep there and ignores it', () => {
    const foreign = { autoApprove: [], alwaysAllow: [], gallery: true, dev: {}, envFile: '.env', headers: {} };
    const { upstreams, notes, mistakes } = parseServer({ command: 'x', ...foreign });
    expect(upstreams).toHaveLength(1);
    expect(mistakes).toEqual([]);
    expect(notes).toHaveLength(6);
    expect(notes.at(-1)).toMatch(/mcpServers\.x\.headers is ignored, because this server has a "command"\.$/);
  });

  it('takes a relative command from its cwd, and a bare name from PATH', () => {
    const commandOf = (server: unknown) => parseServer(server).upstreams.map(({ transport }) => transport);
    expect(commandOf({ command: './run.sh', cwd: '/srv' })).toEqual([
      expect.objectContaining({ command: resolve('/srv', 'run.sh') }),
    ]);
    expect(commandOf({ command: './run.sh' })).toEqual([expect.objectContaining({ command: './run.sh' })]);
    expect(commandOf({ command: 'a; rm -rf /', cwd: '.' })).toHaveLength(1);
  });

  it('may be called like a property of every object, and so may its variables', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'my server', '名前']) {
      const text = `{ "mcpServers": { ${JSON.stringify(name)}: { "command": "x", "env": { "__proto__": "y" } } } }`;
      const [upstream] = parse(text).upstreams;
      expect(upstream?.name).toBe(name);
      expect(upstream?.transport.kind === 'stdio' && Object.entries(upstream.transport.env)).toEqual([
        ['__proto__', 'y'],
      ]);
    }
  });
});

describe('a mistake in a server', () => {
  it.each<[string, unknown, readonly string[]]>([
    ['no object', 5, ['mcpServers.x must be an object, not a number.']],
    ['nothing to reach', {}, ['mcpServers.x must have a "command" to start or a "url" to connect to.']],
    [
      'two ways to reach it',
      { command: 'x', url: 'http://x/' },
      ['mcpServers.x.url stands beside "command"; a server has one of the two.'],
    ],
    ['an unknown key', { command: 'x', arg: [] }, ['mcpServers.x.arg is no key of a server. Did you mean "args"?']],
    ['a key of another client', { serverUrl: 'x', url: 'http://x/' }, ['mcpServers.x.serverUrl is called "url" here.']],
    [
      'a block list under another name',
      { command: 'x', disabledTools: ['rm'] },
      ['mcpServers.x.disabledTools is called "blockTools" here.'],
    ],
    [
      'an unknown type',
      { type: 'htpp', url: 'http://x/' },
      ['mcpServers.x.type must be "stdio", "http", "streamable-http" or "sse", not "htpp".'],
    ],
    ['a type without its url', { type: 'sse', command: 'x' }, ['mcpServers.x has a "type" that needs a "url".']],
    [
      'a type without its command',
      { type: 'stdio', url: 'http://x/' },
      ['mcpServers.x has a "type" that needs a "command".'],
    ],
    ['an empty command', { command: ' ' }, ['mcpServers.x.command must not be empty.']],
    ['a NUL', { command: 'x', args: [reference('NUL')] }, ['mcpServers.x.args[0] must not hold a NUL character.']],
    [
      'args in one string',
      { command: 'x', args: '-y' },
      ['mcpServers.x.args must be an array of strings, not a string.'],
    ],
    [
      'a number among args',
      { command: 'x', args: ['a', 8080] },
      ['mcpServers.x.args[1] must be a string, not a number.'],
    ],
    ['a number in env', { command: 'x', env: { PORT: 1 } }, ['mcpServers.x.env.PORT must be a string, not a number.']],
    [
      'env as array',
      { command: 'x', env: [] },
      ['mcpServers.x.env must be an object of strings by name, not an array.'],
    ],
    [
      'a bad variable name',
      { command: 'x', env: { 'A=B': '' } },
      ['mcpServers.x.env["A=B"] is no name of an environment variable.'],
    ],
    ['a file: url', { url: 'file:///etc/passwd' }, ['mcpServers.x.url must be an http or https URL, not "file:".']],
    [
      'a javascript: url',
      { url: 'javascript:alert(1)' },
      ['mcpServers.x.url must be an http or https URL, not "javascript:".'],
    ],
    [
      'credentials in the url',
      { url: 'https://me:pass@x/' },
      ['mcpServers.x.url must not carry a user name or password; put credentials into "headers".'],
    ],
    ['no url', { url: 'example.com/mcp' }, ['mcpServers.x.url must be a URL like "https://example.com/mcp".']],
    [
      'a header that would split the request',
      { url: 'http://x/', headers: { A: reference('NL'), 'B:': 'x' } },
      [
        'mcpServers.x.headers.A holds a character that no HTTP header may hold.',
        'mcpServers.x.headers["B:"] is no name of an HTTP header.',
      ],
    ],
    [
      'a timeout out of range',
      { command: 'x', timeoutMs: 5 },
      ['mcpServers.x.timeoutMs must be a whole number of milliseconds from 100 to 600000, not 5.'],
    ],
    [
      'a switch in quotes',
      { command: 'x', disabled: 'true' },
      ['mcpServers.x.disabled must be true or false, not a string.'],
    ],
    [
      'tools that are no list',
      { command: 'x', allowTools: { a: 1 } },
      ['mcpServers.x.allowTools must be an array of strings, not an object.'],
    ],
    [
      'a description that is none',
      { command: 'x', description: null },
      ['mcpServers.x.description must be a string, not null.'],
    ],
    [
      'several at once',
      { command: 1, args: [2], cwd: 3 },
      [
        'mcpServers.x.command must be a string, not a number.',
        'mcpServers.x.args[0] must be a string, not a number.',
        'mcpServers.x.cwd must be a string, not a number.',
      ],
    ],
  ])('is told: %s', (_title, server, mistakes) => {
    expect(parseServer(server).mistakes).toEqual(mistakes);
  });

  it('is an unset variable, named with server and key', () => {
    const { mistakes } = parseServer({ url: 'http://x/', headers: { Authorization: reference('NOPE') } }, 'my server');
    expect(mistakes).toEqual([
      expect.stringMatching(/^mcpServers\["my server"\]\.headers\.Authorization needs .* NOPE,/),
    ]);
  });

  it('never shows what a variable, header or url holds', () => {
    const secrets = { env: { A: 'hunter2\0' }, command: 'x', args: ['hunter2\0'] };
    const remote = { url: 'https://me:hunter2@x/', headers: { A: 'hunter2\n' } };
    const { mistakes } = parse({ mcpServers: { a: secrets, b: remote, c: { url: 'hunter2' } } });
    expect(mistakes).toHaveLength(5);
    expect(mistakes.join()).not.toContain('hunter2');
  });

  it.each([
    ['empty', '', 'mcpServers[""] must not have an empty name.'],
    ['longer than 128 characters', 'n'.repeat(129), /has a name of 129 characters; at most 128 are allowed\.$/],
    ['with control characters', 'a\u{1b}[31m', 'mcpServers["a\\u001b[31m"] has a name with control characters.'],
  ])('is a name that is %s', (_title, name, mistake) => {
    const { mistakes } = parseServer({ command: 'x' }, name);
    expect(mistakes).toEqual([typeof mistake === 'string' ? mistake : expect.stringMatching(mistake)]);
  });

  it('is a name under both keys, or twice under one', () => {
    expect(parse({ mcpServers: { a: { command: 'x' } }, servers: { a: { command: 'y' } } }).mistakes).toEqual([
      'servers.a is given twice, first as mcpServers.a.',
    ]);
    expect(parse('{ "servers": { "a": { "command": "x" }, "a": {} } }').mistakes).toEqual([
      'servers.a is given twice, first on line 1; remove one of them.',
    ]);
  });

  it('is ten thousand servers', () => {
    const servers = Array.from({ length: 10_000 }, (_, index) => [`s${index}`, { command: 'x' }]);
    const { mistakes, upstreams } = parse({ mcpServers: Object.fromEntries(servers) });
    expect(mistakes).toEqual(['mcpServers holds 10000 servers; at most 1000 are allowed.']);
    expect(upstreams).toEqual([]);
  });

  it('is a file that holds no object, or keys that no client uses', () => {
    expect(parse('[]').mistakes).toEqual(['The file must hold an object, not an array.']);
    expect(parse({ mcpservers: {}, __proto: 1 }).mistakes).toEqual([
      'mcpservers is no key of a config file. Did you mean "mcpServers"?',
      '__proto is no key of a config file.',
    ]);
    expect(parse({ mcpServers: [] }).mistakes).toEqual([
      'mcpServers must be an object of servers by name, not an array.',
    ]);
  });
});
