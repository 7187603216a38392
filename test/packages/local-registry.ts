/**
 * A registry of npm's own protocol on this machine, for tests: real npm talks to it, and nothing leaves the machine. It
 * serves what it was given, however hostile, and remembers what it was asked.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Packed, packTarball } from './tarball.ts';

export interface PublishedPackage {
  readonly name: string;
  readonly version: string;
  /** Beside `name` and `version`, of its package.json and of what the registry tells about it. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** Paths in the package; with a leading `/` in the tarball as they are. */
  readonly files?: Readonly<Record<string, Packed>>;
  /** In place of the true hash. */
  readonly integrity?: string;
}

export interface LocalRegistry {
  readonly url: string;
  /** Paths of all requests, in order. */
  readonly asked: readonly string[];
  /** Resolves when somebody asks for the first time. */
  readonly firstRequest: Promise<void>;
  /** Has every answer wait until the returned function is called. */
  hold(): () => void;
  close(): Promise<void>;
}

/** What is added to `packages` later is served, too. */
export async function startRegistry(packages: readonly PublishedPackage[]): Promise<LocalRegistry> {
  const asked: string[] = [];
  const first = Promise.withResolvers<void>();
  const packOnce = createPacker();
  let gate = Promise.resolve();
  const answer: RequestListener = async (request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    asked.push(path);
    first.resolve();
    await gate;
    const wanted = packages.find((each) => tarballPath(each) === path);
    if (wanted !== undefined) return void response.end(packOnce(wanted));
    const versions = packages.filter(({ name }) => `/${name}` === path);
    if (versions.length === 0) return void response.writeHead(404).end('{"error":"not found"}');
    const origin = `http://${request.headers.host}`;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(document(versions, origin, packOnce)));
  };
  const server = createServer((request, response) => void answer(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    firstRequest: first.promise,
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
    close: () => close(server),
  };
}

function document(
  versions: readonly PublishedPackage[],
  origin: string,
  packOnce: (each: PublishedPackage) => Buffer,
): Readonly<Record<string, unknown>> {
  const entries = versions.map((each) => {
    const path = tarballPath(each);
    const sum = createHash('sha512').update(packOnce(each));
    const dist = { tarball: `${origin}${path}`, integrity: each.integrity ?? `sha512-${sum.digest('base64')}` };
    return [each.version, { ...manifestOf(each), dist }];
  });
  return {
    name: versions[0]?.name,
    'dist-tags': { latest: versions.at(-1)?.version },
    versions: Object.fromEntries(entries),
  };
}

function manifestOf({ name, version, manifest }: PublishedPackage): Readonly<Record<string, unknown>> {
  return { name, version, ...manifest };
}

function tarballPath({ name, version }: PublishedPackage): string {
  return `/${name}/-/${name.replace(/^.*\//, '')}-${version}.tgz`;
}

/** The same bytes each time, also where packing is slow. */
function createPacker(): (each: PublishedPackage) => Buffer {
  const packed = new Map<PublishedPackage, Buffer>();
  return (each) => {
    const tarball = packed.get(each) ?? pack(each);
    packed.set(each, tarball);
    return tarball;
  };
}

function pack(each: PublishedPackage): Buffer {
  const files = Object.entries(each.files ?? {}).map(([path, packed]) => [
    path.startsWith('/') ? path.slice(1) : `package/${path}`,
    packed,
  ]);
  return packTarball({ 'package/package.json': JSON.stringify(manifestOf(each)), ...Object.fromEntries(files) });
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
