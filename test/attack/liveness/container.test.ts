/** Section B on the docker engine: the container's process is as stuck as an isolate's, and is killed from outside. */
import { expect, it } from 'vitest';
import { describeAttacks } from '../attack-bench.ts';
import { type LivenessCase, TIMED_OUT } from './liveness-case.ts';

const spin = (title: string, program: string): LivenessCase => ({ title, program, outcome: TIMED_OUT });

const CASES: readonly LivenessCase[] = [
  spin('33, 35: a loop after an awaited call is ended', 'await mcp.kit.echo({}); while (true) {}'),
  spin('34: for (;;) await 0 is ended', 'for (;;) await 0;'),
  spin('37: a promise that nobody settles meets the deadline', 'await new Promise(() => {});'),
  spin(
    '37: a process with nothing left to do does not end its run with success',
    'process.removeAllListeners(); return { then() {} }',
  ),
  spin(
    '40: Array.prototype.includes on a length of 2^53 - 1 is ended',
    'Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1)',
  ),
  spin('46: Atomics.wait for ever is ended', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'),
  spin(
    '48: an error whose stack is prepared for ever is ended',
    "Error.prepareStackTrace = () => { for (;;); }; throw new Error('x')",
  ),
  spin(
    '54: a recursion that goes on whenever its stack overflows is ended',
    'function f() { try { f() } catch { f() } } f()',
  ),
  spin(
    '33: children and threads that spin are ended with their container',
    `
    const { spawn } = process.getBuiltinModule('child_process'); const { Worker } = process.getBuiltinModule('worker_threads');
    for (let n = 0; n < 3; n++) spawn('sh', ['-c', 'trap "" TERM INT HUP; while :; do :; done'], { detached: true, stdio: 'ignore' }).unref();
    new Worker('for (;;);', { eval: true }); process.on('SIGTERM', () => {}); await new Promise(() => {});`,
  ),
  {
    title: '47, 53: a result stays, whatever goes on behind it',
    program: 'setInterval(() => { for (;;); }, 0); return "kept"',
    outcome: { kind: 'completed', result: 'kept' },
  },
];

describeAttacks(
  'programs that will not end, in containers',
  { engine: 'docker', limits: { wallMs: 1_500, cpuMs: 500 } },
  ({ attack }) => {
    it.concurrent.each(CASES)('$title', async ({ program, outcome }) => {
      expect(await attack(program)).toMatchObject(outcome);
    });
  },
);
