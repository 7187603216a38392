import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createRpc, MAX_MESSAGE_BYTES, MessageTooLong } from '../../../../src/compile/typescript/json-rpc.ts';

function frame(message: object): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
}

function connect() {
  const input = new PassThrough();
  const output = new PassThrough();
  const broken: Error[] = [];
  const rpc = createRpc(
    input,
    output,
    (method, params) => ({ method, params }),
    (reason) => broken.push(reason),
  );
  return { input, output, broken, rpc };
}

describe('createRpc', () => {
  it('answers with results, whatever their order and however the bytes arrive', async () => {
    const { input, rpc } = connect();
    const replies = [rpc.request('a', null), rpc.request('b', null)];
    const bytes = Buffer.concat([frame({ id: 2, result: 'zwei é𝒳' }), frame({ id: 1, result: 'one' })]);
    for (const byte of bytes) input.write(Buffer.from([byte]));
    expect(await Promise.all(replies)).toEqual(['one', 'zwei é𝒳']);
  });

  it('rejects with the message of an error reply', async () => {
    const { input, rpc } = connect();
    const reply = rpc.request('a', null);
    input.write(frame({ id: 1, error: { message: 'no such project' } }));
    await expect(reply).rejects.toThrow('no such project');
  });

  it('serves the requests of the other side', async () => {
    const { input, output } = connect();
    input.write(frame({ id: 7, method: 'readFile', params: '/x' }));
    const { promise, resolve } = Promise.withResolvers<Buffer>();
    output.once('data', resolve);
    expect((await promise).toString()).toContain(
      '{"jsonrpc":"2.0","id":7,"result":{"method":"readFile","params":"/x"}}',
    );
  });

  it('ignores replies that nobody waits for', async () => {
    const { input, rpc, broken } = connect();
    input.write(frame({ id: 99, result: 1 }));
    const reply = rpc.request('a', null);
    input.write(frame({ id: 1, result: 2 }));
    expect(await reply).toBe(2);
    expect(broken).toEqual([]);
  });

  it.each([
    ['a message that is too long', Buffer.from(`Content-Length: ${MAX_MESSAGE_BYTES + 1}\r\n\r\n`), MessageTooLong],
    ['a header without a length', Buffer.from('Content-Type: x\r\n\r\n'), Error],
    ['no header at all', Buffer.alloc(2_000, 'x'), Error],
    ['a body that is no JSON', Buffer.from('Content-Length: 1\r\n\r\n{'), Error],
  ])('breaks off at %s, and fails all that is pending once', async (_, bytes, kind) => {
    const { input, rpc, broken } = connect();
    const reply = rpc.request('a', null);
    input.write(bytes);
    await expect(reply).rejects.toBeInstanceOf(kind);
    await expect(rpc.request('b', null)).rejects.toBeInstanceOf(kind);
    input.write(bytes);
    expect(broken).toHaveLength(1);
  });

  it('fails what is pending with the reason of whoever breaks it off', async () => {
    const { rpc } = connect();
    const reply = rpc.request('a', null);
    rpc.breakOff(new Error('killed'));
    await expect(reply).rejects.toThrow('killed');
  });
});
