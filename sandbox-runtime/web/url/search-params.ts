/** URLSearchParams, by the URL standard. Installed by install.ts; the one of a URL tells url.ts of every change. */
import {
  append,
  apply,
  createList,
  defineValue,
  getOwnPropertyDescriptor,
  iteratorId,
  ownKeys,
  stringSlice,
  stringToWellFormed,
  TypeErrorOf,
  toStringTagId,
} from '../../guest/intrinsics.ts';
import { type Pair, parseForm, serializeForm } from './form-encoding.ts';

type OnChange = (query: string) => void;

/** Functions and no methods, so that programs have no way to them. */
let link: (params: URLSearchParams, query: string, onChange: OnChange) => void;
let textOfParams: (value: object) => string | undefined;

export class URLSearchParams {
  #pairs: Pair[];
  #onChange: OnChange | undefined;

  static {
    link = (params, query, onChange) => {
      params.#pairs = parseForm(query);
      params.#onChange = onChange;
    };
    textOfParams = (value) => (#pairs in value ? serializeForm(value.#pairs) : undefined);
  }

  declare [iteratorId]: () => Generator<[string, string]>;

  constructor(init: unknown = '') {
    if ((typeof init === 'object' && init !== null) || typeof init === 'function') this.#pairs = pairsOf(init);
    else {
      const text = textOf(init);
      this.#pairs = parseForm(text[0] === '?' ? stringSlice(text, 1) : text);
    }
  }

  get size(): number {
    return this.#pairs.length;
  }

  append(name: unknown, value: unknown): void {
    append(this.#pairs, { name: textOf(name), value: textOf(value) });
    this.#changed();
  }

  delete(name: unknown, value?: unknown): void {
    const matches = matcherOf(name, value);
    const kept = createList<Pair>();
    for (let at = 0; at < this.#pairs.length; at++) {
      const pair = this.#pairs[at];
      if (pair !== undefined && !matches(pair)) append(kept, pair);
    }
    this.#pairs = kept;
    this.#changed();
  }

  get(name: unknown): string | null {
    return this.#find(matcherOf(name))?.value ?? null;
  }

  getAll(name: unknown): string[] {
    const matches = matcherOf(name);
    const found: string[] = [];
    for (let at = 0; at < this.#pairs.length; at++) {
      const pair = this.#pairs[at];
      if (pair !== undefined && matches(pair)) defineValue(found, found.length, pair.value);
    }
    return found;
  }

  has(name: unknown, value?: unknown): boolean {
    return this.#find(matcherOf(name, value)) !== undefined;
  }

  /** The first pair of that name takes the value, the others go. */
  set(name: unknown, value: unknown): void {
    const matches = matcherOf(name);
    const pair = { name: textOf(name), value: textOf(value) };
    const kept = createList<Pair>();
    let isSet = false;
    for (let at = 0; at < this.#pairs.length; at++) {
      const other = this.#pairs[at];
      if (other === undefined || (matches(other) && isSet)) continue;
      append(kept, matches(other) ? pair : other);
      isSet ||= matches(other);
    }
    if (!isSet) append(kept, pair);
    this.#pairs = kept;
    this.#changed();
  }

  /** By the UTF-16 units of names; pairs of one name stay in their order. */
  sort(): void {
    this.#pairs = mergeSort(this.#pairs);
    this.#changed();
  }

  forEach(callback: unknown, self?: unknown): void {
    if (typeof callback !== 'function') throw new TypeErrorOf('forEach takes a function.');
    for (let at = 0; at < this.#pairs.length; at++)
      apply(callback, self, [this.#pairs[at]?.value, this.#pairs[at]?.name, this]);
  }

  *entries(): Generator<[string, string]> {
    for (let at = 0; at < this.#pairs.length; at++) yield [this.#pairs[at]?.name ?? '', this.#pairs[at]?.value ?? ''];
  }

  *keys(): Generator<string> {
    for (let at = 0; at < this.#pairs.length; at++) yield this.#pairs[at]?.name ?? '';
  }

  *values(): Generator<string> {
    for (let at = 0; at < this.#pairs.length; at++) yield this.#pairs[at]?.value ?? '';
  }

  toString(): string {
    return serializeForm(this.#pairs);
  }

  #find(matches: (pair: Pair) => boolean): Pair | undefined {
    for (let at = 0; at < this.#pairs.length; at++) {
      const pair = this.#pairs[at];
      if (pair !== undefined && matches(pair)) return pair;
    }
    return undefined;
  }

  #changed(): void {
    this.#onChange?.(serializeForm(this.#pairs));
  }
}

defineValue(URLSearchParams.prototype, iteratorId, URLSearchParams.prototype.entries, false);
defineValue(URLSearchParams.prototype, toStringTagId, 'URLSearchParams', false);

/** Makes the params those of a URL: they hold its query and report what becomes of it. */
export function linkParams(params: URLSearchParams, query: string, onChange: OnChange): void {
  link(params, query, onChange);
}

/** The text of URLSearchParams of ours, whatever a program did to their methods; undefined for anything else. */
export function searchParamsText(value: object): string | undefined {
  return textOfParams(value);
}

function textOf(value: unknown): string {
  return stringToWellFormed(`${value as string}`);
}

function matcherOf(name: unknown, value?: unknown): (pair: Pair) => boolean {
  const wantedName = textOf(name);
  const wantedValue = value === undefined ? undefined : textOf(value);
  return (pair) => pair.name === wantedName && (wantedValue === undefined || pair.value === wantedValue);
}

/** From pairs, a Map or other params, which all iterate, or else from the object's own properties. */
function pairsOf(init: object): Pair[] {
  const pairs = createList<Pair>();
  const iterate: unknown = (init as { [iteratorId]?: unknown })[iteratorId];
  if (iterate !== undefined && iterate !== null) {
    for (const item of init as Iterable<Iterable<unknown>>) append(pairs, pairOf(item));
    return pairs;
  }
  const keys = ownKeys(init);
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] as string | symbol;
    if (getOwnPropertyDescriptor(init, key)?.enumerable !== true) continue;
    append(pairs, { name: textOf(key), value: textOf((init as Record<string | symbol, unknown>)[key]) });
  }
  return pairs;
}

function pairOf(item: Iterable<unknown>): Pair {
  const texts = createList<string>();
  for (const part of item) append(texts, textOf(part));
  if (texts.length !== 2) throw new TypeErrorOf('Each item of URLSearchParams is a pair of a name and a value.');
  return { name: texts[0] ?? '', value: texts[1] ?? '' };
}

function mergeSort(pairs: Pair[]): Pair[] {
  if (pairs.length < 2) return pairs;
  const middle = pairs.length >> 1;
  const halves = { left: createList<Pair>(), right: createList<Pair>() };
  for (let at = 0; at < pairs.length; at++) append(at < middle ? halves.left : halves.right, pairs[at] as Pair);
  const left = mergeSort(halves.left);
  const right = mergeSort(halves.right);
  const merged = createList<Pair>();
  for (let l = 0, r = 0; l < left.length || r < right.length; ) {
    const isLeft = r >= right.length || (l < left.length && (left[l] as Pair).name <= (right[r] as Pair).name);
    append(merged, (isLeft ? left[l++] : right[r++]) as Pair);
  }
  return merged;
}
