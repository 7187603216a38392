/**
 * "Did you mean …": the nearest of the known names to one that does not exist. Used by every message that refuses a
 * name, so that agents and operators can repair it without another round trip.
 */
import { distance } from 'fastest-levenshtein';

/** Names longer than this are compared by their beginning: the cost of a comparison grows with length squared. */
const COMPARED_CHARS = 64;
const COMPARED_NAMES = 5_000;

/** The known name nearest to `name`, or undefined where none is near enough to be a likely slip. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const wanted = normalise(name);
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(wanted.length * 0.4)) + 1;
  let compared = 0;
  for (const candidate of known) {
    if (++compared > COMPARED_NAMES) break;
    const other = normalise(candidate);
    const apart = distance(wanted, other);
    // As far apart as the longer is long: they have nothing in common.
    if (apart < bestDistance && apart < Math.max(wanted.length, other.length, 1))
      [best, bestDistance] = [candidate, apart];
  }
  return best;
}

/** ` Did you mean "x"?` with its leading space, or an empty string. */
export function nearestHint(name: string, known: Iterable<string>): string {
  const found = nearest(name, known);
  return found === undefined ? '' : ` Did you mean "${found}"?`;
}

/** Case and separators are the usual slips (`readFile` for `read_file`), so they do not count as distance. */
function normalise(name: string): string {
  return name
    .slice(0, COMPARED_CHARS)
    .toLowerCase()
    .replaceAll(/[-_. ]/g, '');
}
