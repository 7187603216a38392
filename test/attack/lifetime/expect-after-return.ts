/** Whether an outcome is what a case of after-return.ts says, for both engines. */
import { expect } from 'vitest';
import type { Outcome } from '../../../src/program/outcome.ts';
import type { AfterReturnCase } from './after-return.ts';

export function expectAfterReturn(outcome: Outcome, { outcome: wanted, told }: AfterReturnCase): void {
  expect(outcome).toMatchObject(wanted);
  const others = (outcome.diagnostics ?? []).filter(({ code }) => code !== 'unawaited-tool-call');
  const words = JSON.stringify([...outcome.logs.map(({ text }) => text), ...others.map(({ message }) => message)]);
  if (told === undefined) expect(words).toBe('[]');
  else expect(words).toMatch(told);
}
