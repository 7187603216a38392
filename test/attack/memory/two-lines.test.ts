/**
 * A bomb of memory is ended by lines of which each holds by itself: from inside, the isolate's own heap cap; from
 * outside, the bound that the operating system puts on a worker's data, and the watchdog on its resident memory. One is
 * switched off by setting it far away. What V8's cap does not count, or cannot stop, has the two lines outside.
 */
import { describe, expect, it } from 'vitest';
import { Watchdog } from '../../../src/engine/isolate/watchdog.ts';
import { startBareWorker } from '../bare-worker.ts';
import { leaveNothing } from '../fixtures/attacked.ts';

const FAR = 1_000_000;
const FAR_HEAP_MB = 2_048;
const HEAP_MB = 32;
/** What a worker may have beyond its rest; the engine allows twice the heap and 272 MB. */
const DATA_MB = 336;
const DEADLINES = { wallMs: 110_000, cpuMs: 110_000 };
const OUT_OF_MEMORY =
  /out of memory|Last few GCs|is_heap_oom|allocation fail|bad_alloc|failed to reserve|cannot allocate|Committing semi space/i;

const HEAP_BOMB = 'const all = []; for (;;) all.push({ a: [1.5] });';
/** V8's optimiser leaves no look at the interrupt in a loop that only calls builtins: the cap is met, and nobody stops. */
const DEAF_BOMB = 'const all = []; for (;;) all.push(new Array(1_000).fill({ a: 1.5 }));';
const BUFFER_BOMB = 'const all = []; for (;;) all.push(new Uint8Array(1e6).fill(1));';
const RESIZABLE_BOMB =
  'const all = []; for (;;) { const b = new ArrayBuffer(8, { maxByteLength: 2 ** 26 }); b.resize(2 ** 26); new Uint8Array(b).fill(1); all.push(b) }';
const WASM_BOMB =
  'const all = []; for (;;) { const m = new WebAssembly.Memory({ initial: 256 }); new Uint8Array(m.buffer).fill(1); all.push(m) }';

type Bomb = readonly [title: string, program: string];
const COUNTED: readonly Bomb[] = [
  ['55: a heap bomb', HEAP_BOMB],
  ['60: a bomb of array buffers', BUFFER_BOMB],
];
const ALL: readonly Bomb[] = [
  ...COUNTED,
  ['55: a heap bomb that does not hear the isolate', DEAF_BOMB],
  ['61: a bomb of resizable buffers', RESIZABLE_BOMB],
  ['62: a bomb of WebAssembly memories', WASM_BOMB],
];

describe.runIf(process.platform === 'linux')('memory', () => {
  leaveNothing();

  it.for(COUNTED)('%s is ended by the isolate, with nobody outside', async ([, program], { onTestFinished }) => {
    const worker = await startBareWorker(onTestFinished, HEAP_MB);
    worker.run(program, DEADLINES);
    const end = await worker.end;
    // The cap, or what the language says of an allocation that the cap has refused.
    if (end.kind === 'gone') expect(end.stderr).toMatch(OUT_OF_MEMORY);
    else if (end.kind !== 'threw') expect(end).toMatchObject({ kind: 'limit', limit: 'heapMb' });
  });

  it.for(ALL)(
    '%s is ended by the operating system, with the isolate’s cap off',
    async ([, program], { onTestFinished }) => {
      const worker = await startBareWorker(onTestFinished, FAR_HEAP_MB, DATA_MB);
      worker.run(program, { ...DEADLINES, heapMb: FAR_HEAP_MB });
      const end = await worker.end;
      // The process dies of it with words that the host understands, or the allocation fails and the program is told.
      if (end.kind === 'gone') expect(end.stderr).toMatch(OUT_OF_MEMORY);
      else expect(end.kind).toBe('threw');
    },
  );

  it.for(ALL)(
    '%s is seen by the watchdog, with the isolate’s cap and the system’s bound off',
    async ([, program], { onTestFinished }) => {
      const worker = await startBareWorker(onTestFinished, FAR_HEAP_MB);
      const seen = Promise.withResolvers<string>();
      onTestFinished(new Watchdog().watch(worker.pid, () => ({ residentMb: 300, cpuMs: FAR }), seen.resolve));
      worker.run(program, { ...DEADLINES, heapMb: FAR_HEAP_MB });
      expect(await Promise.race([seen.promise, worker.end])).toBe('heapMb');
      worker.kill();
      expect(await worker.end).toMatchObject({ kind: 'gone' });
    },
  );
});
