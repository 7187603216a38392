/**
 * Where dynamic tools are kept, and whether they may be changed. Rows of the one table, which is setting-table.ts.
 */
import { complainAboutDatabase, complainIfEmpty } from './setting-checks.ts';
import type { SettingRow } from './setting-row.ts';

export const REGISTRY_SETTINGS = {
  registry: {
    kind: 'choice',
    choices: ['sqlite', 'postgres', 'none'],
    default: 'sqlite',
    description: 'where dynamic tools are kept: a file, or a PostgreSQL database for many instances; none offers none',
  },
  registryFile: {
    kind: 'text',
    word: 'FILE',
    default: undefined,
    check: complainIfEmpty,
    description: 'file of the sqlite registry; without it, codeloom/registry.db in your user state folder',
  },
  registryUrl: {
    kind: 'text',
    word: 'URL',
    default: undefined,
    check: complainAboutDatabase,
    isSecret: true,
    description: 'database of the postgres registry: `postgres://user:password@host:5432/name`',
  },
  readOnly: {
    kind: 'switch',
    default: false,
    description: 'dynamic tools can be called, and neither made nor changed',
  },
} as const satisfies Record<string, SettingRow>;
