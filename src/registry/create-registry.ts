/**
 * The registry over any store: joins the operations to the statements of a database and to the feed of changes. Made by
 * open-registry.ts.
 */
import { toFault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { ChangeFeed } from './change-feed.ts';
import { getTool, listHistory, listTools } from './operations/read-tools.ts';
import { exportLines } from './operations/transfer.ts';
import { createRefusals, createWrites } from './operations/write-tools.ts';
import { createNameCheck, type ReservedNames } from './record/tool-name.ts';
import type { Registry, RegistryHealth } from './registry.ts';
import { countTools } from './store/steps.ts';
import type { Store } from './store/store.ts';

export interface RegistryParts {
  readonly store: Store;
  readonly isReadOnly: boolean;
  readonly reserved: ReservedNames;
  readonly log: Log;
}

export function createRegistry({ store, isReadOnly, reserved, log }: RegistryParts): Registry {
  const complainAboutName = createNameCheck(reserved);
  const feed = new ChangeFeed(store, log);
  const writes = isReadOnly
    ? createRefusals()
    : createWrites({ store, complainAboutName, onWritten: () => feed.wake() });
  return {
    kind: store.kind,
    isReadOnly,
    ...writes,
    get: (name, options = {}) => getTool({ store, complainAboutName, log }, name, options),
    list: (query = {}) => listTools(store, query, complainAboutName),
    history: (name, page = {}) => listHistory(store, name, page, complainAboutName),
    onChange: (listener) => feed.subscribe(listener),
    health: () => healthOf(store, isReadOnly),
    exportLines: () => exportLines(store),
    async close() {
      feed.close();
      await store.close();
    },
  };
}

async function healthOf(store: Store, isReadOnly: boolean): Promise<RegistryHealth> {
  try {
    return { kind: 'up', tools: await store.run('peek', countTools), isReadOnly };
  } catch (thrown) {
    return { kind: 'down', reason: toFault(thrown).message, isReadOnly };
  }
}
