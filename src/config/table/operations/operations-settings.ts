/**
 * How the server is watched while it runs. Rows of the one table, which is src/config/table/setting-table.ts.
 */
import type { SettingRow } from '../setting-row.ts';

export const OPERATIONS_SETTINGS = {
  metrics: {
    kind: 'choice',
    choices: ['on', 'off'],
    default: 'on',
    description: 'whether the HTTP transport answers GET /metrics, for Prometheus; see docs/observability.md',
  },
} as const satisfies Record<string, SettingRow>;
