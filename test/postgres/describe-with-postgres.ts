/** A suite with a throw-away PostgreSQL of its own; skipped with the reason where there is none, a failure in CI. */
import { afterAll, beforeAll, describe } from 'vitest';
import { missingPostgres } from './local-postgres.ts';
import { ThrowAwayCluster } from './throw-away-cluster.ts';

export function describeWithPostgres(title: string, body: (cluster: () => ThrowAwayCluster) => void): void {
  const missing = missingPostgres();
  describe.skipIf(missing !== undefined)(`${title}${missing ? ` (skipped: ${missing})` : ''}`, () => {
    let cluster: ThrowAwayCluster | undefined;
    beforeAll(async () => {
      cluster = await ThrowAwayCluster.start();
    });
    afterAll(() => cluster?.remove());
    body(() => {
      if (cluster === undefined) throw new Error('The suite has not begun.');
      return cluster;
    });
  });
}
