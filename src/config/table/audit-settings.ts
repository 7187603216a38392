/**
 * Whether what happens is written down, where, and how much of it is kept. Rows of the one table, which is
 * setting-table.ts.
 */
import { complainIfEmpty } from './setting-checks.ts';
import type { SettingRow } from './setting-row.ts';

export const AUDIT_SETTINGS = {
  audit: {
    kind: 'choice',
    choices: ['off', 'on'],
    default: 'off',
    description: 'whether executions, tool calls, management actions and denials are written down as lines of JSON',
  },
  auditDir: {
    kind: 'text',
    word: 'FOLDER',
    default: undefined,
    check: complainIfEmpty,
    description: 'folder of the audit trail; without it, codeloom/audit in your user state folder',
  },
  auditFileMb: {
    kind: 'integer',
    min: 1,
    max: 1_024,
    default: 16,
    description: 'size of a file of the audit trail, in MiB: a full one is followed by another',
  },
  auditFiles: {
    kind: 'integer',
    min: 2,
    max: 1_000,
    default: 8,
    description: 'files of an audit trail that are kept: the oldest is removed, and the trail says so',
  },
  auditArgs: {
    kind: 'switch',
    default: false,
    description: 'the audit trail has the arguments of calls too, as far as they look like no secret',
  },
} as const satisfies Record<string, SettingRow>;
