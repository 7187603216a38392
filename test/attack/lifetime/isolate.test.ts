/** I 152–156 on the node engine. */
import { it } from 'vitest';
import { describeAttacks } from '../attack-bench.ts';
import { AFTER_RETURN } from './after-return.ts';
import { expectAfterReturn } from './expect-after-return.ts';

describeAttacks('what outlives its program in an isolate', { engine: 'node' }, ({ attack }) => {
  it.concurrent.each(AFTER_RETURN)('$title', async (each) => {
    expectAfterReturn(await attack(each.program), each);
  });
});
