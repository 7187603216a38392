/**
 * Which npm there is: the one on PATH. Called before each installation, so that an npm that was installed meanwhile is
 * found. Starts nothing.
 */
import { constants } from 'node:fs';
import { access, realpath } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

export interface NpmCommand {
  readonly command: string;
  /** What stands before npm's own arguments. */
  readonly args: readonly string[];
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
