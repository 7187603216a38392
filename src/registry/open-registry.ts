/**
 * Opens the registry that the settings name. Called by src/main.ts and by the commands that export and import. Nothing is
 * read or connected to yet: a database that is away at start is one that is away, and comes back by itself.
 */
import type { RegistrySettings } from '../base/config.ts';
import { type Home, userFolder } from '../base/files/user-folder.ts';
import type { Log } from '../base/log.ts';
import { createRegistry } from './create-registry.ts';
import { PostgresStore } from './postgres/postgres-store.ts';
import type { ReservedNames } from './record/tool-name.ts';
import type { Registry } from './registry.ts';
import { SqliteStore } from './sqlite/sqlite-store.ts';

export type RegistryPlace =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres'; readonly url: string };

export interface OpenRegistryOptions {
  readonly place: RegistryPlace;
  readonly isReadOnly: boolean;
  /** Names that no dynamic tool may have: those of every tool of Codeloom's own, in every profile. */
  readonly reserved: ReservedNames;
  readonly log: Log;
}

/** The place that the settings name; undefined where there is to be no registry. */
export function registryPlace({ kind, file, url }: RegistrySettings, home: Home): RegistryPlace | undefined {
  if (kind === 'none') return undefined;
  if (kind === 'postgres') return { kind, url: url ?? '' };
  return { kind, file: file ?? userFolder('state', home, 'registry.db') };
}

export function openRegistry({ place, isReadOnly, reserved, log }: OpenRegistryOptions): Registry {
  const store =
    place.kind === 'sqlite'
      ? new SqliteStore({ file: place.file, isReadOnly })
      : new PostgresStore({ url: place.url, isReadOnly, log });
  return createRegistry({ store, isReadOnly, reserved, log });
}
