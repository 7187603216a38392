import { describe, expect, it } from 'vitest';
import { expectedFailures, listScenarios, runClientScenario, runClientSuite } from './run-suite.ts';

const FAILING = 'elicitation-sep1034-client-defaults';
/** The four suites are those of the scenarios that are about logging in. */
const HELD_TO_BASELINE = [
  ['--scenario', FAILING],
  ['--suite', 'auth'],
  ['--suite', 'backcompat'],
  ['--suite', 'draft'],
  ['--suite', 'extensions'],
] as const;
const PASSING = ['initialize', 'tools_call', 'sse-retry'];
const PATIENCE_MS = 120_000;

describe('the official suite against the upstream side', { timeout: PATIENCE_MS }, () => {
  it('is shaken hands with, and finds no tools', async () => {
    const { code, said, complaints } = await runClientScenario('initialize');
    expect([code, complaints], said).toEqual([0, '']);
  });

  it('has its tool called, and the answer comes back', async () => {
    const { code, said, complaints, printed } = await runClientScenario('tools_call');
    expect([code, complaints, printed], said).toEqual([0, '', 'add_numbers: "The sum of 2 and 2 is 4"\n']);
  });

  it('ends the stream of a call, and the client comes back for the answer, not before the time it was told', async () => {
    const { said, checks, complaints, printed } = await runClientScenario('sse-retry');
    const bad = checks.filter(({ status }) => status === 'FAILURE' || status === 'WARNING');
    // A busy machine is late, which the suite holds against the client; a client that does not listen comes back early.
    const isLate = ({ id, details }: (typeof checks)[number]) =>
      id === 'client-sse-retry-timing' && details?.tooEarly === false;
    expect(
      bad.filter((check) => !isLate(check)),
      said,
    ).toEqual([]);
    const answer = 'test_reconnection: "Reconnection test completed successfully"\n';
    expect([complaints, printed], said).toEqual(['', answer]);
  });

  it.each(HELD_TO_BASELINE)(
    'fails in %s %s only where the baseline says so, and the baseline is not stale',
    async (choice, name) => {
      const { code, said } = await runClientSuite(choice, name);
      expect(code, said).toBe(0);
    },
  );

  it('has no scenario beside these, and all that the baseline names', async () => {
    const listed = (await listScenarios('client')).map(({ name }) => name);
    expect(listed.filter((name) => !name.startsWith('auth/')).sort()).toEqual([FAILING, ...PASSING].sort());
    expect(listed).toEqual(expect.arrayContaining([...expectedFailures('client')]));
  });
});
