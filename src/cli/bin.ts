#!/usr/bin/env node
/**
 * The executable. Looks at the version of Node before it imports anything that an old Node could not read: whoever
 * has too old a Node gets one line, not a stack. Everything else is program.ts.
 */
import { complainAboutNodeVersion } from './launch/node-version.ts';

const complaint = complainAboutNodeVersion(process.versions.node);
if (complaint === undefined) {
  const { keepCompiled } = await import('./launch/keep-compiled.ts');
  keepCompiled(process);
  const { start } = await import('./start.ts');
  process.exitCode = await start(process);
} else {
  process.stderr.write(`codeloom: ${complaint}\n`);
  process.exitCode = 1;
}
