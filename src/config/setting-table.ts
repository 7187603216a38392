/**
 * Codeloom's own settings, each once: what it is called, what it may be, its default, and what it is for. The options
 * of the command line, the environment variables, the keys of the config file and docs/configuration.md are all made
 * from this table; nothing else lists settings.
 */
import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import { ENGINE_CHOICES, LOG_LEVELS, TOOL_NAME_STYLES } from '../base/config.ts';

interface RowBase {
  readonly description: string;
  /** The flag and variable differ from the key where they take one entry of a collection at a time. */
  readonly flag?: string;
  /** Its value is never repeated, not even where it is wrong. */
  readonly isSecret?: true;
  /** A setting that says which file to read cannot stand in that file. */
  readonly inFile?: false;
}

/** Says what is wrong with a text, or undefined. */
export type Complaint = (text: string) => string | undefined;

export type SettingRow = RowBase &
  (
    | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly default: string }
    | { readonly kind: 'text'; readonly default: string | undefined; readonly check: Complaint; readonly word: string }
    | { readonly kind: 'integer'; readonly min: number; readonly max: number; readonly default: number }
    | { readonly kind: 'switch'; readonly default: false }
    | { readonly kind: 'list'; readonly default: readonly string[]; readonly check: Complaint; readonly word: string }
    | { readonly kind: 'limits'; readonly default: Readonly<Record<string, number>> }
  );

/** A dot in a key is a level in the config file: `docker.pull` stands there as `"docker": { "pull": … }`. */
export const SETTING_TABLE = {
  config: {
    kind: 'text',
    word: 'FILE',
    default: undefined,
    check: complainIfEmpty,
    inFile: false,
    description: 'config file to read; without it, codeloom/mcp.json in your user config folder, where there is one',
  },
  transport: {
    kind: 'choice',
    choices: ['stdio', 'http'],
    default: 'stdio',
    description: 'how clients reach Codeloom: over stdin and stdout, or over Streamable HTTP',
  },
  host: {
    kind: 'text',
    word: 'HOST',
    default: '127.0.0.1',
    check: complainAboutHost,
    description: 'address that the HTTP transport listens on',
  },
  port: {
    kind: 'integer',
    min: 0,
    max: 65_535,
    default: 8788,
    description: 'port that the HTTP transport listens on; 0 lets the system choose',
  },
  path: {
    kind: 'text',
    word: 'PATH',
    default: '/mcp',
    check: complainAboutPath,
    description: 'path of the MCP endpoint on the HTTP transport',
  },
  allowedHosts: {
    kind: 'list',
    word: 'HOSTS',
    default: [],
    check: complainAboutHost,
    description: "names that the Host header may carry beyond loopback's, without port",
  },
  allowUnauthenticated: {
    kind: 'switch',
    default: false,
    description: 'serve beyond loopback without authentication: anyone who can connect can run programs',
  },
  engine: {
    kind: 'choice',
    choices: ENGINE_CHOICES,
    default: 'auto',
    description: 'where programs run: auto prefers docker where a daemon answers, docker fails where none does',
  },
  profile: {
    kind: 'choice',
    choices: ['mvp', 'enterprise'],
    default: 'mvp',
    description: 'which tools are offered: enterprise adds the long-lived sandboxes',
  },
  toolNames: {
    kind: 'choice',
    choices: TOOL_NAME_STYLES,
    default: 'auto',
    description: 'spelling of tool names that hold dots: auto uses underscores for clients known to reject dots',
  },
  logLevel: {
    kind: 'choice',
    choices: LOG_LEVELS,
    default: 'info',
    description: 'how much is written to stderr; commands other than serve start from error',
  },
  limits: {
    kind: 'limits',
    flag: 'limit',
    default: {},
    description: 'changes a limit, as in wallMs=60000; the names are in docs/limits.md',
  },
  'docker.images': {
    kind: 'list',
    word: 'IMAGES',
    default: ['node:24-slim'],
    check: complainAboutImage,
    description: 'images that a run on the docker engine may name; the first is the default',
  },
  'docker.pull': {
    kind: 'choice',
    choices: ['missing', 'never'],
    default: 'missing',
    description: 'whether an image that the daemon lacks is pulled',
  },
  'docker.runtime': {
    kind: 'text',
    word: 'NAME',
    default: undefined,
    check: complainIfEmpty,
    description: "container runtime, runsc for gVisor; without it, the daemon's default",
  },
  dependencies: {
    kind: 'choice',
    choices: ['off', 'on'],
    default: 'off',
    description: 'whether programs may declare npm packages, which this server then installs with npm and bundles',
  },
  allowPackages: {
    kind: 'list',
    word: 'NAMES',
    default: [],
    check: complainAboutPackage,
    description:
      'the only packages that may be installed, with all that they bring; `@scope/*` for a scope; empty allows all',
  },
  blockPackages: {
    kind: 'list',
    word: 'NAMES',
    default: [],
    check: complainAboutPackage,
    description: 'packages that are never installed, nor anything that brings them; goes before allowPackages',
  },
  packagesDir: {
    kind: 'text',
    word: 'FOLDER',
    default: undefined,
    check: complainIfRelative,
    description: "where installed packages are kept; without it, codeloom/packages in the user's cache folder",
  },
  registry: {
    kind: 'choice',
    choices: ['sqlite', 'postgres', 'none'],
    default: 'sqlite',
    description: 'where dynamic tools are kept: a file, or a PostgreSQL database for many instances; none offers none',
  },
  registryFile: {
    kind: 'text',
    word: 'FILE',
    default: undefined,
    check: complainIfEmpty,
    description: 'file of the sqlite registry; without it, codeloom/registry.db in your user state folder',
  },
  registryUrl: {
    kind: 'text',
    word: 'URL',
    default: undefined,
    check: complainAboutDatabase,
    isSecret: true,
    description: 'database of the postgres registry: `postgres://user:password@host:5432/name`',
  },
  readOnly: {
    kind: 'switch',
    default: false,
    description: 'dynamic tools can be called, and neither made nor changed',
  },
} as const satisfies Record<string, SettingRow>;

