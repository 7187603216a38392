/** A database of its own on a throw-away cluster, for tests that open registries on it and meddle with it. */
import { createLog } from '../../src/base/log.ts';
import { openRegistry } from '../../src/registry/open-registry.ts';
import type { Registry } from '../../src/registry/registry.ts';
import type { RegistryBench } from '../contract/registry/registry-contract.ts';
import type { ThrowAwayCluster } from './throw-away-cluster.ts';

export interface PostgresBench extends RegistryBench {
  readonly url: string;
}

export async function postgresBench(cluster: ThrowAwayCluster): Promise<PostgresBench> {
  const url = await cluster.createDatabase();
  const opened: Registry[] = [];
  return {
    url,
    open: ({ isReadOnly = false, reserved = { names: [], prefixes: [] } } = {}) => {
      const place = { kind: 'postgres', url } as const;
      const registry = openRegistry({ place, isReadOnly, reserved, log: createLog('silent') });
      opened.push(registry);
      return registry;
    },
    another: () => postgresBench(cluster),
    async execute(sql) {
      await cluster.query(url, sql);
    },
    async close() {
      await Promise.all(opened.map((registry) => registry.close()));
    },
  };
}
