/**
 * Where the Docker daemon is, read the way the docker command line reads it: DOCKER_HOST, else DOCKER_CONTEXT, else the
 * current context of the CLI's config, else the platform's socket. Called by connect.ts. Reads files of the CLI, never
 * the process's environment: that is handed in.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../../base/fault.ts';

/** What decides where the daemon is; src/main.ts hands in the process's own. */
export interface DockerEnvironment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
}

export interface TlsFiles {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly isVerified: boolean;
}

/** `from` says where the address stands, in words that may be shown: never a path of this machine. */
export type DockerAddress = { readonly from: string } & (
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls?: TlsFiles }
  | { readonly kind: 'ssh'; readonly destination: string; readonly port?: number }
);

const PLAIN_PORT = 2375;
const TLS_PORT = 2376;
const DEFAULT_CONTEXT = 'default';

/** Throws Fault CONFIG_INVALID where the address makes no sense, or a context or certificate is not there. */
export function readDockerAddress(environment: DockerEnvironment): DockerAddress {
  const { variables } = environment;
  const configDir = variables.DOCKER_CONFIG || join(environment.homeDir, '.docker');
  if (variables.DOCKER_HOST) {
    const tls = tlsOfEnvironment(variables, configDir);
    return parseAddress(variables.DOCKER_HOST, 'DOCKER_HOST', tls);
  }
  const named = variables.DOCKER_CONTEXT || currentContext(configDir);
  if (named !== undefined && named !== DEFAULT_CONTEXT) return readContext(configDir, named);
  return { kind: 'socket', path: findSocket(environment), from: 'the default socket' };
}

/** `unix://`, `npipe://`, `tcp://`, `http://`, `https://`, `ssh://`, or a bare `host:port`. */
function parseAddress(text: string, from: string, tls: TlsFiles | undefined): DockerAddress {
  const [, scheme = 'tcp', rest = ''] = /^(?:([a-z]+):\/\/)?(.*)$/s.exec(text) ?? [];
  if (scheme === 'unix' || scheme === 'npipe') return { kind: 'socket', path: rest, from };
  if (!['tcp', 'http', 'https', 'ssh'].includes(scheme)) throw invalid(from);
  const url = parseUrl(`${scheme === 'ssh' ? 'ssh' : 'http'}://${rest}`);
  if (url === undefined || url.hostname === '') throw invalid(from);
  if (scheme === 'ssh') {
    const destination = url.username === '' ? url.hostname : `${decodeURIComponent(url.username)}@${url.hostname}`;
    // A name that begins with a dash would be an option of the ssh command.
    if (destination.startsWith('-')) throw invalid(from);
    return { kind: 'ssh', destination, from, ...(url.port === '' ? {} : { port: Number(url.port) }) };
  }
  const secure = tls ?? (scheme === 'https' ? { isVerified: true } : undefined);
  // The scheme http of URL swallows its own default port.
  const given = /:(\d+)(?:\/|$)/.exec(rest)?.[1];
  const port = given === undefined ? (secure === undefined ? PLAIN_PORT : TLS_PORT) : Number(given);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { kind: 'tcp', host, port, from, ...(secure === undefined ? {} : { tls: secure }) };
}

function tlsOfEnvironment(variables: DockerEnvironment['variables'], configDir: string): TlsFiles | undefined {
  const isVerified = Boolean(variables.DOCKER_TLS_VERIFY);
  if (!isVerified && !variables.DOCKER_TLS) return undefined;
  return readTls(variables.DOCKER_CERT_PATH || configDir, isVerified, 'DOCKER_CERT_PATH');
}

function readTls(dir: string, isVerified: boolean, from: string): TlsFiles {
  const read = (name: string) => {
    const path = join(dir, name);
    return existsSync(path) ? readFileSync(path) : undefined;
  };
  const [ca, cert, key] = [read('ca.pem'), read('cert.pem'), read('key.pem')];
  if ((cert === undefined) !== (key === undefined))
    throw new Fault('CONFIG_INVALID', `The certificate for Docker that ${from} names is not complete.`);
  return {
    isVerified,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

function currentContext(configDir: string): string | undefined {
  const config = readJson(join(configDir, 'config.json'));
  const name = config?.currentContext;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** Contexts lie in folders named for the hash of their name. */
function readContext(configDir: string, name: string): DockerAddress {
  const folder = createHash('sha256').update(name).digest('hex');
  const from = `the docker context ${JSON.stringify(name)}`;
  const meta = readJson(join(configDir, 'contexts', 'meta', folder, 'meta.json'));
  const endpoint = field(field(meta, 'Endpoints'), 'docker');
  const host = endpoint?.Host;
  if (typeof host !== 'string' || host === '')
    throw new Fault('CONFIG_INVALID', `There is no usable ${from.replace(/^the /, '')}; see \`docker context ls\`.`);
  const tlsDir = join(configDir, 'contexts', 'tls', folder, 'docker');
  const tls = existsSync(tlsDir) ? readTls(tlsDir, endpoint?.SkipTLSVerify !== true, from) : undefined;
  return parseAddress(host, from, tls);
}

/** Docker's own place first, then Docker Desktop's, rootless Docker's and Podman's; Docker's where there is none. */
function findSocket({ variables, homeDir }: DockerEnvironment): string {
  if (process.platform === 'win32') return '//./pipe/docker_engine';
  const usual = '/var/run/docker.sock';
  const runtimeDir = variables.XDG_RUNTIME_DIR;
  const ofUser = runtimeDir ? [join(runtimeDir, 'docker.sock'), join(runtimeDir, 'podman', 'podman.sock')] : [];
  const places = [usual, join(homeDir, '.docker', 'run', 'docker.sock'), ...ofUser, '/run/podman/podman.sock'];
  return places.find((path) => existsSync(path)) ?? usual;
}

type Fields = { readonly [key: string]: unknown };

function readJson(path: string): Fields | undefined {
  try {
    return field({ root: JSON.parse(readFileSync(path, 'utf8')) }, 'root');
  } catch {
    return undefined;
  }
}

function field(holder: Fields | undefined, key: string): Fields | undefined {
  const value = holder !== undefined && Object.hasOwn(holder, key) ? holder[key] : undefined;
  return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function invalid(from: string): Fault {
  const forms = 'unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host';
  return new Fault('CONFIG_INVALID', `The address of Docker in ${from} is not understood; write it as ${forms}.`);
}
