/** Section A of the hostile inputs on the docker engine: a program finds nothing but its container. */
import { expect, it } from 'vitest';
import { describeAttacks } from '../attack-bench.ts';
import { HOOK_CASES, SCOPE_CASES } from './language-cases.ts';
import { REALM_CASES } from './realm-cases.ts';

describeAttacks('escape attempts in a container', { engine: 'docker' }, ({ attack }) => {
  it.concurrent.each([...REALM_CASES, ...HOOK_CASES, ...SCOPE_CASES])(
    '$title',
    async ({ program, isolate, container = isolate }) => {
      expect(await attack(program)).toMatchObject(container);
    },
  );
});
