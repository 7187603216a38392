/**
 * Where the store lies when nobody says: with the caches of the user that runs the server, as the platform has it. What
 * is in it can be fetched again. Pure; called by src/main.ts.
 */
import { posix, win32 } from 'node:path';
import type { Variables } from './npm/npm-environment.ts';

export function packagesFolder(variables: Variables, platform: NodeJS.Platform, homeDir: string): string {
  const { join, isAbsolute } = platform === 'win32' ? win32 : posix;
  const absolute = (name: string) => {
    const folder = variables[name];
    return folder !== undefined && isAbsolute(folder) ? folder : undefined;
  };
  const caches = () => {
    if (platform === 'win32') return absolute('LOCALAPPDATA') ?? join(homeDir, 'AppData', 'Local');
    if (platform === 'darwin') return join(homeDir, 'Library', 'Caches');
    return absolute('XDG_CACHE_HOME') ?? join(homeDir, '.cache');
  };
  return join(caches(), 'codeloom', 'packages');
}
