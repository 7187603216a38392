import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { isLinux, startServer } from './live-server.ts';
import { HONEST, honestRun, openSession, openSocket } from './raw-client.ts';

/** Connections are capped at half of these; workers, compilers and upstreams live of the rest. */
const DESCRIPTORS = 160;

it.runIf(isLinux)(
  '165 connections that say nothing cannot take the last descriptor, and are closed by the clock',
  async () => {
    const server = await startServer({
      prefix: ['/bin/sh', '-c', `ulimit -n ${DESCRIPTORS} && exec "$@"`, 'sh'],
      upstreams: { slow: ['slow'] },
    });
    const session = await openSession(server);
    expect((await session.run('return 1')).result).toBe(1);
    const flood: Socket[] = [];
    for (let n = 0; n < 2 * DESCRIPTORS; n += 1) flood.push(await openSocket(server));
    // The kernel takes a connection before the server can refuse it.
    await expect.poll(() => server.connections(), { timeout: 15_000 }).toBeLessThanOrEqual(DESCRIPTORS / 2);
    const refused = () => flood.filter((socket) => socket.destroyed).length;
    await expect.poll(refused, { timeout: 15_000 }).toBeGreaterThan(DESCRIPTORS);
    // Of ten seconds that a client has for its headers these have used all: then there is room again.
    await expect
      .poll(() => honestRun(server).catch(() => 'no room'), { timeout: 25_000, interval: 500 })
      .toEqual(HONEST);
    // The session was there all along, and there were descriptors to start an upstream with.
    expect(await session.run('return await mcp.slow.release()')).toMatchObject({ result: 'released' });
    for (const socket of flood) socket.destroy();
    await session.end();
    await expect.poll(() => server.connections(), { timeout: 15_000 }).toBe(0);
    expect(await server.end()).toEqual([]);
  },
  60_000,
);
