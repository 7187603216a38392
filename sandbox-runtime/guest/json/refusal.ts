/**
 * The reason why a value cannot become JSON, with the place where it is. Thrown inside the renderer only and caught by
 * it; it never reaches a program.
 */
import { numberToString } from '../intrinsics.ts';
import type { Brand } from '../values/brand.ts';
import { clip, isIdentifier, quoteJson } from '../values/text.ts';

/** One step into a value; `key` is undefined for the value at the top. */
export interface Place {
  readonly parent: Place | undefined;
  readonly key: string | number;
  readonly value: unknown;
}

export class Refusal {
  readonly #place: Place;
  readonly reason: string;
  /** Set where the value is too large: the bytes of JSON that it takes at least. */
  readonly tooLargeBytes: number | undefined;

  constructor(place: Place, reason: string, tooLargeBytes?: number) {
    this.#place = place;
    this.reason = reason;
    this.tooLargeBytes = tooLargeBytes;
  }

  /** Not `instanceof`: anything may be thrown at us, with any prototype. */
  static is(thrown: unknown): thrown is Refusal {
    return typeof thrown === 'object' && thrown !== null && #place in thrown;
  }

  get path(): string {
    return pathOf(this.#place);
  }
}

const SHOWN_KEY_CHARS = 60;
const SHOWN_PATH_CHARS = 300;

/** `result.rows[3]["full name"]`; the middle of a very long path is left out. */
export function pathOf(place: Place): string {
  let path = '';
  let at = place;
  for (; at.parent !== undefined; at = at.parent) {
    path = stepText(at.key) + path;
    if (path.length > SHOWN_PATH_CHARS) return `${rootOf(at).key}…${path}`;
  }
  return `${at.key}${path}`;
}

function rootOf(place: Place): Place {
  let root = place;
  while (root.parent !== undefined) root = root.parent;
  return root;
}

function stepText(key: string | number): string {
  if (typeof key === 'number') return `[${numberToString(key)}]`;
  const shown = clip(key, SHOWN_KEY_CHARS);
  return isIdentifier(shown) ? `.${shown}` : `[${quoteJson(shown)}]`;
}

/** Why an object of that brand has no JSON; `give` is what the program should do with something better. */
export function refusedBrand(brand: Brand, give: string): string {
  switch (brand) {
    case 'promise':
      return 'is a promise; await it';
    case 'iterator':
      return `is an iterator; ${give} its items as an array`;
    case 'weak':
      return `is a weak collection or reference, which cannot be listed; ${give} data`;
    default:
      return `looks like a builtin object but cannot be read as one (a Proxy around it?); ${give} plain data`;
  }
}
