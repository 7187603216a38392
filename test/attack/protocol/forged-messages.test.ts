/** D 73–79: what a worker that has been taken over may say, and what that costs it. */
import { expect, it } from 'vitest';
import { describeCompromised } from './compromised-worker.ts';

const BETRAYAL = { code: 'PROTOCOL_VIOLATION', message: 'The sandbox sent what no program can send; it was ended.' };

/** Texts of JSON for a field that has to be a whole number from 0. */
const NO_IDS = [
  '-1',
  '0.5',
  '9007199254740992',
  '2147483648',
  '"1"',
  '"__proto__"',
  'null',
  '[1]',
  '{}',
  'true',
  '1e999',
];

const VIOLATIONS: readonly (readonly [title: string, attack: string])[] = [
  ['73: an unknown kind of message', `w.say({ kind: 'obey', run: w.run })`],
  ['73: a kind that only the host may send', `w.say({ kind: 'reply', run: w.run, call: 1, ok: true }, '1')`],
  ['73: a kind that is a name of every object', `w.say({ kind: 'constructor', run: w.run })`],
  ['73: no kind at all', `w.say({ run: w.run })`],
  ['73: fields under __proto__ alone', `w.say('{"__proto__":{"kind":"completed","run":' + w.run + '}}')`],
  ['73: no run', `w.say({ kind: 'completed' }, '1', '[]')`],
  ['73: the run of somebody to come', `w.say({ kind: 'completed', run: w.run + 1, hasResult: true }, '1', '[]')`],
  ['73: the run 0', `w.say({ kind: 'completed', run: 0, hasResult: true }, '1', '[]')`],
  ...NO_IDS.map((id) => [`73: the run ${id}`, `w.say('{"kind":"threw","run":${id}}', '{}')`] as const),
  ...NO_IDS.map(
    (id) =>
      [
        `73: the call ${id}`,
        `w.say('{"kind":"call","run":' + w.run + ',"call":${id},"server":0,"tool":0}', '{}')`,
      ] as const,
  ),
  ['73: a call with the id 0', `w.call(0)`],
  ['73: a tool that was not granted', `w.call(1, '{}', 3)`],
  ['73: a server that was not granted', `w.call(1, '{}', 0, 1)`],
  ['73: a place beyond every list', `w.call(1, '{}', 2 ** 31 - 1, 2 ** 31 - 1)`],
  ['73: a log line of an unknown level', `w.say({ kind: 'log', run: w.run, level: '__proto__', atMs: 1 }, 'x')`],
  ['73: a log line before the beginning', `w.say({ kind: 'log', run: w.run, level: 'log', atMs: -1 }, 'x')`],
  ['73: another version in the middle', `w.say({ kind: 'ready', version: 2 })`],
  ['74: two calls under one id', `w.call(1); w.call(1)`],
  ['74: calls in another order', `w.call(2); w.call(1)`],
  ['74: a call that leaves a gap', `w.call(1); w.call(3)`],
  ['78: bytes that are no UTF-8', `w.raw(w.frame(Buffer.from([0x22, 0xff, 0xfe, 0x22])))`],
  ['78: a surrogate in UTF-8', `w.raw(w.frame(Buffer.from([0xed, 0xa0, 0x80])))`],
  ['78: a byte order mark before a message', `w.say('\\ufeff' + JSON.stringify({ kind: 'threw', run: w.run }), '{}')`],
  ['78: NUL before a message', `w.say('\\0' + JSON.stringify({ kind: 'threw', run: w.run }), '{}')`],
  ['78: two messages in one', `w.say('{"kind":"ready","version":1}{"kind":"ready","version":1}')`],
  ['79: a header that nests 30,000 levels', `w.say('['.repeat(30_000) + ']'.repeat(30_000))`],
  [
    '79: a header of a million keys',
    `w.say('{' + Array.from({ length: 1e6 }, (_, n) => '"' + n + '":0').join() + '}')`,
  ],
  [
    '79: a result that nests 100,000 levels',
    `w.say({ kind: 'completed', run: w.run, hasResult: true }, '['.repeat(1e5) + ']'.repeat(1e5), '[]')`,
  ],
  ['86: a result that is no JSON', `w.say({ kind: 'completed', run: w.run, hasResult: true }, '{"a":', '[]')`],
  ['86: a result that is not there', `w.say({ kind: 'completed', run: w.run, hasResult: true })`],
  ['86: pending calls that were never made', `w.done(1, '[{"call":1,"stack":""}]')`],
  ['86: pending calls that are no list', `w.done(1, '{"length":1e9}')`],
  ['86: an error without words', `w.say({ kind: 'threw', run: w.run }, '{}')`],
  ['86: an error that is a list', `w.say({ kind: 'threw', run: w.run }, '[]')`],
  ['86: a limit that only the host knows of', `w.say({ kind: 'limit', run: w.run, limit: 'toolCalls', needed: 0 })`],
  ['86: a limit called __proto__', `w.say({ kind: 'limit', run: w.run, limit: '__proto__', needed: 0 })`],
  ['86: a limit exceeded by too much', `w.say('{"kind":"limit","run":' + w.run + ',"limit":"heapMb","needed":1e300}')`],
  [
    '86: a tail of a million lines',
    `w.say({ kind: 'log-tail', run: w.run }, JSON.stringify({ droppedLines: 0, droppedBytes: 0, lines: Array(1e5).fill({ level: 'log', atMs: 0, text: '' }) }))`,
  ],
  [
    '86: a tail that dropped less than nothing',
    `w.say({ kind: 'log-tail', run: w.run }, '{"droppedLines":-1,"droppedBytes":0,"lines":[]}')`,
  ],
];

describeCompromised('a worker that has been taken over is ended when it sends', ({ run, heard }) => {
  it.each(VIOLATIONS)('%s', async (_title, attack) => {
    await expect(run(attack)).rejects.toMatchObject(BETRAYAL);
  });

  it('74: calls of which none reached a tool that was not granted or not in turn', async () => {
    // Of the forged calls only the honest first of each pair may have left, so the tool at place 0; here one does for sure.
    await run(`w.onReply = () => { w.done(null); w.ready() }; w.call(1)`);
    expect(new Set(await heard())).toEqual(new Set(['echo']));
  });
});
