/**
 * Where the store lies when nobody says: with the caches of the user that runs the server, since what is in it can be
 * fetched again. Called by src/main.ts.
 */
import { userFolder } from '../base/files/user-folder.ts';
import type { Variables } from './npm/npm-environment.ts';

export function packagesFolder(env: Variables, platform: NodeJS.Platform, homeDir: string): string {
  return userFolder('cache', { env, platform, homeDir }, 'packages');
}
