import { describe, expect, it } from 'vitest';
import { describeHappening } from '../../../src/audit/record/describe-happening.ts';
import { localCaller } from '../../../src/base/gate/caller.ts';

const subjectOf = (subject: string) =>
  String(
    describeHappening(
      { kind: 'denial', caller: localCaller(subject), what: 'session', reason: 'it belongs to another subject' },
      { keepsArguments: false },
    ).subject,
  );

describe('somebody whose name looks like a secret', () => {
  it.each([
    ['token=mallory', 'token=ann'],
    ['acct://mallory@example.com', 'acct://ann@example.com'],
    ['bearer mallory-the-great', 'bearer ann-the-greater'],
    [`sk-mallory-${'0'.repeat(40)}`, `sk-ann-${'0'.repeat(40)}`],
    [`${'m'.repeat(10_000)}1`, `${'m'.repeat(10_000)}2`],
  ])('does not become one with another in the audit trail: %s', (one, other) => {
    expect(subjectOf(one)).not.toBe(subjectOf(other));
    expect(subjectOf(one)).toBe(subjectOf(one));
    expect(subjectOf(one)).toMatch(/#[0-9a-f]{16}$/);
    // Whoever is called what another is shown as is shown as somebody else.
    expect(subjectOf(subjectOf(one))).not.toBe(subjectOf(one));
  });

  it('is told from everybody else, who stands there as they are', () => {
    const plain = ['ann', 'auth0|5f7c8ec7c33c6c004bbafe82', 'ann@example.com', 'spiffe://example.org/ns/prod/sa/web'];
    expect(plain.map(subjectOf)).toEqual(plain);
  });
});
