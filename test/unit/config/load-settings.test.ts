import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../../src/base/fault.ts';
import { defaultSettings } from '../../../src/config/assemble-settings.ts';
import { loadSettings } from '../../../src/config/load-settings.ts';

interface Given {
  readonly flags?: Readonly<Record<string, string | readonly string[]>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly file?: string | Uint8Array;
}

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'codeloom-config-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Loads from the folder's config file, as if it were the user's own. */
function load({ flags = {}, env = {}, file }: Given) {
  if (file !== undefined) {
    mkdirSync(join(folder, '.config', 'codeloom'), { recursive: true });
    writeFileSync(join(folder, '.config', 'codeloom', 'mcp.json'), file);
  }
  return loadSettings({
    flags: new Map(Object.entries(flags).map(([name, texts]) => [name, typeof texts === 'string' ? [texts] : texts])),
    env,
    platform: 'linux',
    homeDir: folder,
  });
}

async function mistakesOf(given: Given): Promise<readonly string[]> {
  const thrown = await load(given).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof Fault) || thrown.code !== 'CONFIG_INVALID') throw new Error(`no CONFIG_INVALID: ${thrown}`);
  return thrown.message.replaceAll(join(folder, '.config', 'codeloom', 'mcp.json'), 'FILE').split('\n');
}

describe('where a setting comes from', () => {
  it('is the default where nobody gave one', async () => {
    const { settings, configFile, hasConfigFile } = await load({});
    expect(settings).toEqual(defaultSettings());
    expect(settings).toMatchObject({ transport: 'stdio', host: '127.0.0.1', port: 8788, path: '/mcp', engine: 'auto' });
    expect(settings.upstreams).toEqual([]);
    expect(hasConfigFile).toBe(false);
    expect(configFile).toBe(join(folder, '.config', 'codeloom', 'mcp.json'));
  });

  it('is the flag before the variable before the file before the default', async () => {
    const file = '{ "codeloom": { "port": 1, "path": "/file", "engine": "docker" } }';
    const env = { CODELOOM_PORT: '2', CODELOOM_PATH: '/env' };
    const { settings } = await load({ flags: { '--port': '3' }, env, file });
    expect(settings).toMatchObject({ port: 3, path: '/env', engine: 'docker', profile: 'mvp' });
  });

  it('merges limits name by name', async () => {
    const { settings } = await load({
      flags: { '--limit': ['wallMs=3000', 'toolCalls=7'] },
      env: { CODELOOM_LIMIT: 'wallMs=2000, heapMb=64' },
      file: '{ "codeloom": { "limits": { "wallMs": 1000, "heapMb": 32, "cpuMs": 500 } } }',
    });
    expect(settings.limits).toMatchObject({ wallMs: 3000, heapMb: 64, cpuMs: 500, toolCalls: 7, logLines: 1000 });
  });

  it('reads every kind of setting from each source', async () => {
    const env = {
      CODELOOM_ALLOWED_HOSTS: 'One.example, two.example',
      CODELOOM_ALLOW_UNAUTHENTICATED: 'true',
      CODELOOM_DOCKER_PULL: 'never',
      CODELOOM_LOG_LEVEL: 'debug',
    };
    const file =
      '{ "codeloom": { "docker": { "images": ["a:1", "b:2"], "runtime": "runsc" }, "toolNames": "dotted" } }';
    const { settings } = await load({ flags: { '--transport': 'http' }, env, file });
    expect(settings).toMatchObject({
      transport: 'http',
      allowedHosts: ['one.example', 'two.example'],
      allowUnauthenticated: true,
      logLevel: 'debug',
      toolNames: 'dotted',
      docker: { images: ['a:1', 'b:2'], pull: 'never', runtime: 'runsc' },
    });
  });

  it('counts an empty variable as not given', async () => {
    const { settings } = await load({ env: { CODELOOM_PORT: '' } });
    expect(settings.port).toBe(8788);
  });

  it('takes defaults of the caller below everything given', async () => {
    const sources = { platform: 'linux', homeDir: folder, flags: new Map(), defaults: { logLevel: 'warn' } } as const;
    expect((await loadSettings({ ...sources, env: {} })).settings.logLevel).toBe('warn');
    const given = await loadSettings({ ...sources, env: { CODELOOM_LOG_LEVEL: 'trace' } });
    expect(given.settings.logLevel).toBe('trace');
  });
});

