import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isLinux, type LiveServer, startServer } from './live-server.ts';
import { HONEST, honestRun, openSocket, readAll, writeSlowly } from './raw-client.ts';

const JSON_HEAD =
  'POST /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n';

let server: LiveServer;
beforeAll(async () => {
  server = await startServer();
  expect(await honestRun(server)).toEqual(HONEST);
});
afterEach(() => {
  expect(server.child.exitCode).toBeNull();
});
afterAll(async () => {
  expect(server.log()).not.toMatch(/"level":(?:50|60)/);
  expect(await server.end()).toEqual([]);
});

/** Megabytes that the server has resident at most until the work is done. */
async function peakMb(work: () => Promise<unknown>): Promise<number> {
  let peak = 0;
  const look = setInterval(() => {
    peak = Math.max(
      peak,
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'latin1'))?.[1] ?? 0) / 1024,
    );
  }, 20);
  await work();
  clearInterval(look);
  return peak;
}

describe('165 a body', () => {
  it('165 in chunks without end is cut off at the cap', async () => {
    const socket = await openSocket(server);
    const answer = readAll(socket);
    socket.write(`${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n`);
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    while (!socket.destroyed && socket.bytesWritten < 64 * 1024 * 1024) {
      await writeSlowly(socket, chunk);
    }
    expect(await answer).toMatch(/^HTTP\/1\.1 413 |^$/);
    // Four megabytes are the cap; what the kernel holds comes on top of it.
    expect(socket.bytesWritten).toBeLessThan(32 * 1024 * 1024);
  });

  it.runIf(isLinux)('165 sent by a hundred at once, each just below the cap, holds bounded memory', async () => {
    const size = 4 * 1024 * 1024;
    const restMb = await peakMb(() => honestRun(server));
    const sockets = await Promise.all(Array.from({ length: 100 }, () => openSocket(server)));
    const answers = sockets.map(readAll);
    const peak = await peakMb(async () => {
      await Promise.all(
        sockets.map(async (socket) => {
          // All but the last byte: 400 MB would lie here without the budget of the bodies that are on their way.
          socket.write(`${JSON_HEAD}Content-Length: ${size}\r\n\r\n`);
          for (let sent = 0; sent < size - 65_536 && !socket.destroyed; sent += 65_536) {
            await writeSlowly(socket, ' '.repeat(65_536));
          }
        }),
      );
      expect(await honestRun(server)).toEqual(HONEST);
    });
    for (const socket of sockets) socket.destroy();
    const refused = (await Promise.all(answers)).filter((answer) => answer.startsWith('HTTP/1.1 503 '));
    // Many are reset before they can read why.
    expect(refused.length).toBeGreaterThan(0);
    expect(peak - restMb).toBeLessThan(250);
  });

  it('165 that never comes whole, or stops within a header, keeps nobody from being answered', async () => {
    const starts = [
      `${JSON_HEAD}Content-Length: 50\r\n\r\n{"jsonrpc"`,
      `${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\n{"`,
      'POST /mcp HT',
      `${JSON_HEAD}X-Half: `,
    ];
    const sockets = await Promise.all(Array.from({ length: 40 }, () => openSocket(server)));
    for (const [at, socket] of sockets.entries()) socket.write(starts[at % starts.length] ?? '');
    expect(await honestRun(server)).toEqual(HONEST);
    for (const socket of sockets) socket.destroy();
  });
});

it('165 is followed by honest work, and leaves no connection', async () => {
  expect(await honestRun(server)).toEqual(HONEST);
  await expect.poll(() => server.connections(), { timeout: 15_000 }).toBe(0);
});
