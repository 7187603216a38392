/**
 * The exact path of the renderer: walks a value once, reads every property once, and writes JSON text by the table in
 * docs/values.md. Slower than JSON.stringify, so plain data does not come here. Called by render-value.ts only.
 *
 * Getters, Proxy traps and `toJSON` are the program's code and may do what they like; what they throw becomes a
 * refusal with the path.
 */
import {
  apply,
  asyncIteratorId,
  isRawJson,
  iteratorId,
  jsonParse,
  mapForEach,
  objectKeys,
  setForEach,
  Uint8ArrayOf,
} from '../intrinsics.ts';
import {
  brandOf,
  dateToJson,
  isoText,
  regExpText,
  typedArrayLength,
  unbox,
  viewBuffer,
  viewByteLength,
  viewByteOffset,
} from '../values/brand.ts';
import { groupDigits, messageOf, quoteJson, utf8Length } from '../values/text.ts';
import { errorKeys } from './error-keys.ts';
import { type Place, pathOf, Refusal, refusedBrand } from './refusal.ts';

export interface RenderOptions {
  readonly maxBytes: number;
  /** Levels of arrays and objects within each other; a scalar has none. */
  readonly maxDepth: number;
  readonly what: 'result' | 'arguments';
}

/** JSON text; undefined where `toJSON` left nothing. Throws `Refusal`, or an error of the stack running out. */
export function renderExact(value: unknown, options: RenderOptions): string | undefined {
  const renderer = new ExactRenderer(options);
  const top = renderer.place(undefined, options.what, value);
  if (top.value === undefined) return undefined;
  renderer.render(top, 0);
  return renderer.text;
}

export function tooLargeReason(bytes: number, maxBytes: number): string {
  return `is ${groupDigits(bytes)} bytes of JSON at least; the limit is ${groupDigits(maxBytes)}`;
}

class ExactRenderer {
  text = '';
  #bytes = 0;
  readonly #options: RenderOptions;
  readonly #give: string;

  constructor(options: RenderOptions) {
    this.#options = options;
    this.#give = options.what === 'result' ? 'return' : 'pass';
  }

  /** A place with the value that `toJSON`, where there is one, wants to be seen there; it is asked once, as in JSON.stringify. */
  place(parent: Place | undefined, key: string | number, value: unknown): Place {
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

  render(place: Place, depth: number): void {
    const { value } = place;
    if (typeof value === 'string') this.#writeString(value, place);
    else if (typeof value === 'object' && value !== null) this.#renderObject(place, value, depth + 1);
    else this.#write(this.#scalarText(value, place), place);
  }

  #scalarText(value: unknown, place: Place): string {
    switch (typeof value) {
      case 'number':
        return value - value === 0 ? `${value}` : this.#notFinite(value, place);
      case 'bigint':
        return `"${value}"`;
      case 'boolean':
        return value ? 'true' : 'false';
      case 'function':
        throw new Refusal(place, `is a function; ${this.#give} data`);
      case 'symbol':
        throw new Refusal(place, `is a symbol; ${this.#give} a string`);
      default:
        return 'null';
    }
  }

  /** A lost number in a result is worth seeing; in arguments it is worth stopping for, since nothing has happened yet. */
  #notFinite(value: number, place: Place): string {
    if (this.#options.what === 'result') return `"${value}"`;
    throw new Refusal(place, `is ${value}, which JSON has no form for; pass a finite number or null`);
  }

  #renderObject(place: Place, value: object, depth: number): void {
    try {
      if (depth > this.#options.maxDepth)
        throw new Refusal(place, `is nested more than ${this.#options.maxDepth} levels deep; flatten it`);
      for (let above = place.parent; above !== undefined; above = above.parent) {
        if (above.value === value) throw new Refusal(place, `refers back to ${pathOf(above)}; JSON has no cycles`);
      }
      this.#renderBrand(place, value, depth);
    } catch (thrown) {
      if (Refusal.is(thrown)) throw thrown;
      throw new Refusal(place, `could not be read: ${messageOf(thrown)}`);
    }
  }

  #renderBrand(place: Place, value: object, depth: number): void {
    const brand = brandOf(value);
    switch (brand) {
      case 'array':
        this.#renderItems(place, value, (value as unknown[]).length, depth);
        break;
      case 'object':
        this.#renderMembers(place, value, this.#keysOf(place, value), depth);
        break;
      case 'error':
        this.#renderMembers(place, value, errorKeys(value), depth);
        break;
      case 'map':
        this.#renderMap(place, value as Map<unknown, unknown>, depth);
        break;
      case 'set':
        this.#renderSet(place, value as Set<unknown>, depth);
        break;
      case 'date':
        this.#write(quoteOrNull(isoText(value)), place);
        break;
      case 'regexp':
        this.#writeString(regExpText(value), place);
        break;
      case 'boxed':
        this.render({ ...place, value: unbox(value) }, depth);
        break;
      case 'typed-array':
        this.#renderItems(place, value, typedArrayLength(value), depth);
        break;
      case 'buffer':
        this.#renderBytes(place, new Uint8ArrayOf(value as ArrayBuffer), depth);
        break;
      case 'view':
        this.#renderBytes(
          place,
          new Uint8ArrayOf(viewBuffer(value), viewByteOffset(value), viewByteLength(value)),
          depth,
        );
        break;
      default:
        throw new Refusal(place, refusedBrand(brand, this.#give));
    }
  }

