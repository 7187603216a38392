/**
 * What is in deploy/, as tests read it: manifests, with every mistake of YAML told; env files; and the settings that a
 * server makes of what they give it, by the real loader.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import type { Settings } from '../../../src/base/config.ts';
import { loadSettings } from '../../../src/config/load-settings.ts';

export const DEPLOY = fileURLToPath(new URL('../../../deploy/', import.meta.url));

export type Environment = Readonly<Record<string, string>>;

export function textOf(name: string): string {
  return readFileSync(join(DEPLOY, name), 'utf8');
}

/** Throws where YAML has anything to say, a key that is given twice among it. */
export function documentsIn(name: string): readonly object[] {
  return parseAllDocuments(textOf(name), { strict: true, uniqueKeys: true }).map((document) => {
    const [complaint] = [...document.errors, ...document.warnings];
    if (complaint !== undefined) throw complaint;
    return document.toJS() as object;
  });
}

/** Lines of NAME=value and comments; throws at any other. */
export function readEnvFile(name: string): Environment {
  const lines = textOf(name)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const pairs = lines.map((line) => {
    const [, key, value] = /^([A-Z][A-Z0-9_]*)=([^\s'"`$#]*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) throw new Error(`${name}: ${line}`);
    return [key, value] as const;
  });
  if (new Set(pairs.map(([key]) => key)).size < pairs.length) throw new Error(`${name} gives a variable twice.`);
  return Object.fromEntries(pairs);
}

/** Throws as a server would that is started with this environment and this file where CODELOOM_CONFIG says. */
export async function settingsFrom(env: Environment, configFile: string): Promise<Settings> {
  const folder = mkdtempSync(join(tmpdir(), 'codeloom-deploy-'));
  try {
    const config = join(folder, 'mcp.json');
    writeFileSync(config, configFile);
    const given = { ...env, CODELOOM_CONFIG: config };
    return (await loadSettings({ flags: new Map(), env: given, platform: 'linux', homeDir: folder })).settings;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
