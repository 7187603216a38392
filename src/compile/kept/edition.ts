/**
 * Which compilers a build was made by. Of another edition nothing is taken over: a newer checker may find what an older
 * one did not, and a newer runtime may want other text.
 */
import { version as esbuildVersion } from 'esbuild';
import packageJson from '../../../package.json' with { type: 'json' };
import { contentHash } from '../../base/json.ts';
import { GUEST_SCOPE } from '../guest-scope.ts';

/** To be raised where what a bundle looks like changes between two versions. */
const LAYOUT = 1;
const SHOWN_CHARS = 12;

/** One line, the same for as long as nothing of it changes. */
export function buildEdition(): string {
  const { version, dependencies } = packageJson;
  const scope = contentHash(GUEST_SCOPE).slice(0, SHOWN_CHARS);
  return `codeloom ${version}, esbuild ${esbuildVersion}, typescript ${dependencies.typescript}, scope ${scope}, layout ${LAYOUT}`;
}
