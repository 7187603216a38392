/**
 * Lets Node keep what V8 makes of our files, in the user's cache folder, so that the next start does not compile them
 * again: measured, a server answers after 170 ms instead of 207. Called by bin.ts before the rest is imported.
 */
import { lstatSync, mkdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { userFolder } from '../../base/files/user-folder.ts';

/**
 * What lies in the folder is run as our own code, so one that others could write is not used. Where the folder cannot be
 * made nothing is kept. NODE_COMPILE_CACHE and NODE_DISABLE_COMPILE_CACHE are Node's own, and win.
 */
export function keepCompiled({ env, platform }: Pick<NodeJS.Process, 'env' | 'platform'>): void {
  if (env.NODE_COMPILE_CACHE !== undefined || env.NODE_DISABLE_COMPILE_CACHE !== undefined) return;
  const folder = userFolder('cache', { env, platform, homeDir: homedir() }, 'compiled');
  if (isOurs(folder)) enableCompileCache(folder);
}

/** Made for its owner alone where it is missing. */
function isOurs(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const stats = lstatSync(folder);
    if (process.getuid === undefined) return stats.isDirectory();
    return stats.isDirectory() && stats.uid === process.getuid() && (stats.mode & 0o022) === 0;
  } catch {
    return false;
  }
}
