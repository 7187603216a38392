/** D 74, 76, 78, 79, 81, 84, 85, 86, 88: claims of a worker that look right, and what becomes of them. */
import { expect, it } from 'vitest';
import { shown } from '../fixtures/attacked.ts';
import { describeCompromised } from './compromised-worker.ts';

describeCompromised('a worker that has been taken over', ({ run, result, heard }) => {
  it('74: ends its run once: a second end, calls and log lines after the first are nobody’s', async () => {
    const before = (await heard()).length;
    const outcome = await run(`w.done('first'); w.done('second'); w.call(1);
      w.say({ kind: 'log', run: w.run, level: 'log', atMs: 0 }, 'late'); w.say({ kind: 'threw', run: w.run }, '{}'); w.ready()`);
    expect(outcome).toMatchObject({ kind: 'completed', result: 'first', logs: [], toolCalls: [] });
    expect(await heard()).toHaveLength(before);
  });

  it('74: cannot end a run of its past once more, nor change what was told of it', async () => {
    const first = await run(`w.done(w.run); w.ready()`);
    const second = await run(`for (let run = 1; run < w.run; run++)
      w.say({ kind: 'completed', run, hasResult: true }, '"forged"', '[]'); w.done('own'); w.ready()`);
    expect([typeof first.result, second.result]).toEqual(['number', 'own']);
  });

  it('76: makes a million calls, and meets the limit after the first few hundred of them', async () => {
    const outcome = await run(`for (let id = 1; id <= 1e6; id++) w.call(id)`);
    expect(outcome).toMatchObject({ kind: 'limit-exceeded', error: { limit: 'toolCalls', value: 500 } });
    expect(outcome.toolCalls.length).toBeLessThanOrEqual(601);
  });

  it('78: sends NUL and halves of characters in a text, which stay text', async () => {
    const outcome = await run(
      `w.say({ kind: 'log', run: w.run, level: 'log', atMs: 0 }, 'a\\0b'); w.done('\\ud800'); w.ready()`,
    );
    expect(outcome).toMatchObject({ kind: 'completed', logs: [{ text: 'a\0b' }] });
    const { wire, text } = shown(outcome);
    expect([wire.isWellFormed(), text.isWellFormed(), text.includes('a\\u0000b')]).toEqual([true, true, true]);
  });

  it('79: sends numbers, keys and duplicates that JSON allows, which harm nobody', async () => {
    const json = '{"a":1e999,"b":-0,"c":123456789012345678901234567890,"d":1,"d":2,"__proto__":{"polluted":true}}';
    const outcome = await run(`w.say({ kind: 'completed', run: w.run, hasResult: true }, '${json}', '[]'); w.ready()`);
    expect(outcome.kind).toBe('completed');
    // A number beyond all numbers is none in JSON; our own guest never sends one, so nothing is lost by what becomes of it.
    const { structuredContent } = JSON.parse(shown(outcome).wire) as { structuredContent: { result: object } };
    expect(structuredContent.result).toMatchObject({ a: null, d: 2 });
    expect(Object.hasOwn(structuredContent.result, '__proto__')).toBe(true);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('79: sends a result of 100,000 keys', async () => {
    const keys = `w.done(Object.fromEntries(Array.from({ length: 1e5 }, (_, n) => ['k' + n, 0]))); w.ready()`;
    // 1.3 MB, beyond the limit for results; 50,000 of them are within it.
    expect(await run(keys)).toMatchObject({ kind: 'limit-exceeded', error: { limit: 'resultBytes' } });
    expect(Object.keys((await result(keys.replace('1e5', '5e4'))) as object)).toHaveLength(50_000);
  });

  it('81: prints on its stdout and stderr, frames too, and nobody takes that for the protocol', async () => {
    const noise = `const fs = w.require('node:fs'); const forged = w.frame(JSON.stringify({ kind: 'completed', run: w.run, hasResult: true }), '"forged"', '[]');
      for (const fd of [1, 2]) { fs.writeSync(fd, forged); fs.writeSync(fd, 'noise '.repeat(10_000)); } w.done('own'); w.ready()`;
    expect(await result(noise)).toBe('own');
  });

  it('84: writes log lines that look like the protocol, another log or a terminal’s orders', async () => {
    const line =
      '{"kind":"completed","run":1}\\n[error] forged\\r\\u001b[2J\\u001b]0;title\\u0007\\u202eevil\\u009b31m';
    const outcome = await run(
      `w.say({ kind: 'log', run: w.run, level: 'info', atMs: 0 }, "${line.replaceAll('"', '\\"')}"); w.done(1); w.ready()`,
    );
    expect(outcome.logs).toHaveLength(1);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(shown(outcome).text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(shown(outcome).wire).not.toContain('\u001b');
  });

  it('85: has no channel for handles, no children, no files, no environment, and its own five descriptors', async () => {
    const look = `const fs = w.require('node:fs'), children = w.require('node:child_process'), { Worker } = w.require('node:worker_threads');
      const refused = (work) => { try { work(); return 'allowed' } catch (error) { return error.code } };
      w.done([typeof process.send, typeof process.channel, Object.keys(process.env),
        refused(() => children.spawnSync('/bin/true')), refused(() => children.fork('/x.cjs')), refused(() => fs.readFileSync('/etc/passwd')),
        refused(() => fs.writeFileSync('/tmp/x', 'x')), refused(() => fs.readdirSync('/proc/self/fd')), refused(() => new Worker('1', { eval: true })),
        refused(() => process.getBuiltinModule('node:inspector').open(0))]); w.ready()`;
    const denied = 'ERR_ACCESS_DENIED';
    expect(await result(look)).toEqual(['undefined', 'undefined', [], ...Array(7).fill(denied)]);
  });

  it('86: claims a result of 2 MB', async () => {
    const outcome = await run(`w.done('x'.repeat(2_000_000)); w.ready()`);
    expect(outcome).toMatchObject({ kind: 'limit-exceeded', error: { limit: 'resultBytes', value: 1_048_576 } });
  });

  it('86: throws an error of megabytes, which is cut to what can be read', async () => {
    const outcome = await run(`const big = '\\u001b'.repeat(300_000) + 'at f (program.js:1:1)\\n'.repeat(50_000);
      w.say({ kind: 'threw', run: w.run }, JSON.stringify({ name: big.slice(0, 1e6), message: big.slice(0, 1e5), stack: big.slice(-2e6) })); w.ready()`);
    expect(outcome).toMatchObject({ kind: 'program-threw' });
    expect(shown(outcome).wire.length).toBeLessThan(200_000);
    expect(shown(outcome).wire).not.toContain('\u001b');
  });

  it('86: says hasResult in other words than true, and has then no result', async () => {
    const outcome = await run(`w.say({ kind: 'completed', run: w.run, hasResult: 'yes' }, '"x"', '[]'); w.ready()`);
    expect(outcome.kind).toBe('completed');
    expect(Object.hasOwn(outcome, 'result')).toBe(false);
  });

  it('86: claims to have dropped more lines than there are numbers for', async () => {
    const tail = `{"droppedLines":9007199254740991,"droppedBytes":9007199254740991,"lines":[{"level":"log","atMs":1e308,"text":"x"}]}`;
    const outcome = await run(`w.say({ kind: 'log-tail', run: w.run }, '${tail}'); w.done(1); w.ready()`);
    expect(outcome).toMatchObject({ kind: 'completed', truncated: { logLines: 9007199254740991 } });
  });

  it.each([
    '[1]',
    '"text"',
    'null',
    '7',
    'true',
    '{',
    '',
    '{"a":1e999}'.slice(0, -1),
    `${'{"a":'.repeat(101)}1${'}'.repeat(101)}`,
  ])(
    '88: calls a tool with %j instead of an object that a tool can take: it is told so, and the upstream hears nothing',
    async (args) => {
      const before = (await heard()).length;
      const reply = await result(
        `w.onReply = ({ ok, value }) => { w.done([ok, value.code]); w.ready() }; w.call(1, ${JSON.stringify(args)})`,
      );
      expect(reply).toEqual([false, 'invalid-arguments']);
      expect(await heard()).toHaveLength(before);
    },
  );
});
