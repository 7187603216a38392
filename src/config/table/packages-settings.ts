/**
 * The npm packages that programs may declare. Rows of the one table, which is setting-table.ts.
 */
import { complainAboutPackage, complainIfRelative } from './setting-checks.ts';
import type { SettingRow } from './setting-row.ts';

export const PACKAGES_SETTINGS = {
  dependencies: {
    kind: 'choice',
    choices: ['off', 'on'],
    default: 'off',
    description: 'whether programs may declare npm packages, which this server then installs with npm and bundles',
  },
  allowPackages: {
    kind: 'list',
    word: 'NAMES',
    default: [],
    check: complainAboutPackage,
    description:
      'the only packages that may be installed, with all that they bring; `@scope/*` for a scope; empty allows all',
  },
  blockPackages: {
    kind: 'list',
    word: 'NAMES',
    default: [],
    check: complainAboutPackage,
    description: 'packages that are never installed, nor anything that brings them; goes before allowPackages',
  },
  packagesDir: {
    kind: 'text',
    word: 'FOLDER',
    default: undefined,
    check: complainIfRelative,
    description: "where installed packages are kept; without it, codeloom/packages in the user's cache folder",
  },
} as const satisfies Record<string, SettingRow>;
