/** H 141–150 on the node engine. */
import { it } from 'vitest';
import { describeAttacks } from '../attack-bench.ts';
import { expectResult } from './expect-result.ts';
import { RESULT_CASES } from './result-cases.ts';

describeAttacks('results from an isolate', { engine: 'node' }, ({ attack }) => {
  it.each(RESULT_CASES)('$title', async ({ program, ...wanted }) => {
    expectResult(await attack(program), wanted);
  });
});
