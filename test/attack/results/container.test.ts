/** H 141–150 on the docker engine. */
import { it } from 'vitest';
import { describeAttacks } from '../attack-bench.ts';
import { expectResult } from './expect-result.ts';
import { RESULT_CASES } from './result-cases.ts';

describeAttacks('results from a container', { engine: 'docker' }, ({ attack }) => {
  it.concurrent.each(RESULT_CASES)('$title', async ({ program, container, ...wanted }) => {
    expectResult(await attack(program), container ?? wanted);
  });
});
