/**
 * Where the policy is. A row of the one table, which is ../table/setting-table.ts.
 */
import { complainIfEmpty } from '../table/setting-checks.ts';
import type { SettingRow } from '../table/setting-row.ts';

export const POLICY_SETTINGS = {
  policy: {
    kind: 'text',
    word: 'FILE',
    default: undefined,
    check: complainIfEmpty,
    description:
      'file that says who may use which servers, tools, engines and packages; with it, what it does not allow is denied; see docs/policy.md',
  },
} as const satisfies Record<string, SettingRow>;
