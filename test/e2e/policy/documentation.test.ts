import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RATE_NAMES } from '../../../src/base/gate/rates.ts';
import type { Era } from '../../unit/server/clients.ts';
import { policyServers, USER } from './policy-servers.ts';

const DOCUMENT = readFileSync(new URL('../../../docs/policy.md', import.meta.url), 'utf8');
const CALL = /^```json call (\S+)\n([\s\S]*?)^```\n\n*```json answer\n([\s\S]*?)^```$/gm;
/** The document's subject is whoever runs the test. */
const asUser = (text: string) => text.replaceAll('alice', USER);
const POLICY = asUser(/^```jsonc policy\n([\s\S]*?)^```$/m.exec(DOCUMENT)?.[1] ?? '');
const CALLS = [...DOCUMENT.matchAll(CALL)].map(([, tool = '', args = '', answer = '']) => ({
  tool,
  args: JSON.parse(args) as object,
  answer: JSON.parse(asUser(answer), (_, value: unknown) =>
    typeof value === 'string' && value.endsWith('…') ? expect.stringContaining(value.slice(0, -1)) : value,
  ) as object,
}));

describe('docs/policy.md', { timeout: 120_000 }, () => {
  it.each<Era>(['2026', 'v1'])('comes out as it says for a client of %s', async (era) => {
    const client = await policyServers(POLICY).overStdio(era);
    for (const { tool, args, answer } of CALLS) {
      const { structured, isError } = await client.call(tool, args);
      expect(structured, JSON.stringify(args)).toMatchObject(answer);
      expect(isError).toBe('error' in answer || 'diagnostics' in answer);
    }
  });

  it('has examples, and names every rate', () => {
    expect(CALLS.length).toBeGreaterThan(4);
    for (const rate of RATE_NAMES) expect(DOCUMENT).toContain(`\`${rate}\``);
  });
});
