/** I 152–156 on the docker engine. */
import { it } from 'vitest';
import { describeAttacks } from '../attack-bench.ts';
import { firstOfEach } from '../fixtures/first-of-each.ts';
import { AFTER_RETURN } from './after-return.ts';
import { expectAfterReturn } from './expect-after-return.ts';

describeAttacks('what outlives its program in a container', { engine: 'docker' }, ({ attack }) => {
  it.concurrent.each(firstOfEach(AFTER_RETURN, 2))(
    '$title',
    async (each) => {
      expectAfterReturn(await attack(each.program), each);
    },
    90_000,
  );
});
