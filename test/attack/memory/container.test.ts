/** Inputs 71 and 72 on the docker engine: memory, files, processes and descriptors, against the bounds of the container. */
import { expect, it } from 'vitest';
import { describeAttacks } from '../attack-bench.ts';
import { OUT_OF_MEMORY } from './memory-case.ts';

const MODULES = `
const [fs, children] = ['fs', 'child_process'].map((name) => process.getBuiltinModule(name));
const attempt = (work) => { try { return work() } catch (error) { return error.code ?? error.name } };
`;

/** Each needs a container of its own, and meets the memory of the container or the heap of its Node. */
const BOMBS: readonly (readonly [title: string, program: string])[] = [
  ['71: a flood of Buffers', 'const all = []; for (;;) all.push(Buffer.alloc(4e6, 1))'],
  ['71: a flood of objects', 'const all = []; for (;;) all.push(new Array(1_000).fill({ a: 1.5 }))'],
  [
    '71: memories of WebAssembly',
    'const all = []; for (;;) { const m = new WebAssembly.Memory({ initial: 256 }); new Uint8Array(m.buffer).fill(1); all.push(m) }',
  ],
  [
    '71: files in memory beside a flood',
    "for (let n = 0; n < 30; n++) fs.writeFileSync('/tmp/' + n, Buffer.alloc(1e6, 1)); const all = []; for (;;) all.push(Buffer.alloc(1e6, 1))",
  ],
  [
    '71: a string that is made flat',
    "const all = []; for (;;) { const s = 'x'.repeat(5e7) + all.length; s.charCodeAt(1); all.push(s) }",
  ],
  [
    '71: threads with heaps of their own',
    "const { Worker } = process.getBuiltinModule('worker_threads'); for (let n = 0; n < 4; n++) new Worker('const a = []; for (;;) a.push(Buffer.alloc(4e6, 1))', { eval: true }).on('error', () => {}); await new Promise(() => {})",
  ],
];

const limits = { wallMs: 20_000, cpuMs: 15_000, heapMb: 64 };

describeAttacks('programs that take what a container has', { engine: 'docker', limits }, ({ attack, looted }) => {
  it.concurrent.each(BOMBS)('%s end with their container, as what they are', async (_title, program) => {
    expect(await attack(`${MODULES}${program}`)).toMatchObject(OUT_OF_MEMORY);
  });

  it.concurrent('71, 72: files are bounded in size, sparse or not, and all together', async () => {
    const found = await looted(`${MODULES}
      process.on('SIGXFSZ', () => {});
      const sparse = attempt(() => fs.ftruncateSync(fs.openSync('/workspace/sparse', 'w'), 2 ** 40));
      const far = attempt(() => fs.writeSync(fs.openSync('/workspace/far', 'w'), 'x', 2 ** 36));
      const fill = attempt(() => { for (let n = 0; n < 40; n++) fs.writeFileSync('/tmp/' + n, Buffer.alloc(1 << 20)) });
      return [sparse, far, fill];`);
    expect(found).toEqual(['EFBIG', 'EFBIG', 'ENOSPC']);
  });

  it.concurrent('72: a million empty files are counted as the memory that they take', async () => {
    const { kind, error } = await attack(
      `${MODULES} for (let n = 0; n < 1e6; n++) fs.writeFileSync('/workspace/' + n, '')`,
    );
    expect([kind, error?.limit ?? error?.message.slice(0, 6)]).toBeOneOf([
      ['limit-exceeded', 'heapMb'],
      ['limit-exceeded', 'cpuMs'],
      ['limit-exceeded', 'wallMs'],
      ['program-threw', 'ENOSPC'],
    ]);
  });

  it.concurrent('72: ten thousand descriptors and a hundred processes are refused, and the program is told', async () => {
    const found = await looted(`${MODULES}
      const open = [];
      const files = attempt(() => { for (let n = 0; n < 1e4; n++) open.push(fs.openSync('/dev/null')) });
      for (const fd of open) fs.closeSync(fd);
      for (let count = 0; count < 500; count++) {
        const child = children.spawn('sleep', ['60'], { stdio: 'ignore' });
        const code = await new Promise((resolve) => child.once('error', (error) => resolve(error.code)).once('spawn', () => resolve()));
        if (code !== undefined) return [files, count < 64, code];
      }`);
    expect(found).toEqual(['EMFILE', true, 'EAGAIN']);
  });

  it.concurrent('72: a fork bomb is ended with its container, or starves there', async () => {
    const { kind } = await attack(
      `${MODULES} children.spawn('sh', ['-c', 'f() { f | f & }; f'], { detached: true, stdio: 'ignore' }); await sleep(500); return 1`,
      { timeoutMs: 5_000 },
    );
    expect(['completed', 'limit-exceeded', 'program-threw']).toContain(kind);
  });
});
