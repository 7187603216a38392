/** A registry on PostgreSQL that gives up sooner than one in service, or later: as the test needs it. */
import { createRegistry } from '../../../../src/registry/create-registry.ts';
import { PostgresStore } from '../../../../src/registry/postgres/postgres-store.ts';
import type { Registry } from '../../../../src/registry/registry.ts';
import { NOTHING_RESERVED, SILENT } from '../sqlite-bench.ts';

export function openImpatient(url: string, { waitMs = 300, statementMs = 1_500, isReadOnly = false } = {}): Registry {
  const store = new PostgresStore({ url, isReadOnly, log: SILENT, waitMs, statementMs });
  return createRegistry({ store, isReadOnly, reserved: NOTHING_RESERVED, log: SILENT });
}
