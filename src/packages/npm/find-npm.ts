/**
 * Which npm there is: the one on PATH; and whether it can be told to fetch from registries alone. Called before each
 * installation, so that an npm that was installed meanwhile is found, and by `codeloom doctor`.
 */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, realpath } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { npmEnvironment, type Variables } from './npm-environment.ts';

export interface NpmCommand {
  readonly command: string;
  /** What stands before npm's own arguments. */
  readonly args: readonly string[];
}

/** The first that knows all of `--allow-git`, `--allow-remote`, `--allow-file` and `--allow-directory`. */
export const OLDEST_NPM = '11.14';
const ASK_MS = 20_000;

/**
 * An older one resolves a package's wish for `http://10.0.0.1/x.tgz` by asking there, before anybody can look at the lock
 * file. It is asked for the option rather than for its version, because only the option matters.
 */
export async function fetchesFromRegistriesAlone(
  npm: NpmCommand,
  variables: Variables,
  folder: string,
): Promise<boolean> {
  const options = { cwd: folder, env: npmEnvironment(variables, folder), timeout: ASK_MS, maxBuffer: 1024 * 1024 };
  const asked = [...npm.args, 'config', 'get', 'allow-remote', `--prefix=${folder}`, '--loglevel=silent'];
  try {
    const { stdout } = await promisify(execFile)(npm.command, asked, options);
    return !['undefined', ''].includes(stdout.trim());
  } catch {
    return false;
  }
}

/** Undefined where there is none. */
export async function findNpm(
  path: string | undefined,
  platform: NodeJS.Platform = process.platform,
): Promise<NpmCommand | undefined> {
  for (const folder of (path ?? '').split(delimiter).filter(Boolean)) {
    const found = platform === 'win32' ? await scriptBeside(folder) : await commandIn(folder);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** npm's script is run by our own Node: the one that its first line would find may be another, or none. */
async function commandIn(folder: string): Promise<NpmCommand | undefined> {
  try {
    const file = join(folder, 'npm');
    await access(file, constants.X_OK);
    const target = await realpath(file);
    return target.endsWith('npm-cli.js') ? { command: process.execPath, args: [target] } : { command: file, args: [] };
  } catch {
    return undefined;
  }
}

/** `npm.cmd` cannot be started without a shell; the script that it starts lies beside it. */
async function scriptBeside(folder: string): Promise<NpmCommand | undefined> {
  const script = join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js');
  try {
    await access(script);
    return { command: process.execPath, args: [script] };
  } catch {
    return undefined;
  }
}