export type SettingKey = keyof typeof SETTING_TABLE;

export const SETTING_KEYS = Object.keys(SETTING_TABLE) as readonly SettingKey[];

type ValueOf<Row> = Row extends { kind: 'choice'; choices: readonly (infer Choice)[] }
  ? Choice
  : Row extends { kind: 'integer' }
    ? number
    : Row extends { kind: 'switch' }
      ? boolean
      : Row extends { kind: 'list' }
        ? readonly string[]
        : Row extends { kind: 'limits' }
          ? Readonly<Record<string, number>>
          : Row extends { default: string }
            ? string
            : string | undefined;

/** The value of every setting, by key. */
export type SettingValues = { readonly [Key in SettingKey]: ValueOf<(typeof SETTING_TABLE)[Key]> };

/** A row as the general shape: the table's own type knows each row so exactly that no loop could read it. */
export function rowOf(key: SettingKey): SettingRow {
  return SETTING_TABLE[key];
}

/** `--docker-pull` for `docker.pull`. */
export function flagOf(key: SettingKey): string {
  const name = rowOf(key).flag ?? key;
  return `--${name.replaceAll('.', '-').replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
}

/** `CODELOOM_DOCKER_PULL` for `docker.pull`. */
export function variableOf(key: SettingKey): string {
  return `${VARIABLE_PREFIX}${flagOf(key).slice(2).replaceAll('-', '_').toUpperCase()}`;
}

export const VARIABLE_PREFIX = 'CODELOOM_';

function complainIfEmpty(text: string): string | undefined {
  return text.trim() === '' ? 'must not be empty' : undefined;
}

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

function complainAboutHost(text: string): string | undefined {
  const isAddress = isIP(text.replace(/^\[(.*)\]$/, '$1')) !== 0;
  if (isAddress || HOST_NAME.test(text)) return undefined;
  return 'must be a host name or an IP address, without scheme, port or path';
}

function complainAboutPath(text: string): string | undefined {
  if (!/^\/[\w.~/-]*$/.test(text)) return 'must begin with "/" and hold only letters, digits and any of ". _ ~ - /"';
  return text === '/livez' || text === '/readyz'
    ? 'must not be "/livez" or "/readyz", which answer health checks'
    : undefined;
}

/** With a host, be it in the query, as for the folder of a socket: the driver would take one from elsewhere. */
function complainAboutDatabase(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOurs = url !== undefined && ['postgres:', 'postgresql:'].includes(url.protocol) && url.pathname.length > 1;
  if (isOurs && (url.hostname !== '' || url.searchParams.has('host'))) return undefined;
  return 'must be a URL like "postgres://user:password@host:5432/name"';
}

/** Only the characters of an image reference: the daemon judges the rest. */
function complainAboutImage(text: string): string | undefined {
  return /^[a-z0-9][\w./:@-]{0,254}$/i.test(text) ? undefined : 'must be an image reference like "node:24-slim"';
}

function complainAboutPackage(text: string): string | undefined {
  const isName = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/i.test(text);
  if (isName || /^@[a-z0-9~-][a-z0-9._~-]*\/\*$/i.test(text)) return undefined;
  return 'must be the name of a package, or "@scope/*"';
}

function complainIfRelative(text: string): string | undefined {
  return isAbsolute(text) ? undefined : 'must be an absolute path';
}
