/**
 * "Did you mean …": the nearest of the known names to one that does not exist. Used by every message that refuses a
 * name, so that agents and operators can repair it without another round trip.
 */
import { distance } from 'fastest-levenshtein';

/** Names longer than this are compared by their beginning: the cost of a comparison grows with length squared. */
const COMPARED_CHARS = 64;
const COMPARED_NAMES = 5_000;
/** One slip in so many characters is likely; more are another word. */
const CHARS_PER_SLIP = 3;

/** The known name nearest to `name`, or undefined where none is near enough to be a likely slip. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const wanted = toWords(name);
  let best: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  let compared = 0;
  for (const candidate of known) {
    if (++compared > COMPARED_NAMES) break;
    const slips = slipsBetween(wanted, toWords(candidate));
    if (slips < fewest) [best, fewest] = [candidate, slips];
  }
  return best;
}

/** ` Did you mean "x"?` with its leading space, or an empty string. */
export function nearestHint(name: string, known: Iterable<string>): string {
  const found = nearest(name, known);
  return found === undefined ? '' : ` Did you mean "${found}"?`;
}

/** Case and separators are the usual slips (`readFile` for `read_file`), so they do not count. */
function toWords(name: string): readonly string[] {
  return name
    .slice(0, COMPARED_CHARS)
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ')
    .toLowerCase()
    .split(/[-_. ]+/)
    .filter((word) => word !== '');
}

/** How many slips lead from one name to the other; infinite where they are two names rather than one. */
function slipsBetween(wanted: readonly string[], other: readonly string[]): number {
  if (wanted.length === 0 || other.length === 0) return Number.POSITIVE_INFINITY;
  if (wanted.join('') === other.join('')) return 0;
  // Words that many names begin with (`get_`, `code-mode-`) are no likeness.
  let shared = 0;
  while (shared < Math.min(wanted.length, other.length) - 1 && wanted[shared] === other[shared]) shared += 1;
  const [one, two] = [wanted.slice(shared).join(''), other.slice(shared).join('')];
  const slips = isSwapped(one, two) ? 1 : distance(one, two);
  return slips <= Math.max(one.length, two.length) / CHARS_PER_SLIP ? slips : Number.POSITIVE_INFINITY;
}

/** `prot` for `port`: two neighbours changed places, which is one slip. */
function isSwapped(one: string, two: string): boolean {
  const at = [...one].findIndex((char, index) => char !== two[index]);
  if (at === -1 || one.length !== two.length) return false;
  return one.slice(0, at) + one.charAt(at + 1) + one.charAt(at) + one.slice(at + 2) === two;
}
