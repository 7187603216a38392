/** H 141–150 on the docker engine. */
import { it } from 'vitest';
import { describeAttacks } from '../attack-bench.ts';
import { firstOfEach } from '../fixtures/first-of-each.ts';
import { expectResult } from './expect-result.ts';
import { RESULT_CASES } from './result-cases.ts';

const CASES = [...firstOfEach(RESULT_CASES, 2), ...RESULT_CASES.filter(({ container }) => container !== undefined)];

describeAttacks('results from a container', { engine: 'docker' }, ({ attack }) => {
  it.concurrent.each(CASES)(
    '$title',
    async ({ program, container, ...wanted }) => {
      expectResult(await attack(program), container ?? wanted);
    },
    90_000,
  );
});
