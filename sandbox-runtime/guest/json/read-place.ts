/** Reading what lies at a place of a value: the only steps of the renderer that may run a program's code. */
import { apply, asyncIteratorId, isRawJson, iteratorId, jsonParse, objectKeys } from '../intrinsics.ts';
import { dateToJson } from '../values/brand.ts';
import { messageOf } from '../values/text.ts';
import { type Place, Refusal, refusedBrand } from './refusal.ts';

/** The place with the value that `toJSON`, where there is one, wants to be seen there; it is asked once, as in JSON.stringify. */
export function placeOf(parent: Place | undefined, key: string | number, value: unknown): Place {
  if (typeof value !== 'object' || value === null) return { parent, key, value };
  try {
    if (isRawJson(value)) return { parent, key, value: jsonParse((value as { rawJSON: string }).rawJSON) };
    const toJson = (value as { toJSON?: unknown }).toJSON;
    if (typeof toJson !== 'function' || toJson === dateToJson) return { parent, key, value };
    return { parent, key, value: apply(toJson, value, [`${key}`]) };
  } catch (thrown) {
    throw new Refusal({ parent, key, value }, `could not be read through its toJSON: ${messageOf(thrown)}`);
  }
}

export function childOf(place: Place, owner: object, key: string | number): Place {
  let value: unknown;
  try {
    value = (owner as Record<string | number, unknown>)[key];
  } catch (thrown) {
    throw new Refusal({ parent: place, key, value: undefined }, `could not be read: ${messageOf(thrown)}`);
  }
  return placeOf(place, key, value);
}

/** The keys of an object's data. An object that has none but can be iterated would look empty, so it is refused. */
export function dataKeys(place: Place, value: object, give: string): readonly string[] {
  const keys = objectKeys(value);
  if (keys.length > 0) return keys;
  const { [iteratorId]: iterate, [asyncIteratorId]: iterateLater } = value as { [id: symbol]: unknown };
  if (typeof iterate === 'function') throw new Refusal(place, `shows its data by iterating only; ${give} [...it]`);
  if (typeof iterateLater === 'function') throw new Refusal(place, refusedBrand('iterator', give));
  return keys;
}