  #renderBytes(place: Place, bytes: Uint8Array, depth: number): void {
    this.#renderItems(place, bytes, typedArrayLength(bytes), depth);
  }

  #renderItems(place: Place, items: object, length: unknown, depth: number): void {
    if (typeof length !== 'number') throw new Refusal(place, 'is a Proxy of an array without a length');
    this.#write('[', place);
    for (let index = 0; index < length; index++) {
      if (index > 0) this.#write(',', place);
      this.render(this.#child(place, items, index), depth);
    }
    this.#write(']', place);
  }

  #renderMembers(place: Place, value: object, keys: readonly string[], depth: number): void {
    let open = '{';
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] ?? '';
      const child = this.#child(place, value, key);
      if (child.value === undefined) continue;
      this.#writeKey(open, key, child, depth);
      open = ',';
    }
    this.#write(open === '{' ? '{}' : '}', place);
  }

  /** An object while all keys are strings, else pairs: an object would merge the keys 1 and "1". */
  #renderMap(place: Place, map: Map<unknown, unknown>, depth: number): void {
    let allStrings = true;
    mapForEach(map, (_, key) => {
      if (typeof key !== 'string') allStrings = false;
    });
    let open = allStrings ? '{' : '[';
    let index = 0;
    mapForEach(map, (value, key) => {
      if (allStrings) {
        const child = this.place(place, `${key}`, value);
        if (child.value === undefined) return;
        this.#writeKey(open, `${key}`, child, depth);
      } else {
        this.#write(open, place);
        const pair = { parent: place, key: index++, value: undefined };
        this.#renderItems(pair, [key, value], 2, depth + 1);
      }
      open = ',';
    });
    const isEmpty = open !== ',';
    this.#write(allStrings ? (isEmpty ? '{}' : '}') : isEmpty ? '[]' : ']', place);
  }

  #renderSet(place: Place, set: Set<unknown>, depth: number): void {
    this.#write('[', place);
    let index = 0;
    setForEach(set, (item) => {
      if (index > 0) this.#write(',', place);
      this.render(this.place(place, index++, item), depth);
    });
    this.#write(']', place);
  }

  #writeKey(open: string, key: string, child: Place, depth: number): void {
    this.#write(open, child);
    this.#writeString(key, child);
    this.#write(':', child);
    this.render(child, depth);
  }

  #keysOf(place: Place, value: object): readonly string[] {
    const keys = objectKeys(value);
    if (keys.length > 0) return keys;
    const { [iteratorId]: iterate, [asyncIteratorId]: iterateLater } = value as { [id: symbol]: unknown };
    if (typeof iterate === 'function')
      throw new Refusal(place, `shows its data by iterating only; ${this.#give} [...it]`);
    if (typeof iterateLater === 'function') throw new Refusal(place, refusedBrand('iterator', this.#give));
    return keys;
  }

  #child(place: Place, owner: object, key: string | number): Place {
    let value: unknown;
    try {
      value = (owner as Record<string | number, unknown>)[key];
    } catch (thrown) {
      throw new Refusal({ parent: place, key, value: undefined }, `could not be read: ${messageOf(thrown)}`);
    }
    return this.place(place, key, value);
  }

  #writeString(value: string, place: Place): void {
    if (value.length > this.#options.maxBytes - this.#bytes) this.#refuseSize(this.#bytes + value.length + 2, place);
    const quoted = quoteJson(value);
    this.#bytes += utf8Length(quoted) - quoted.length;
    this.#write(quoted, place);
  }

  #write(ascii: string, place: Place): void {
    this.#bytes += ascii.length;
    if (this.#bytes > this.#options.maxBytes) this.#refuseSize(this.#bytes, place);
    this.text += ascii;
  }

  #refuseSize(bytes: number, place: Place): never {
    let top = place;
    while (top.parent !== undefined) top = top.parent;
    throw new Refusal(top, tooLargeReason(bytes, this.#options.maxBytes));
  }
}

function quoteOrNull(text: string | undefined): string {
  return text === undefined ? 'null' : `"${text}"`;
}
