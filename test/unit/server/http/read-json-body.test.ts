import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readJsonBody } from '../../../../src/server/http/read-json-body.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

function post(
  body: string | Uint8Array<ArrayBuffer> | ReadableStream,
  headers: Record<string, string> = JSON_TYPE,
): Request {
  return new Request('http://localhost/mcp', { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
}

async function refusal(request: Request, maxBytes = 1_000): Promise<[number, string]> {
  const body = await readJsonBody(request, maxBytes);
  if (body.kind === 'message') return [200, JSON.stringify(body.message)];
  const { error } = (await body.response.json()) as { error: { message: string } };
  return [body.response.status, error.message];
}

function streamOf(chunks: Iterable<string>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.iterator]();
  return new ReadableStream({
    pull(controller) {
      const next = iterator.next();
      if (next.done === true) controller.close();
      else controller.enqueue(new TextEncoder().encode(next.value));
    },
  });
}

function* forever(): Generator<string> {
  for (;;) yield 'x'.repeat(100);
}

describe('the body of a POST', () => {
  it('is one JSON object, in however many pieces it comes', async () => {
    expect(await refusal(post(streamOf(['{"a"', ':"ä', '"}'])))).toEqual([200, '{"a":"ä"}']);
  });

  it('may be as large as the limit and not one byte larger', async () => {
    const text = JSON.stringify({ a: 'x'.repeat(92) });
    expect((await refusal(post(text), 100))[0]).toBe(200);
    expect((await refusal(post(text), 99))[0]).toBe(413);
  });

  it('is refused by its declared length before it is read', async () => {
    expect((await refusal(post('{}', { ...JSON_TYPE, 'content-length': '100000000' })))[0]).toBe(413);
  });

  it('is cut off at the limit where it has no declared length and no end', async () => {
    expect((await refusal(post(streamOf(forever()))))[0]).toBe(413);
  });

  it.each([
    ['', 400, 'not valid JSON'],
    ['{"a":', 400, 'not valid JSON'],
    ['[{"jsonrpc":"2.0"}]', 400, 'batches'],
    ['[]', 400, 'batches'],
    ['null', 400, 'a message is a JSON object'],
    ['"text"', 400, 'a message is a JSON object'],
  ])('may not be %j', async (text, status, said) => {
    expect(await refusal(post(text))).toEqual([status, expect.stringContaining(said)]);
  });

  it('may not be bytes that are no UTF-8', async () => {
    expect(await refusal(post(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])))).toEqual([
      400,
      expect.stringContaining('UTF-8'),
    ]);
  });

  it.each(['[', '{"a":'])('may not be nested without measure in %j', async (open) => {
    expect(await refusal(post(open.repeat(100_000)), 1_000_000)).toEqual([400, expect.stringContaining('nested')]);
  });

  it('may have any number of brackets inside of strings, behind escaped quotes too', async () => {
    expect((await refusal(post(JSON.stringify({ a: `"${'['.repeat(500)}` })))).at(0)).toBe(200);
  });

  it.each([{}, { 'content-type': 'text/plain' }, { 'content-type': 'application/jsonp' }])(
    'may not be of type %j',
    async (headers) => {
      expect((await refusal(post('{}', headers)))[0]).toBe(415);
    },
  );

  it('may not be compressed', async () => {
    expect((await refusal(post(gzipSync('{}'), { ...JSON_TYPE, 'content-encoding': 'gzip' })))[0]).toBe(415);
  });

  it('that breaks off is refused', async () => {
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) });
    expect(await refusal(post(broken))).toEqual([400, expect.stringContaining('did not arrive whole')]);
  });
});
