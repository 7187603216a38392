/**
 * Where the platform keeps what belongs to a user: configuration, caches, and what a program keeps of its own. Pure, and
 * makes no folder. Called for the configuration file, the package store, the registry, and Node's compile cache.
 */
import { posix, win32 } from 'node:path';

export interface Home {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly homeDir: string;
}

interface Place {
  /** Of the XDG base directory specification, and the folder below home where it is not set. */
  readonly xdg: readonly [variable: string, ...below: string[]];
  readonly windows: readonly [variable: string, ...below: string[]];
  readonly mac: readonly string[];
}

const LOCAL_ON_WINDOWS = ['LOCALAPPDATA', 'AppData', 'Local'] as const;
const PLACES = {
  config: {
    xdg: ['XDG_CONFIG_HOME', '.config'],
    windows: ['APPDATA', 'AppData', 'Roaming'],
    mac: ['Library', 'Application Support'],
  },
  cache: { xdg: ['XDG_CACHE_HOME', '.cache'], windows: LOCAL_ON_WINDOWS, mac: ['Library', 'Caches'] },
  state: {
    xdg: ['XDG_STATE_HOME', '.local', 'state'],
    windows: LOCAL_ON_WINDOWS,
    mac: ['Library', 'Application Support'],
  },
} as const satisfies Record<string, Place>;

/** A path in the folder `codeloom` of that place. */
export function userFolder(place: keyof typeof PLACES, home: Home, ...names: string[]): string {
  const { join, isAbsolute } = home.platform === 'win32' ? win32 : posix;
  const { xdg, windows, mac }: Place = PLACES[place];
  if (home.platform === 'darwin') return join(home.homeDir, ...mac, 'codeloom', ...names);
  const [variable, ...below] = home.platform === 'win32' ? windows : xdg;
  const set = Object.hasOwn(home.env, variable) ? home.env[variable] : undefined;
  // The XDG specification: a relative path is invalid and counts as not set.
  const folder = set !== undefined && isAbsolute(set) ? set : join(home.homeDir, ...below);
  return join(folder, 'codeloom', ...names);
}
