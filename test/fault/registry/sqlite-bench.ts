/** A registry file in a folder of its own, for tests that open it, take it away and meddle with it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createLog } from '../../../src/base/log.ts';
import { openRegistry } from '../../../src/registry/open-registry.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import type { RegistryBench } from '../../contract/registry/registry-contract.ts';

export interface SqliteBench extends RegistryBench {
  readonly folder: string;
  readonly file: string;
}

export const NOTHING_RESERVED = { names: [], prefixes: [] };
export const SILENT = createLog('silent');

export async function sqliteBench(): Promise<SqliteBench> {
  const folder = await mkdtemp(join(tmpdir(), 'codeloom-registry-'));
  const file = join(folder, 'registry.db');
  const opened: Registry[] = [];
  return {
    folder,
    file,
    open: ({ isReadOnly = false, reserved = NOTHING_RESERVED } = {}) => {
      const registry = openRegistry({ place: { kind: 'sqlite', file }, isReadOnly, reserved, log: SILENT });
      opened.push(registry);
      return registry;
    },
    another: sqliteBench,
    async execute(sql) {
      const database = new DatabaseSync(file, { timeout: 10_000 });
      try {
        database.exec(sql);
      } finally {
        database.close();
      }
    },
    async close() {
      await Promise.all(opened.map((registry) => registry.close()));
      await rm(folder, { recursive: true });
    },
  };
}
