import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameDecoder } from '../../../../../sandbox-runtime/framing.ts';
import { type KeeperRequest, PROTOCOL_VERSION } from '../../../../../sandbox-runtime/protocol.ts';
import { Fault } from '../../../../../src/base/fault.ts';
import { KeeperLink } from '../../../../../src/engine/docker/session/keeper-link.ts';

const RUNTIME = Buffer.from('runtime');
const LIMITS = { count: 2, bytes: 10, totalBytes: 15 };
const END = {
  exitCode: 0,
  stdout: { head: 'out', tail: '', droppedBytes: 0 },
  stderr: { head: '', tail: '', droppedBytes: 0 },
};

/** A link whose other end is this test. */
function drivenLink() {
  const requests: KeeperRequest[] = [];
  const payloads: string[][] = [];
  const gone: unknown[] = [];
  const decoder = new FrameDecoder(1_000_000);
  let isRuntime = true;
  const stream = new Duplex({
    read: () => {},
    write: (chunk: Buffer, _encoding, done) => {
      if (isRuntime) isRuntime = false;
      else {
        for (const [header = '', ...rest] of decoder.push(chunk)) {
          requests.push(JSON.parse(header));
          payloads.push(rest);
        }
      }
      done();
    },
  });
  const options = { runtime: RUNTIME, commandBytes: 100, artifactBytes: 10 };
  const link = new KeeperLink({ ...options, onGone: (violation) => gone.push(violation) });
  link.attach(stream);
  const sayBytes = (bytes: Buffer) => {
    const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
    header.writeUInt32BE(bytes.length, 4);
    stream.push(Buffer.concat([header, bytes]));
    return new Promise((resolve) => setImmediate(resolve));
  };
  const say = (message: object, ...rest: string[]) => sayBytes(encodeFrame([JSON.stringify(message), ...rest]));
  return { link, stream, requests, payloads, gone, say, sayBytes };
}

describe('the link to a keeper', () => {
  it('begins when the keeper says that it is ready, and tells it how long to live', async () => {
    const { link, requests, say } = drivenLink();
    const begun = link.begin(5_000);
    await say({ kind: 'ready', version: PROTOCOL_VERSION });
    expect(await begun).toBe(true);
    expect(requests).toEqual([{ kind: 'keep', forMs: 5_000 }]);
  });

  it('gives each answer to whoever asked', async () => {
    const { link, requests, payloads, say } = drivenLink();
    void link.begin(1);
    const [first, second] = [link.exec(['a', 'b']), link.endAll()];
    expect(requests).toEqual([
      { kind: 'exec', outputBytes: 100, call: 1 },
      { kind: 'end-all', call: 2 },
    ]);
    expect(JSON.parse(payloads[0]?.[0] ?? '')).toEqual(['a', 'b']);
    await say({ kind: 'ended', call: 2 });
    await say({ kind: 'exited', call: 1 }, JSON.stringify(END));
    expect(await first).toEqual(END);
    expect(await second).toBeUndefined();
  });

  it('collects files until the last word, with the reasons for the others', async () => {
    const { link, say } = drivenLink();
    void link.begin(1);
    const files = link.collect(LIMITS, 1_000);
    await say({ kind: 'artifact', call: 1 }, 'a.txt', Buffer.from('hi').toString('base64'));
    await say({ kind: 'collected', call: 1 }, JSON.stringify({ leftOut: 3, reasons: ['too large'] }));
    expect(await files).toMatchObject({ artifacts: [{ path: 'a.txt', bytes: 2 }], leftOut: 3, reasons: ['too large'] });
  });

  it.each<[string, (driven: ReturnType<typeof drivenLink>) => Promise<unknown>]>([
    ['an answer to a question never asked', ({ say }) => say({ kind: 'ended', call: 9 })],
    ['another answer than asked for', ({ say }) => say({ kind: 'ended', call: 1 })],
    ['a file where none was asked for', ({ say }) => say({ kind: 'artifact', call: 1 }, 'a', '')],
    ['a message of no kind', ({ say }) => say({ kind: 'call', call: 1 })],
    ['a number that is none', ({ say }) => say({ kind: 'exited', call: -1 }, JSON.stringify(END))],
    [
      'an exit without a code',
      ({ say }) => say({ kind: 'exited', call: 1 }, JSON.stringify({ ...END, exitCode: 'x' })),
    ],
    [
      'more output than asked for',
      ({ say }) =>
        say(
          { kind: 'exited', call: 1 },
          JSON.stringify({ ...END, stdout: { head: 'x'.repeat(101), tail: '', droppedBytes: 0 } }),
        ),
    ],
    ['garbage', ({ sayBytes }) => sayBytes(Buffer.alloc(64, 255))],
    ['another version', ({ say }) => say({ kind: 'ready', version: PROTOCOL_VERSION + 1 })],
  ])('ends at %s', async (_what, say) => {
    const driven = drivenLink();
    void driven.link.begin(1);
    const pending = driven.link.exec(['true']);
    await say(driven);
    expect(driven.gone).toEqual([expect.any(Error)]);
    const fault = new Fault('SANDBOX_LOST', 'gone');
    driven.link.close(fault);
    await expect(pending).rejects.toBe(fault);
  });

  it('ends at a file over the limits, or with a path that leads elsewhere', async () => {
    for (const [path, content] of [
      ['a', 'x'.repeat(11)],
      ['../a', 'x'],
      ['/a', 'x'],
    ] as const) {
      const { link, gone, say } = drivenLink();
      void link.begin(1);
      const files = link.collect(LIMITS, 1_000);
      files.catch(() => {});
      await say({ kind: 'artifact', call: 1 }, path, Buffer.from(content).toString('base64'));
      expect(gone, path).toHaveLength(1);
      link.close(new Fault('SANDBOX_LOST', 'gone'));
    }
  });

  it('tells once that the stream has ended, and refuses whoever asks after it was closed', async () => {
    const { link, stream, gone } = drivenLink();
    const begun = link.begin(1);
    stream.destroy();
    expect(await begun).toBe(false);
    await new Promise((resolve) => setImmediate(resolve));
    expect(gone).toEqual([undefined]);
    const fault = new Fault('SANDBOX_LOST', 'gone');
    link.close(fault);
    await expect(link.endAll()).rejects.toBe(fault);
  });
});
