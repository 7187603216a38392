/**
 * Whether this Node can run Codeloom. Imported by bin.ts before anything else, so it imports nothing itself and holds
 * no syntax younger than Node 18: what it is there to refuse must be able to read it.
 */

const OLDEST_MAJOR = 24;

/** One sentence for whoever started us with too old a Node, or undefined where it will do. */
export function complainAboutNodeVersion(version: string): string | undefined {
  // An unreadable version is not refused here: whatever is wrong with it will show soon enough.
  if (!(Number.parseInt(version, 10) < OLDEST_MAJOR)) return undefined;
  return `Codeloom needs Node.js ${OLDEST_MAJOR} or newer, and this is ${version}; install it, or start Codeloom through npm (npx codeloom, npm start), which brings its own.`;
}
