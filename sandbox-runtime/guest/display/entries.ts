/** Small decisions of the inspector about the entries of an object: which to show, how to name them, when to stop. */
import { append, isArray, symbolToString } from '../intrinsics.ts';
import { type Brand, typedArrayLength } from '../values/brand.ts';
import { clip, escapeControls, isIdentifier, quoteSource } from '../values/text.ts';

/** Holes are looked at one by one, so a run of them is followed only so far. */
export const MAX_SCANNED = 1_000;

export function addRest(entries: string[], count: number, what = 'items'): void {
  if (count > 0) append(entries, `... ${count} more ${count === 1 && what === 'items' ? 'item' : what}`);
}

export function keyText(key: string | symbol): string {
  if (typeof key === 'symbol') return escapeControls(clip(symbolToString(key), 200));
  return isIdentifier(key) ? clip(key, 1_000) : quoteSource(clip(key, 1_000));
}

/** Properties that the items or the header have shown already. */
export function isItemKey(key: string | symbol, brand: Brand): boolean {
  if (typeof key === 'symbol') return false;
  if (brand === 'error') return key === 'message' || key === 'stack' || key === 'name';
  if (brand === 'array' || brand === 'typed-array') return key === 'length' || `${+key}` === key;
  return false;
}

/** Listing the keys of such an array costs as much as its length. */
export function isLong(value: object, brand: Brand): boolean {
  if (brand === 'boxed') return true;
  if (brand === 'array') return !isArray(value) || value.length > MAX_SCANNED;
  return brand === 'typed-array' && typedArrayLength(value) > MAX_SCANNED;
}

/** Shown by its prefix alone where it has no properties of its own. */
export function isLeaf(value: object, brand: Brand): boolean {
  return (
    typeof value === 'function' || brand === 'date' || brand === 'regexp' || brand === 'error' || brand === 'boxed'
  );
}
