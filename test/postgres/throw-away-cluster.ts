/**
 * A PostgreSQL server of a test's own, in a temporary folder, reached over a socket in it: to be stopped, killed, frozen
 * and started again at will. It ends with the process that started it, however that ends.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import pg from 'pg';
import { findPostgres, type LocalPostgres } from './local-postgres.ts';

const run = promisify(execFile);
const USER = 'codeloom';
const PORT = '5432';
const SETTINGS = ['listen_addresses=', 'fsync=off', 'shared_buffers=16MB', 'max_connections=40'];
const READY_LINE = /database system is ready to accept/;

export class ThrowAwayCluster {
  readonly #local: LocalPostgres;
  readonly #folder: string;
  #server: ChildProcess | undefined;
  #databases = 0;

  private constructor(local: LocalPostgres, folder: string) {
    this.#local = local;
    this.#folder = folder;
  }

  /** A cluster with its server running. */
  static async start(): Promise<ThrowAwayCluster> {
    const local = findPostgres();
    if (local === undefined) throw new Error('There is no PostgreSQL here.');
    // Not the folder for temporary files that the tests were given: the path of a socket may have 107 characters only.
    const folder = await mkdtemp('/tmp/codeloom-pg-');
    if (local.user !== undefined) await chown(folder, local.user.uid, local.user.gid);
    const cluster = new ThrowAwayCluster(local, folder);
    const how = ['--auth=trust', `--username=${USER}`, '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'];
    await run(join(local.programs, 'initdb'), ['-D', cluster.#data, ...how], { ...local.user, cwd: folder });
    await cluster.start();
    return cluster;
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  /** Of the socket that the server listens on. */
  get socket(): string {
    return join(this.#folder, `.s.PGSQL.${PORT}`);
  }

  async start(): Promise<void> {
    const { programs, user } = this.#local;
    const settings = [...SETTINGS, `unix_socket_directories=${this.#folder}`].flatMap((setting) => ['-c', setting]);
    const command = [join(programs, 'postgres'), '-D', this.#data, '-p', PORT, ...settings];
    const [program = '', ...args] = existsSync('/usr/bin/setpriv')
      ? ['/usr/bin/setpriv', '--pdeathsig', 'QUIT', ...command]
      : command;
    const server = spawn(program, args, { ...user, cwd: this.#folder, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#server = server;
    const said: string[] = [];
    for await (const line of createInterface({ input: server.stderr })) {
      said.push(line);
      if (READY_LINE.test(line)) {
        server.stderr.resume();
        return;
      }
    }
    throw new Error(`PostgreSQL did not start:\n${said.join('\n')}`);
  }

  /** `fast` breaks off what is under way; `immediate` is a crash. */
  async stop(how: 'fast' | 'immediate' = 'fast'): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await ended;
  }

  /** Stops every process of the server in its tracks: connections stay, and nothing answers. */
  async freeze(): Promise<void> {
    await this.#signal('SIGSTOP');
  }

  async thaw(): Promise<void> {
    await this.#signal('SIGCONT');
  }

  /** A copy of all that it holds, taken while it is stopped; for `restore`. */
  async copy(): Promise<string> {
    const copy = join(this.#folder, 'copy');
    await cp(this.#data, copy, { recursive: true, preserveTimestamps: true });
    return copy;
  }

  async restore(copy: string): Promise<void> {
    await rm(this.#data, { recursive: true });
    const { user } = this.#local;
    await run('cp', ['-a', copy, this.#data]);
    if (user !== undefined) await run('chown', ['-R', `${user.uid}:${user.gid}`, this.#data]);
  }

  /** The address of a database of its own, empty. */
  async createDatabase(): Promise<string> {
    this.#databases += 1;
    const name = `test_${this.#databases}`;
    await this.query(this.url('postgres'), `CREATE DATABASE ${name}`);
    return this.url(name);
  }

  url(database: string, user = USER): string {
    return `postgres://${user}@localhost:${PORT}/${database}?host=${encodeURIComponent(this.#folder)}`;
  }

  /** The rows, over a connection of its own. */
  async query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
    const client = await this.connect(url);
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async connect(url: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: url });
    // It may be cut off by what the test does to the server.
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  async remove(): Promise<void> {
    await this.thaw();
    await this.stop('immediate');
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #signal(signal: NodeJS.Signals): Promise<void> {
    const pid = this.#server?.pid;
    if (pid === undefined) return;
    // The first of them first: it makes the others.
    signalTo(pid, signal);
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
    for (const child of children.trim().split(' ').map(Number)) if (child > 0) signalTo(child, signal);
  }
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}
