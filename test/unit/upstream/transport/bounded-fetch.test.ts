import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { boundedFetch } from '../../../../src/upstream/transport/bounded-fetch.ts';

async function serving(answer: (response: ServerResponse) => void): Promise<string> {
  const server = createServer((_request, response) => answer(response)).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const fetchAtMost100 = boundedFetch(100);

test('a body at the cap is read, with its status and headers', async () => {
  const url = await serving((response) => void response.writeHead(418, { 'x-a': 'b' }).end('x'.repeat(100)));
  const response = await fetchAtMost100(url);
  expect([response.status, response.headers.get('x-a'), (await response.text()).length]).toEqual([418, 'b', 100]);
});

test('a body over the cap is broken off', async () => {
  const url = await serving((response) => void response.end('x'.repeat(101)));
  await expect((await fetchAtMost100(url)).text()).rejects.toThrow('sent a message of more than 100 bytes');
});

test('a response without a body stays without', async () => {
  const url = await serving((response) => void response.writeHead(204).end());
  expect((await fetchAtMost100(url)).body).toBeNull();
});

test.each(['\n\n', '\r\n\r\n'])(
  'an event stream may go on for ever, as long as each event is small (%j)',
  async (end) => {
    const url = await serving((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      for (let index = 0; index < 1_000; index += 1) response.write(`data: ${'x'.repeat(50)}${end}`);
      response.end();
    });
    expect((await (await fetchAtMost100(url)).text()).length).toBe(1_000 * (56 + end.length));
  },
);

test('one event over the cap is broken off', async () => {
  const url = await serving((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`data: a\n\n${'data: xxxxx\n'.repeat(20)}\n`);
  });
  await expect((await fetchAtMost100(url)).text().then((text) => text.length)).resolves.toBe(250);
  const endless = await serving((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end('data: xxxxx\n'.repeat(20));
  });
  await expect((await fetchAtMost100(endless)).text()).rejects.toThrow('more than 100 bytes');
});
