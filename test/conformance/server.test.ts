import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConformanceServer, startConformanceServer } from './conformance-server.ts';
import { expectedFailures, listScenarios, runServerSuite } from './run-suite.ts';

const VERSIONS = ['2025-06-18', '2025-11-25'];
const PATIENCE_MS = 120_000;

describe('the official suite against the HTTP server', { timeout: PATIENCE_MS }, () => {
  let server: ConformanceServer;
  beforeAll(async () => {
    server = await startConformanceServer();
  }, PATIENCE_MS);
  afterAll(() => server.close());

  it.each(VERSIONS)(
    'fails for revision %s only where the baseline says so, and the baseline is not stale',
    async (version) => {
      const { code, said, scenarios } = await runServerSuite(server.url, version);
      expect(code, said).toBe(0);
      const listed = (await listScenarios('server')).filter(({ versions }) => versions.includes(version));
      expect(scenarios).toEqual(listed.map(({ name }) => name));
    },
  );

  it('has no scenario of another revision, and all that the baseline names', async () => {
    const listed = await listScenarios('server');
    expect([...new Set(listed.flatMap(({ versions }) => versions))].sort()).toEqual(VERSIONS);
    expect(listed.map(({ name }) => name)).toEqual(expect.arrayContaining([...expectedFailures('server')]));
  });
});
