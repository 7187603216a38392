/** A socket in front of the daemon's that can be cut and restored: what a daemon that dies and returns looks like from here. */
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SocketProxy {
  /** For DOCKER_HOST. */
  readonly address: string;
  open(): Promise<void>;
  /** Ends every connection and takes no new ones. */
  cut(): Promise<void>;
}

export function createSocketProxy(target = '/var/run/docker.sock'): SocketProxy {
  const path = join(tmpdir(), `codeloom-proxy-${process.pid}-${Math.random().toString(36).slice(2)}.sock`);
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  const pass = (client: Socket) => {
    const daemon = connect(target);
    for (const socket of [client, daemon]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        daemon.destroy();
      });
    }
    client.pipe(daemon).pipe(client);
  };
  return {
    address: `unix://${path}`,
    open: async () => {
      await rm(path, { force: true });
      const listening = createServer({ allowHalfOpen: true }, pass);
      server = listening;
      await new Promise<void>((resolve) => listening.listen(path, resolve));
    },
    cut: async () => {
      const closing = server;
      server = undefined;
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => (closing === undefined ? resolve() : closing.close(() => resolve())));
      await rm(path, { force: true });
    },
  };
}
