/** Section A of the hostile inputs on the node engine: a program finds nothing but its realm. */
import { expect, it } from 'vitest';
import { describeAttacks } from '../attack-bench.ts';
import { HOOK_CASES, SCOPE_CASES } from './language-cases.ts';
import { REALM_CASES } from './realm-cases.ts';

describeAttacks('escape attempts in an isolate', { engine: 'node', limits: { wallMs: 3_000 } }, ({ attack }) => {
  it.each([...REALM_CASES, ...HOOK_CASES, ...SCOPE_CASES])('$title', async ({ program, isolate }) => {
    expect(await attack(program)).toMatchObject(isolate);
  });
});