describe('what is refused', () => {
  const refused: readonly (readonly [string, Given, readonly string[]])[] = [
    ['an unknown flag', { flags: { '--prot': '1' } }, ['There is no flag "--prot". Did you mean "--port"?']],
    [
      'an unknown variable with the prefix',
      { env: { CODELOOM_LOGLEVEL: 'info', CODELOOM_XYZZYXYZZY: '1' } },
      [
        'There is no environment variable "CODELOOM_LOGLEVEL". Did you mean "CODELOOM_LOG_LEVEL"?',
        'There is no environment variable "CODELOOM_XYZZYXYZZY".',
      ],
    ],
    [
      'a port that is no number',
      { flags: { '--port': '80a' } },
      ['--port must be a whole number from 0 to 65535, not "80a".'],
    ],
    [
      'a port out of range',
      { env: { CODELOOM_PORT: '65536' } },
      ['CODELOOM_PORT must be a whole number from 0 to 65535, not "65536".'],
    ],
    [
      'a choice that does not exist',
      { flags: { '--engine': 'dokcer' } },
      ['--engine must be "auto", "docker" or "node", not "dokcer". Did you mean "docker"?'],
    ],
    [
      'a switch that is neither on nor off',
      { env: { CODELOOM_ALLOW_UNAUTHENTICATED: 'maybe' } },
      ['CODELOOM_ALLOW_UNAUTHENTICATED must be true or false, not "maybe".'],
    ],
    [
      'hosts with scheme or port',
      { flags: { '--host': 'http://x', '--allowed-hosts': 'a:80,b' } },
      [
        '--host must be a host name or an IP address, without scheme, port or path, not "http://x".',
        '--allowed-hosts must be a host name or an IP address, without scheme, port or path, not "a:80".',
      ],
    ],
    [
      'a path that is none, or that is taken',
      { flags: { '--path': 'mcp' }, env: { CODELOOM_PATH: '/livez' } },
      [
        '--path must begin with "/" and hold only letters, digits and any of ". _ ~ - /", not "mcp".',
        'CODELOOM_PATH must not be "/livez", "/readyz" or "/metrics", which answer those who watch the server, not "/livez".',
      ],
    ],
    [
      'limits that do not exist, lack a value, are no number or out of range',
      { flags: { '--limit': ['wallms=5000', 'heapMb', 'cpuMs=1', 'wallMs=5s', '__proto__=1'] } },
      [
        '--limit names no limit with "wallms". Did you mean "wallMs"?',
        '--limit must be written as name=value, as in wallMs=60000, not "heapMb".',
        '--limit is wrong: The limit cpuMs must be a whole number from 100 to 120000, not 1.',
        '--limit is wrong: The limit wallMs must be a whole number from 1000 to 120000, not "5s".',
        '--limit names no limit with "__proto__".',
      ],
    ],
    ['no image at all', { flags: { '--docker-images': ' , ' } }, ['--docker-images must name at least one.']],
    [
      'an image that would be an option',
      { flags: { '--docker-images': '--privileged' } },
      ['--docker-images must be an image reference like "node:24-slim", not "--privileged".'],
    ],
    [
      'wrong settings in the file, each with its place',
      { file: '{\n  "codeloom": { "port": "1", "docker": { "pul": 1 }, "config": "x",\n "__proto__": {} }\n}' },
      [
        'FILE:2:25: codeloom.port must be a whole number from 0 to 65535, not "1".',
        'FILE:2:42: codeloom.docker.pul is no setting. Did you mean "pull"?',
        'FILE:2:54: codeloom.config is no setting.',
        'FILE:3:2: codeloom.__proto__ is no setting.',
      ],
    ],
    [
      'settings of the wrong kind in the file',
      {
        file: '{"codeloom":{"host":1,"allowedHosts":"a","docker":[],"limits":[],"allowUnauthenticated":"yes","engine":null}}',
      },
      [
        'FILE:1:21: codeloom.host must be a string, not a number.',
        'FILE:1:38: codeloom.allowedHosts must be an array of strings, not a string.',
        'FILE:1:51: codeloom.docker must be an object, not an array.',
        'FILE:1:63: codeloom.limits must be an object, not an array.',
        'FILE:1:89: codeloom.allowUnauthenticated must be true or false, not "yes".',
        'FILE:1:104: codeloom.engine must be a string, not null.',
      ],
    ],
    [
      'mistakes of all sources at once',
      { flags: { '--port': 'x' }, env: { CODELOOM_PORT: 'y' }, file: '{"codeloom":{"port":-1}}' },
      [
        '--port must be a whole number from 0 to 65535, not "x".',
        'CODELOOM_PORT must be a whole number from 0 to 65535, not "y".',
        'FILE:1:21: codeloom.port must be a whole number from 0 to 65535, not -1.',
      ],
    ],
  ];

  it.each(refused)('%s', async (_title, given, mistakes) => {
    expect(await mistakesOf(given)).toEqual(mistakes);
  });

  it('more than a hundred mistakes are counted, not listed', async () => {
    const keys = Array.from({ length: 150 }, (_, index) => `"key${index}": 1`);
    const mistakes = await mistakesOf({ file: `{ ${keys.join(',')} }` });
    expect(mistakes).toHaveLength(101);
    expect(mistakes.at(-1)).toBe('There are 50 more mistakes.');
  });

  it('serving beyond loopback without authentication, unless that is accepted', async () => {
    const flags = { '--transport': 'http', '--host': '0.0.0.0' };
    expect(await mistakesOf({ flags })).toEqual([expect.stringMatching(/"0\.0\.0\.0".*--allow-unauthenticated/)]);
    expect((await load({ flags: { ...flags, '--allow-unauthenticated': 'true' } })).settings.host).toBe('0.0.0.0');
    expect((await load({ flags: { '--host': '0.0.0.0' } })).settings.transport).toBe('stdio');
  });
});

