/**
 * Catalogs made of server snapshots, and kept: the same snapshots give the same object, so that what is cached by a
 * catalog's hash is found without hashing again. Called by upstreams.ts for each run.
 */
import { contentHash } from '../../base/json.ts';
import { type Catalog, EMPTY_CATALOG } from '../../base/tool.ts';
import type { ServerSnapshot } from './server-tools.ts';

const MAX_KEPT = 256;

export class Catalogs {
  readonly #kept = new Map<string, Catalog>();

  /** The catalog of the snapshots, which come sorted by name. */
  of(snapshots: readonly ServerSnapshot[]): Catalog {
    if (snapshots.length === 0) return EMPTY_CATALOG;
    const hash = contentHash(...snapshots.map((snapshot) => snapshot.hash));
    const kept = this.#kept.get(hash);
    if (kept !== undefined) return kept;
    const servers = Object.freeze(snapshots.map(({ server }) => server));
    const catalog = Object.freeze({ servers, hash });
    this.#kept.set(hash, catalog);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return catalog;
  }
}
