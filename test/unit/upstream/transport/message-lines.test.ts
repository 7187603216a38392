import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MessageLines } from '../../../../src/upstream/transport/message-lines.ts';

function readAll(chunks: readonly Buffer[], maxBytes = 1_000) {
  const heard = { messages: [] as unknown[], noise: 0, tooLong: 0 };
  const lines = new MessageLines(maxBytes, {
    message: (message) => void heard.messages.push(message),
    noise: () => void heard.noise++,
    tooLong: () => void heard.tooLong++,
  });
  for (const chunk of chunks) lines.read(chunk);
  return heard;
}

const message = (id: number, text = '') => `{"jsonrpc":"2.0","id":${id},"result":{"text":"${text}"}}`;

test('messages come whole, however the bytes are cut', () => {
  const whole = Buffer.from(`${message(1, 'grün €')}\n\r\n${message(2)}\r\nnoise\n${message(3)}\n`);
  fc.assert(
    fc.property(fc.array(fc.nat(whole.length)), (cuts) => {
      const edges = [0, ...cuts.sort((a, b) => a - b), whole.length];
      const chunks = edges.slice(1).map((end, index) => whole.subarray(edges[index], end));
      const { messages, noise } = readAll(chunks);
      expect(messages).toEqual(
        [1, 2, 3].map((id) => ({ jsonrpc: '2.0', id, result: { text: id === 1 ? 'grün €' : '' } })),
      );
      expect(noise).toBe(1);
    }),
  );
});

test('several messages in an array come one by one', () => {
  expect(readAll([Buffer.from(`[${message(1)},7,${message(2)}]\n`)])).toMatchObject({
    messages: [{ id: 1 }, { id: 2 }],
    noise: 1,
  });
});

test('a line at the cap is read; one above it ends the reading', () => {
  const line = message(1);
  expect(readAll([Buffer.from(`${line}\n`)], line.length)).toMatchObject({ messages: [{ id: 1 }], tooLong: 0 });
  expect(readAll([Buffer.from(`${line}\n${message(2)}\n`)], line.length - 1)).toEqual({
    messages: [],
    noise: 0,
    tooLong: 1,
  });
  expect(readAll([Buffer.from('x'.repeat(11)), Buffer.from(`x\n${line}\n`)], 10)).toEqual({
    messages: [],
    noise: 0,
    tooLong: 1,
  });
});
