/** Whether an outcome is what a case of result-cases.ts says, for both engines. */
import { expect } from 'vitest';
import type { Outcome } from '../../../src/program/outcome.ts';
import { shown } from '../fixtures/attacked.ts';
import type { ResultCase } from './result-cases.ts';

export function expectResult(
  outcome: Outcome,
  { json, refused, limit }: Pick<ResultCase, 'json' | 'refused' | 'limit'>,
): void {
  if (limit !== undefined) expect(outcome).toMatchObject({ kind: 'limit-exceeded', error: { limit } });
  else if (refused !== undefined)
    expect(outcome).toMatchObject({ kind: 'program-threw', error: { message: expect.stringMatching(refused) } });
  else expect([outcome.kind, JSON.stringify(outcome.result)]).toEqual(['completed', json]);
  const { wire, text } = shown(outcome);
  expect([wire.isWellFormed(), text.isWellFormed()]).toEqual([true, true]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
}
