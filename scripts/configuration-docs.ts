/**
 * Writes docs/configuration.md from the table of settings: `node scripts/configuration-docs.ts`. A test holds the file
 * to what this renders, so a setting cannot be added without its documentation.
 */
import { writeFileSync } from 'node:fs';
import { profileTexts } from '../src/config/profile/profile-settings.ts';
import type { SettingRow } from '../src/config/table/setting-row.ts';
import {
  flagOf,
  rowOf,
  SETTING_KEYS,
  SETTING_TABLE,
  type SettingKey,
  variableOf,
} from '../src/config/table/setting-table.ts';

export const CONFIGURATION_DOCS = new URL('../docs/configuration.md', import.meta.url);

const INTRODUCTION = `# Configuration

This file is written by \`node scripts/configuration-docs.ts\` from the table of settings; change the table, not the file.

A setting comes from the first of these that gives it: a flag, an environment variable, the config file, the
[profile](#profiles), the default.
Codeloom reads no \`.env\`, and nothing from the current directory unless you name it. An unknown flag, variable with the
prefix \`CODELOOM_\` or key is an error that says which name is nearest. All mistakes are told at once, those of the config
file with file, line, column and key. An empty variable counts as not given.
What was given and is not used, because another setting says otherwise, is told in the log and by \`codeloom doctor\`.

## The config file

JSON, with comments and trailing commas if you like. \`--config FILE\` or \`CODELOOM_CONFIG\` names it; without either, it is
\`codeloom/mcp.json\` in your user config folder, where there is one: \`$XDG_CONFIG_HOME\` or \`~/.config\` on Linux,
\`~/Library/Application Support\` on macOS, \`%APPDATA%\` on Windows.

\`\`\`jsonc
{
  // The key is "mcpServers", as most clients write it, or "servers", as VS Code does.
  "mcpServers": {
    "files": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem", "\${HOME}/notes"] },
    "tracker": {
      "type": "http",
      "url": "https://tracker.example/mcp",
      "headers": { "Authorization": "Bearer \${TRACKER_TOKEN}" },
      "blockTools": ["delete_project"],
    },
  },
  // Codeloom's own settings.
  "codeloom": { "logLevel": "warn", "limits": { "wallMs": 60000 } },
}
\`\`\`

### A server

| key | means |
|---|---|
| \`command\`, \`args\`, \`env\`, \`cwd\` | starts a server and speaks to it over stdio. No shell is involved. It gets the variables in \`env\`, beside \`PATH\`, \`HOME\` and the like, and no others. A relative path in \`command\` is taken from \`cwd\` |
| \`url\`, \`headers\` | connects to a server; http and https only, and no password in the URL |
| \`type\` | \`stdio\`, \`http\` (or \`streamable-http\`) or \`sse\`; without it, \`command\` means stdio and \`url\` means http |
| \`allowTools\` | only these tools are offered. A tool is meant by either spelling: the name that the server gives it (\`delete-project\`), or the identifier under which programs may reach it (\`delete_project\`) |
| \`blockTools\` | these tools are never offered, even where \`allowTools\` has them; in either spelling, too. An identifier blocks every tool that would have it |
| \`timeoutMs\` | deadline of one call to this server, in place of the limit \`callMs\` |
| \`description\` | what the server is for, for agents to read |
| \`disabled\` | \`true\` leaves the server out, whatever else it says |

Keys that only other clients know (\`autoApprove\`, \`alwaysAllow\`, \`gallery\`, \`dev\`, \`envFile\` and the like) are ignored, and
\`codeloom serve\` logs that they are. A name is any text of up to 128 characters without control characters.

### References to variables

In \`command\`, \`args\`, \`env\`, \`cwd\`, \`url\` and \`headers\`, \`\${VAR}\` and \`\${env:VAR}\` stand for an environment variable, and
\`\${VAR:-text}\` for \`text\` where the variable is not set or empty. A variable that is not set and has no default is an
error. What a variable holds is not expanded again. \`$\${\` stands for a literal \`\${\`. VS Code's \`\${input:…}\` is refused:
Codeloom has nobody to ask.

## Settings
`;

const AFTERWORD = `
The registry's file lies in \`$XDG_STATE_HOME\` or \`~/.local/state\` on Linux, in \`~/Library/Application Support\` on macOS, in
\`%LOCALAPPDATA%\` on Windows, in a folder \`codeloom\` there. A \`registryUrl\` with a password belongs in a variable: the flags of a
process can be seen by others.

Over HTTP, a host beyond loopback is refused unless tokens are asked for (\`auth\`) or \`allowUnauthenticated\` accepts that none are:
[access.md](access.md). An \`adminToken\` belongs in a variable.

## Limits

In the file \`"limits": { "wallMs": 60000 }\`, as flags \`--limit wallMs=60000 --limit heapMb=256\`, as a variable
\`CODELOOM_LIMIT="wallMs=60000,heapMb=256"\`. The sources are merged name by name.
Their names, defaults and ranges are in [limits.md](limits.md).
`;

const PROFILES = `
## Profiles

A profile is a bundle of defaults, and decides nothing else: each of its settings can be given otherwise, and any of them
can be had without the profile. \`--profile enterprise --sandboxes off\` is everything of \`enterprise\` but the sandboxes.
\`system.health\` and \`codeloom doctor\` name the profile. Limits of a profile are merged with those that are given, name by name:
\`--profile enterprise --limit runsPerMinute=0\` keeps the others. Over HTTP without authentication all clients are one caller, and
share what one caller may.

`;

export function renderConfigurationDocs(): string {
  const settings = table(
    ['flag', 'variable', 'key in "codeloom"', 'value', 'default', 'what it is'],
    SETTING_KEYS.map((key) => settingCells(key, rowOf(key))),
  );
  const profiles = table(
    ['profile', 'sets'],
    SETTING_TABLE.profile.choices.map((profile) => [
      code(profile),
      profileTexts(profile).map(code).join(', ') || 'nothing: it is the defaults of the table',
    ]),
  );
  return `${INTRODUCTION}\n${settings}${AFTERWORD}${PROFILES}${profiles}`;
}

function settingCells(key: SettingKey, row: SettingRow): readonly string[] {
  const inFile = row.inFile === false ? '' : code(key);
  return [code(flagOf(key)), code(variableOf(key)), inFile, valueText(row), defaultText(row), row.description];
}

function valueText(row: SettingRow): string {
  switch (row.kind) {
    case 'choice':
      return row.choices.map(code).join(', ');
    case 'integer':
      return `${row.min} to ${row.max}`;
    case 'switch':
      return '`true`, `false`';
    case 'list':
      return 'list: commas between, or an array in the file';
    case 'limits':
      return 'numbers by name';
    default:
      return 'text';
  }
}

function defaultText(row: SettingRow): string {
  if (row.kind === 'limits') return '';
  const text = row.default === undefined ? '' : String(row.default);
  return text === '' ? '' : code(text);
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`);
  return lines.join('');
}

if (import.meta.main) writeFileSync(CONFIGURATION_DOCS, renderConfigurationDocs());
