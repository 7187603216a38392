/**
 * The values that one label may have: so many different ones, first come first kept, and `other` for the rest. Whoever can
 * make up names must not be able to make up time series. Used by count-happenings.ts, one for each label that needs it.
 */

export const OTHER = 'other';
/** Longer names are cut; what they have in common then counts as one. */
const MAX_CHARS = 100;
/** What would break a line, or be seen by nobody. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

export class LabelCap {
  readonly #max: number;
  readonly #known = new Set<string>();

  constructor(max: number) {
    this.#max = max;
  }

  of(value: string): string {
    const label = value.slice(0, MAX_CHARS).toWellFormed().replaceAll(UNSEEN, '\uFFFD');
    if (this.#known.has(label)) return label;
    if (this.#known.size >= this.#max) return OTHER;
    this.#known.add(label);
    return label;
  }
}
