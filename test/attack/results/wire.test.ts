/** H 149, 150: what programs return and print, as bytes of a real connection, and requests whose ids are odd. */
import { isUtf8 } from 'node:buffer';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildCodeloom, type Codeloom } from '../../../src/main.ts';
import type { Served } from '../../../src/server/serve.ts';
import { attackedSettings, describeAttacked } from '../fixtures/attacked.ts';
import { TEXTS } from './result-cases.ts';

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 't', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': 'run_js',
  connection: 'close',
};

describeAttacked('on the wire', {}, () => {
  let codeloom: Codeloom | undefined;
  let served: Served | undefined;
  beforeAll(async () => {
    codeloom = buildCodeloom({ ...attackedSettings(), transport: 'http', port: 0 });
    served = await codeloom.serve();
  });
  afterAll(async () => {
    await served?.close();
    await codeloom?.close();
  });

  /** The bytes of the answer to one request, written as text so that ids and arguments may be anything. */
  const post = async (idText: string, args: object): Promise<{ status: number; bytes: Buffer }> => {
    const params = JSON.stringify({ name: 'run_js', arguments: args, _meta: META });
    const body = `{"jsonrpc":"2.0","id":${idText},"method":"tools/call","params":${params}}`;
    const response = await fetch(String(served?.url), { method: 'POST', headers: HEADERS, body });
    return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
  };
  const parse = (
    bytes: Buffer,
  ): { id: unknown; result: { structuredContent: { result: unknown; logs: { text: string }[] } } } => {
    const events = bytes
      .toString('utf8')
      .split('\n')
      .filter((line) => line.startsWith('data: '))
      .map((line) => line.slice(6));
    return JSON.parse(events.at(-1) ?? bytes.toString('utf8'));
  };

  it.each(TEXTS.map((text) => [text.slice(0, 30), text] as const))(
    '149: %j is one message of valid UTF-8, and comes whole',
    async (_shown, text) => {
      const code = 'console.log(args.text.slice(0, 100)); throw_ = null; return args.text'.replace(
        'throw_ = null; ',
        '',
      );
      const { status, bytes } = await post('1', { code, args: { text }, servers: [], typecheck: false });
      expect([status, isUtf8(bytes)]).toEqual([200, true]);
      expect(parse(bytes).result.structuredContent.result).toBe(text.toWellFormed());
      // A terminal that shows the bytes is not given orders: controls are escaped by JSON itself.
      expect(bytes.includes(0x1b)).toBe(false);
      expect(bytes.includes(0)).toBe(false);
    },
  );

  it('149: an error and a log line made of such texts are one message of valid UTF-8, too', async () => {
    const all = TEXTS.slice(0, 12).join('');
    const { status, bytes } = await post('1', {
      code: 'console.error(args.all); throw new Error(args.all)',
      args: { all },
      servers: [],
    });
    expect([status, isUtf8(bytes), bytes.includes(0x1b), bytes.includes(0)]).toEqual([200, true, false, false]);
  });

  it.each(['0', '-1', '9007199254740992', '1e21', '"__proto__"', '"\\u2028\\ud800"', `"${'x'.repeat(1_000)}"`])(
    '150: the request id %s comes back as it was, or is refused',
    async (id) => {
      const { status, bytes } = await post(id, { code: 'return 1', servers: [] });
      expect([200, 400]).toContain(status);
      expect(isUtf8(bytes)).toBe(true);
      if (status === 200) expect(parse(bytes).id).toEqual(JSON.parse(id));
    },
  );
});
