/** J 159–161 on the node engine. */
import { it } from 'vitest';
import { describeAttacks } from '../attack-bench.ts';
import { expectOutput } from './expect-output.ts';
import { OUTPUT_CASES, PATIENT } from './output-cases.ts';

describeAttacks('output from an isolate', { engine: 'node', limits: PATIENT }, ({ attack }) => {
  it.each(OUTPUT_CASES)(
    '$title',
    async (each) => {
      expectOutput(await attack(each.program), each);
    },
    110_000,
  );
});
