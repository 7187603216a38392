/** Whether what was kept of a program's output is what a case of output-cases.ts says, for both engines. */
import { expect } from 'vitest';
import type { Outcome } from '../../../src/program/outcome.ts';
import { shown } from '../fixtures/attacked.ts';
import type { OutputCase } from './output-cases.ts';

export function expectOutput(outcome: Outcome, { lines }: OutputCase): void {
  expect(['completed', 'program-threw']).toContain(outcome.kind);
  const texts = outcome.logs.map(({ text }) => text);
  if (typeof lines === 'function') expect(lines(outcome), JSON.stringify(texts.slice(0, 3)).slice(0, 500)).toBe(true);
  else expect(texts).toEqual(lines.map((line) => (typeof line === 'string' ? line : expect.stringMatching(line))));
  const { wire, text } = shown(outcome);
  expect([wire.isWellFormed(), text.isWellFormed(), text.length < 10_000]).toEqual([true, true, true]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
}
