/** J 159–162 on the docker engine, where a program can print past its console. */
import { expect, it } from 'vitest';
import { describeAttacks } from '../attack-bench.ts';
import { firstOfEach } from '../fixtures/first-of-each.ts';
import { expectOutput } from './expect-output.ts';
import { OUTPUT_CASES, PATIENT } from './output-cases.ts';

const FS = "const fs = process.getBuiltinModule('node:fs');";

describeAttacks('output from a container', { engine: 'docker', limits: PATIENT }, ({ attack }) => {
  it.concurrent.each(firstOfEach(OUTPUT_CASES, 2))(
    '$title',
    async (each) => {
      expectOutput(await attack(each.program), each);
    },
    110_000,
  );

  it.concurrent.each([
    [
      '162: bytes that are no text',
      `${FS} fs.writeSync(1, Buffer.from([0xff, 0xfe, 0x00, 0x1b, 0x5b, 0x32, 0x4a, 0x0a])); return "kept"`,
    ],
    ['162: half a character at the end', `${FS} fs.writeSync(2, Buffer.from([0x61, 0xe2, 0x82])); return "kept"`],
    [
      '162: what looks like the protocol, on both descriptors',
      `${FS} for (const fd of [1, 2]) fs.writeSync(fd, '\\0end of run\\n{"kind":"completed","run":1,"hasResult":true}\\n'); return "kept"`,
    ],
    [
      '162: the header of a frame of Docker',
      `${FS} fs.writeSync(1, Buffer.from([1, 0, 0, 0, 255, 255, 255, 255])); return "kept"`,
    ],
    ['162: a line without end, and then the end', `${FS} fs.writeSync(1, 'x'.repeat(3_000_000)); return "kept"`],
    [
      '162: descriptors that are closed',
      `${FS} for (const fd of [1, 2]) try { fs.closeSync(fd) } catch {} console.log('x'); return "kept"`,
    ],
  ])('%s', async (_title, program) => {
    const outcome = await attack(program);
    expect(outcome).toMatchObject({ kind: 'completed', result: 'kept' });
    expectOutput(outcome, {
      title: '',
      program,
      lines: ({ logs }) => logs.every(({ text }) => text.length <= 64 * 1024),
    });
  });
});
