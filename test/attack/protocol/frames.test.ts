/** D 77, 78, 80: bytes that are no frames, and frames that lie about themselves. */
import { expect, it } from 'vitest';
import { describeCompromised } from './compromised-worker.ts';

const BETRAYAL = { code: 'PROTOCOL_VIOLATION' };

const VIOLATIONS: readonly (readonly [title: string, attack: string])[] = [
  ['77: a frame of more than 64 MB, by its own word', `w.raw(w.u32(64 * 1024 * 1024 + 1))`],
  [
    '77: a frame that goes on to the cap and holds nothing',
    `w.raw(w.u32(8 * 1024 * 1024)); w.raw(Buffer.alloc(8 * 1024 * 1024))`,
  ],
  ['77: line feeds without end', `w.raw(Buffer.alloc(1_000_000, '\\n'))`],
  ['77: empty lines of another protocol', `w.raw(Buffer.from('\\r\\n'.repeat(1_000)))`],
  ['77: a line of JSON, as another protocol would have it', `w.raw(Buffer.from('{"jsonrpc":"2.0","id":1}\\n'))`],
  ['77: NUL bytes without end', `for (let n = 0; n < 100; n++) w.raw(Buffer.alloc(10_000))`],
  ['80: a frame of 4 GB', `w.raw(Buffer.from('ffffffff00', 'hex'))`],
  ['80: a frame of nothing', `w.raw(Buffer.from('00000000', 'hex'))`],
  ['80: a frame without parts', `w.raw(Buffer.from('0000000100', 'hex'))`],
  ['80: a frame of five parts', `w.raw(Buffer.concat([w.u32(21), Buffer.from([5]), Buffer.alloc(20)]))`],
  ['80: a frame of 255 parts', `w.raw(Buffer.concat([w.u32(1), Buffer.from([255])]))`],
  ['80: a part that is longer than its frame', `w.raw(Buffer.from('0000000501ffffffff', 'hex'))`],
  ['80: a part whose length is cut off', `w.raw(Buffer.from('000000030100' + '00', 'hex'))`],
  ['80: bytes behind the last part', `w.raw(Buffer.from('0000000701000000017b7d', 'hex'))`],
  ['80: the header of a frame of Docker', `w.raw(Buffer.from('01000000000000057b7d', 'hex'))`],
  ['78: a part that ends within a character', `w.raw(w.frame(Buffer.from([0x7b, 0x22, 0xe2, 0x82])))`],
];

describeCompromised('a worker that has been taken over is ended when it writes', ({ run }) => {
  it.each(VIOLATIONS)('%s', async (_title, attack) => {
    await expect(run(attack)).rejects.toMatchObject(BETRAYAL);
  });

  it('77: half a frame, and is gone: the run is lost, and was told to nobody as done', async () => {
    const half = `const whole = w.frame(JSON.stringify({ kind: 'completed', run: w.run, hasResult: true }), '1', '[]');
      w.raw(whole.subarray(0, whole.length / 2)); process.kill(process.pid, 'SIGKILL')`;
    await expect(run(half)).rejects.toMatchObject({ code: 'SANDBOX_LOST' });
  });

  it('77: half a frame, and nothing more: the deadline ends it', async () => {
    const outcome = await run(`w.raw(w.u32(100)); w.raw(Buffer.alloc(50))`, { timeoutMs: 1_000 });
    expect(outcome).toMatchObject({ kind: 'limit-exceeded', error: { limit: 'wallMs' } });
  });
});

describeCompromised('what a worker writes is understood however it is cut:', ({ result }) => {
  it('80: byte by byte', async () => {
    const frame = `w.frame(JSON.stringify({ kind: 'completed', run: w.run, hasResult: true }), '"whole"', '[]')`;
    expect(await result(`for (const byte of ${frame}) w.raw(Buffer.from([byte])); w.ready()`)).toBe('whole');
  });

  it('80: a thousand frames in one piece, and half of one more', async () => {
    const attack = `const log = w.frame(JSON.stringify({ kind: 'log', run: w.run, level: 'log', atMs: 0 }), 'x');
      const last = w.frame(JSON.stringify({ kind: 'completed', run: w.run, hasResult: true }), '"last"', '[]');
      w.raw(Buffer.concat([...Array(1_000).fill(log), last.subarray(0, 9)])); w.raw(last.subarray(9)); w.ready()`;
    expect(await result(attack)).toBe('last');
  });
});
