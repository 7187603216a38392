/**
 * Stands between a client and a throw-away cluster, and cuts a connection between the server's doing what it was told
 * and the client's hearing of it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { ThrowAwayCluster } from './throw-away-cluster.ts';

export interface CuttingProxy {
  /** The address through here, for one of the cluster. */
  through(url: string): string;
  /** The next answer to a message with this text is heard by nobody. */
  cutAnswerTo(text: string): void;
  readonly cuts: number;
  close(): Promise<void>;
}

export async function startCuttingProxy(cluster: ThrowAwayCluster): Promise<CuttingProxy> {
  const folder = await mkdtemp('/tmp/codeloom-pg-');
  const sockets = new Set<{ destroy(): void }>();
  let [wanted, cuts]: [string | undefined, number] = [undefined, 0];
  const server = createServer((client) => {
    const upstream = connect(cluster.socket);
    let isCut = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (data) => {
      if (wanted !== undefined && data.includes(wanted)) [wanted, isCut] = [undefined, true];
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (!isCut) return client.write(data);
      cuts += 1;
      return client.destroy();
    });
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(join(folder, '.s.PGSQL.5432'), resolve);
  await promise;
  return {
    through: (url) => url.replace(/host=[^&]*/, `host=${encodeURIComponent(folder)}`),
    cutAnswerTo: (text) => {
      wanted = text;
    },
    get cuts() {
      return cuts;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
