/**
 * `codeloom serve` over HTTP in a process of its own, with what attack and fault tests look at from outside: its
 * descendants, its descriptors, the connections that it holds, and every word of its log.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../../dist/bin.js', import.meta.url));
const UPSTREAMS = new URL('../../fixtures/upstreams/', import.meta.url);

export const isLinux = process.platform === 'linux';

export interface LiveServerOptions {
  /** Name in programs → file of test/fixtures/upstreams and its arguments. */
  readonly upstreams?: Readonly<Record<string, readonly [fixture: string, ...args: string[]]>>;
  /** More servers, as a config file names them. */
  readonly servers?: Readonly<Record<string, object>>;
  /** The setting; `node` where it is absent. */
  readonly engine?: 'auto' | 'node';
  /** The key `codeloom` of the config file. */
  readonly settings?: object;
  readonly nodeFlags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Words before the command, such as a shell that sets a limit. */
  readonly prefix?: readonly string[];
}

export interface LiveServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly child: ChildProcess;
  readonly exited: Promise<unknown>;
  /** All that it has written to stderr. */
  log(): string;
  /** Its descendants that are no zombies; they carry on after it where it was killed, so they are told apart by its mark. */
  descendants(): readonly number[];
  /** TCP connections that it holds, without the one that listens. */
  connections(): number;
  /** SIGTERM, and the processes that are left then. */
  end(): Promise<readonly number[]>;
}

export async function startServer(options: LiveServerOptions = {}): Promise<LiveServer> {
  const { upstreams = {}, servers: more = {}, engine = 'node', settings = {} } = options;
  const { nodeFlags = [], env = {}, prefix = [] } = options;
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'codeloom-attack-'));
  // Some servers run as another user.
  chmodSync(folder, 0o755);
  const configFile = join(folder, 'mcp.json');
  const servers = Object.entries(upstreams).map(([name, [fixture, ...args]]) => {
    const file = fileURLToPath(new URL(`${fixture}.ts`, UPSTREAMS));
    return [name, { command: process.execPath, args: [file, ...args, `--of=${folder}`] }];
  });
  writeFileSync(
    configFile,
    JSON.stringify({ mcpServers: { ...Object.fromEntries(servers), ...more }, codeloom: settings }),
  );
  const flags = ['--config', configFile, '--engine', engine, '--transport', 'http', '--port', '0'];
  const [file = '', ...args] = [...prefix, process.execPath, ...nodeFlags, BIN, 'serve', ...flags];
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } });
  const exited = once(child, 'exit');
  let log = '';
  const listens = Promise.withResolvers<string>();
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString('utf8');
    const url = /http:\/\/127\.0\.0\.1:\d+\/mcp/.exec(log)?.[0];
    if (url !== undefined) listens.resolve(url);
  });
  void exited.then(() => listens.reject(new Error(`The server ended without saying where it listens: ${log}`)));
  const url = await listens.promise;
  const port = Number(new URL(url).port);
  const pid = child.pid ?? 0;
  const seen = new Map<number, string>();
  const server = {
    url,
    port,
    pid,
    child,
    exited,
    log: () => log,
    descendants: () => {
      for (const each of descendantsOf(pid)) seen.set(each, startOf(each));
      return [...seen].filter(([each, start]) => start !== '' && startOf(each) === start).map(([each]) => each);
    },
    connections: () => connectionsTo(port),
    end: async () => {
      server.descendants();
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
      return server.descendants();
    },
  };
  return server;
}

/** Linux only; none elsewhere. Zombies do not count. */
export function descendantsOf(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const name of isLinux ? readdirSync('/proc') : []) {
    const parent = /^\d+$/.test(name) ? statOf(Number(name))?.[1] : undefined;
    if (parent !== undefined) children.set(Number(parent), [...(children.get(Number(parent)) ?? []), Number(name)]);
  }
  const found: number[] = [];
  for (let next = children.get(root) ?? []; next.length > 0; ) {
    found.push(...next);
    next = next.flatMap((pid) => children.get(pid) ?? []);
  }
  return found;
}

export function commandOf(pid: number): string {
  return readOrNothing(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
}

/** How many descriptors a process holds. */
export function descriptorsOf(pid: number | 'self'): number {
  return isLinux ? readdirSync(`/proc/${pid}/fd`).length : 0;
}

/** A process id may be given to another process; with the time it was started it is unique. */
function startOf(pid: number): string {
  const stat = statOf(pid);
  return stat === undefined || stat[0] === 'Z' ? '' : (stat[19] ?? '');
}

/** The fields of `stat` behind the name, from the state on; undefined for zombies too. */
function statOf(pid: number): readonly string[] | undefined {
  const fields = readOrNothing(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ');
  return fields === undefined || fields.length < 20 || fields[0] === 'Z' ? undefined : fields;
}

function connectionsTo(port: number): number {
  const hex = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  const isOpen = (line: string) => line.slice(0, 28).includes(hex) && / (?:01|08) /.test(line.slice(28, 50));
  return readOrNothing('/proc/net/tcp').split('\n').filter(isOpen).length;
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
