import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveServer, startServer } from './live-server.ts';
import { exchange, HONEST, honestRun, INITIALIZE, rawPost } from './raw-client.ts';

let server: LiveServer;
beforeAll(async () => {
  server = await startServer({ settings: { allowedHosts: ['box.example.com'] } });
});
afterAll(async () => {
  expect(await server.end()).toEqual([]);
});

/** The status of an initialize with these header lines, as bytes: no client in between tidies them. */
async function statusOf(...headers: readonly string[]): Promise<number> {
  const answer = await exchange(server, rawPost(JSON.stringify(INITIALIZE), headers));
  if (answer.startsWith('HTTP/1.1 403')) expect(answer).toContain('"jsonrpc":"2.0"');
  expect(answer).not.toMatch(/\/(?:work|home|root|tmp|src|node_modules)\//);
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
}

/** Where the Host is no authority of a URL at all, the listener answers 400 before anybody asks whether it is allowed. */
const HOSTS: readonly (readonly [what: string, lines: readonly string[], status: number])[] = [
  ['of another site', ['Host: evil.com'], 403],
  ['of loopback as a label of another', ['Host: localhost.evil.com'], 403],
  ['of a name that a resolver points here', ['Host: 127.0.0.1.nip.io'], 403],
  ['null', ['Host: null'], 403],
  ['that is empty', ['Host:'], 400],
  ['that is missing', ['X-Other: localhost'], 400],
  ['of another loopback address', ['Host: 127.0.0.2'], 403],
  ['of loopback as a number', ['Host: 2130706433'], 403],
  ['of loopback in octal', ['Host: 0177.0.0.1'], 403],
  ['of loopback mapped into IPv6', ['Host: [::ffff:127.0.0.1]'], 400],
  ['with a user', ['Host: localhost@evil.com'], 400],
  ['with a user that is loopback', ['Host: evil.com@localhost'], 400],
  ['with an encoded dot', ['Host: 127%2e0.0.1'], 400],
  ['with a dot at its end', ['Host: localhost.'], 403],
  ['with a port that is none', ['Host: localhost:http'], 400],
  ['with two ports', ['Host: localhost:80:80'], 400],
  ['in letters that look alike', ['Host: l\u043ecalhost'], 400],
  ['with a tab inside', ['Host: local\thost'], 400],
  // Node takes the first of two Host lines, as it does for every header that may stand once. Either way only names that
  // are allowed get through, because the one that is taken is the one that is checked.
  ['twice, the wrong one first', ['Host: evil.com', 'Host: localhost'], 403],
  ['of IPv6 loopback', ['Host: [::1]'], 200],
  ['of loopback in capitals', ['Host: LocalHost'], 200],
  // The port of the Host is not compared: behind a forwarded port it is another one, and it is the name that rebinding
  // has to forge.
  ['with another port', ['Host: localhost:1'], 200],
  ['that was allowed by name', ['Host: BOX.example.com:443'], 200],
];

const ORIGINS: readonly (readonly [what: string, lines: readonly string[], status: number])[] = [
  ['of another site', ['Origin: https://evil.com'], 403],
  ['of a page without one', ['Origin: null'], 403],
  ['that is empty', ['Origin:'], 403],
  ['with loopback as its user', ['Origin: http://localhost@evil.com'], 403],
  ['of a file', ['Origin: file://localhost'], 403],
  ['of an extension', ['Origin: chrome-extension://localhost'], 403],
  ['with a path', ['Origin: http://localhost/evil.com'], 403],
  ['without a scheme', ['Origin: localhost'], 403],
  ['that lists two', ['Origin: http://localhost http://evil.com'], 403],
  ['of a subdomain of an allowed name', ['Origin: https://sub.box.example.com'], 403],
  ['in an allowed name’s shape with another ending', ['Origin: https://box.example.com.evil.com'], 403],
  ['given twice, one of them foreign', ['Origin: http://localhost', 'Origin: http://evil.com'], 403],
  ['of a page on this machine', ['Origin: http://localhost:5173'], 200],
  ['of IPv6 loopback in capitals', ['ORIGIN: HTTP://[::1]:9'], 200],
];

describe('164 a client that says where it wants to go', () => {
  it.each(HOSTS)('164 with a Host %s is told %j → %i', async (_what, lines, status) => {
    expect(await statusOf(...lines)).toBe(status);
  });

  it.each(ORIGINS)('164 with an Origin %s is told %j → %i', async (_what, lines, status) => {
    expect(await statusOf('Host: localhost', ...lines)).toBe(status);
  });

  it('164 in the request line is judged by its Host all the same', async () => {
    const post = rawPost(JSON.stringify(INITIALIZE), ['Host: evil.com']);
    const absolute = post.replace('POST /mcp', `POST http://localhost:${server.port}/mcp`);
    expect(await exchange(server, absolute)).toMatch(/^HTTP\/1\.1 40[03]/);
  });

  it('164 wrongly may use no method at all, and opens no session', async () => {
    for (const method of ['GET', 'DELETE', 'OPTIONS', 'PUT']) {
      const answer = await exchange(server, `${method} /mcp HTTP/1.1\r\nHost: evil.com\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 403 /);
      expect(answer.toLowerCase()).not.toContain('mcp-session-id');
    }
  });

  it('164 leaves an honest client where it was', async () => {
    expect(await honestRun(server)).toEqual(HONEST);
    expect(server.log()).not.toMatch(/"level":(?:50|60)/);
  });
});