describe('the config file', () => {
  it('may be named, and then has to exist', async () => {
    expect(await mistakesOf({ flags: { '--config': join(folder, 'absent.json') } })).toEqual([
      `${join(folder, 'absent.json')}: there is no such file.`,
    ]);
    expect(await mistakesOf({ env: { CODELOOM_CONFIG: folder } })).toEqual([`${folder}: is a folder, not a file.`]);
  });

  it('that is named wins over the one in the user folder', async () => {
    const named = join(folder, 'named.json');
    writeFileSync(named, '{ "codeloom": { "port": 9 } }');
    const given = { file: '{ "codeloom": { "port": 8 } }', flags: { '--config': named } };
    const { settings, configFile, hasConfigFile } = await load(given);
    expect([settings.port, configFile, hasConfigFile]).toEqual([9, named, true]);
  });

  it('may begin with a byte order mark, and must be UTF-8', async () => {
    expect((await load({ file: '\u{feff}{ "codeloom": { "port": 8 } }' })).settings.port).toBe(8);
    expect(await mistakesOf({ file: Uint8Array.of(0x7b, 0xff, 0x7d) })).toEqual(['FILE: is not UTF-8 text.']);
  });

  it('is refused beyond 4 MiB without being read whole', async () => {
    expect(await mistakesOf({ file: Buffer.alloc(5 * 1024 * 1024, ' ') })).toEqual([
      'FILE: is larger than 4194304 bytes.',
    ]);
  });
});

describe('any text as config file', () => {
  it('gives settings or a fault, and touches no prototype', async () => {
    const word = fc.constantFrom(
      'mcpServers',
      'servers',
      'codeloom',
      'command',
      'url',
      'env',
      'limits',
      '__proto__',
      'a',
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom<unknown>(
          null,
          true,
          5,
          'node',
          'https://a/',
          '\u{24}{__proto__}',
          '\u{24}{A:-b}',
          '\u{1b}[31m',
        ),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.array(fc.tuple(fc.oneof(word, fc.string()), tie('tree')), { maxLength: 4 }).map(Object.fromEntries),
      ),
    }));
    const written = tree.map((value) => JSON.stringify(value));
    const text = fc.oneof(written, fc.string(), fc.json());
    await fc.assert(
      fc.asyncProperty(text, async (file) => {
        const outcome = await load({ file }).catch((thrown: unknown) => thrown);
        if (outcome instanceof Error) {
          expect(outcome).toBeInstanceOf(Fault);
          expect(outcome.message).not.toMatch(/[^\P{Cc}\n]/u);
        }
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
