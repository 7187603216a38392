import { describe, expect, it } from 'vitest';
import { policyServers } from '../../e2e/policy/policy-servers.ts';
import type { TestClient } from '../../unit/server/clients.ts';

const POLICY = JSON.stringify({
  rules: [
    { subjects: ['olga'], engines: ['node'], servers: { '*': {} } },
    { subjects: ['carl'], engines: ['node'], codeloomTools: ['mcp-exec', 'run_js', 'public.*'] },
  ],
});
const named = (name: string) => ({ name, description: 'Says one.', code: 'return 1' });
const refusalOf = (client: TestClient, name: string) =>
  client.call(name).then(
    ({ text }) => text,
    (thrown: unknown) => String(thrown),
  );

describe('whoever guesses names of tools', { timeout: 120_000 }, () => {
  it('is led to none that the policy hides, however near the guess', async () => {
    const connect = await policyServers(POLICY).overHttp();
    const [olga, carl] = [await connect('olga'), await connect('carl')];
    for (const name of ['secret.merger-with-acme', 'public.weather']) {
      expect((await olga.call('dynamic.tool.create', { tool: named(name) })).isError).toBe(false);
    }
    const guesses = ['secret.merger-with-acm', 'dynamic.tool.creat', 'public.weathr'];
    const direct = await Promise.all(guesses.map((name) => refusalOf(carl, name)));
    const inner = await carl.call('mcp-exec', { name: 'merger-with-acme' });
    const told = [...direct, inner.text].join('\n');
    expect(told).toContain('Did you mean "public.weather"?');
    expect(told).not.toContain('merger-with-acme"?');
    expect(told).not.toContain('dynamic.tool.create"?');
    expect(inner.text).not.toContain('secret.');
    // Whoever may call them is led there as ever.
    expect(await refusalOf(olga, 'secret.merger-with-acm')).toContain('Did you mean "secret.merger-with-acme"?');
  });
});
