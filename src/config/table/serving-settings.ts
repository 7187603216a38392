/**
 * How Codeloom is reached: the config file, transports, addresses. Rows of the one table, which is setting-table.ts.
 */
import { complainAboutHost, complainAboutPath, complainIfEmpty } from './setting-checks.ts';
import type { SettingRow } from './setting-row.ts';

export const SERVING_SETTINGS = {
  config: {
    kind: 'text',
    word: 'FILE',
    default: undefined,
    check: complainIfEmpty,
    inFile: false,
    description: 'config file to read; without it, codeloom/mcp.json in your user config folder, where there is one',
  },
  transport: {
    kind: 'choice',
    choices: ['stdio', 'http'],
    default: 'stdio',
    description: 'how clients reach Codeloom: over stdin and stdout, or over Streamable HTTP',
  },
  host: {
    kind: 'text',
    word: 'HOST',
    default: '127.0.0.1',
    check: complainAboutHost,
    description: 'address that the HTTP transport listens on',
  },
  port: {
    kind: 'integer',
    min: 0,
    max: 65_535,
    default: 8788,
    description: 'port that the HTTP transport listens on; 0 lets the system choose',
  },
  path: {
    kind: 'text',
    word: 'PATH',
    default: '/mcp',
    check: complainAboutPath,
    description: 'path of the MCP endpoint on the HTTP transport',
  },
  allowedHosts: {
    kind: 'list',
    word: 'HOSTS',
    default: [],
    check: complainAboutHost,
    description: "names that the Host header may carry beyond loopback's, without port",
  },
  allowUnauthenticated: {
    kind: 'switch',
    default: false,
    description: 'serve beyond loopback without authentication: anyone who can connect can run programs',
  },
} as const satisfies Record<string, SettingRow>;
