/**
 * The exact path of the renderer: walks a value once, reads every property once, and writes JSON text by the table in
 * docs/values.md. Slower than JSON.stringify, so plain data does not come here. Called by render-value.ts only.
 *
 * Getters, Proxy traps and `toJSON` are the program's code and may do what they like; what they throw becomes a
 * refusal with the path.
 */
import { mapForEach, setForEach, Uint8ArrayOf } from '../intrinsics.ts';
import {
  brandOf,
  isoText,
  regExpText,
  typedArrayLength,
  unbox,
  viewBuffer,
  viewByteLength,
  viewByteOffset,
} from '../values/brand.ts';
import { messageOf } from '../values/text.ts';
import { errorKeys } from './error-keys.ts';
import { Output } from './output.ts';
import { childOf, dataKeys, placeOf } from './read-place.ts';
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
  const top = placeOf(undefined, options.what, value);
  if (top.value === undefined) return undefined;
  renderer.render(top, 0);
  return renderer.text;
}

class ExactRenderer {
  readonly #options: RenderOptions;
  readonly #out: Output;
  readonly #give: string;

  constructor(options: RenderOptions) {
    this.#options = options;
    this.#out = new Output(options.what, options.maxBytes);
    this.#give = options.what === 'result' ? 'return' : 'pass';
  }

  get text(): string {
    return this.#out.text;
  }

  render(place: Place, depth: number): void {
    const { value } = place;
    if (typeof value === 'string') this.#out.writeString(value);
    else if (typeof value === 'object' && value !== null) this.#renderObject(place, value, depth + 1);
    else this.#out.write(this.#scalarText(value, place));
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
        this.#renderMembers(place, value, dataKeys(place, value, this.#give), depth);
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
        this.#out.write(quoteOrNull(isoText(value)));
        break;
      case 'regexp':
        this.#out.writeString(regExpText(value));
        break;
      case 'boxed':
        this.render({ ...place, value: unbox(value) }, depth);
        break;
      case 'typed-array':
        this.#renderItems(place, value, typedArrayLength(value), depth);
        break;
      case 'buffer':
      case 'view':
        this.#renderBytes(place, value, brand, depth);
        break;
      default:
        throw new Refusal(place, refusedBrand(brand, this.#give));
    }
  }

  #renderBytes(place: Place, value: object, brand: 'buffer' | 'view', depth: number): void {
    const bytes =
      brand === 'buffer'
        ? new Uint8ArrayOf(value as ArrayBuffer)
        : new Uint8ArrayOf(viewBuffer(value), viewByteOffset(value), viewByteLength(value));
    this.#renderItems(place, bytes, typedArrayLength(bytes), depth);
  }

  #renderItems(place: Place, items: object, length: unknown, depth: number): void {
    if (typeof length !== 'number') throw new Refusal(place, 'is a Proxy of an array without a length');
    this.#out.write('[');
    for (let index = 0; index < length; index++) {
      if (index > 0) this.#out.write(',');
      this.render(childOf(place, items, index), depth);
    }
    this.#out.write(']');
  }

  #renderMembers(place: Place, value: object, keys: readonly string[], depth: number): void {
    let open = '{';
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] ?? '';
      const child = childOf(place, value, key);
      if (child.value === undefined) continue;
      this.#writeKey(open, key, child, depth);
      open = ',';
    }
    this.#out.write(open === '{' ? '{}' : '}');
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
        const child = placeOf(place, `${key}`, value);
        if (child.value === undefined) return;
        this.#writeKey(open, `${key}`, child, depth);
      } else {
        this.#out.write(open);
        this.render({ parent: place, key: index++, value: [key, value] }, depth);
      }
      open = ',';
    });
    const isEmpty = open !== ',';
    this.#out.write(allStrings ? (isEmpty ? '{}' : '}') : isEmpty ? '[]' : ']');
  }

  #renderSet(place: Place, set: Set<unknown>, depth: number): void {
    this.#out.write('[');
    let index = 0;
    setForEach(set, (item) => {
      if (index > 0) this.#out.write(',');
      this.render(placeOf(place, index++, item), depth);
    });
    this.#out.write(']');
  }

  #writeKey(open: string, key: string, child: Place, depth: number): void {
    this.#out.write(open);
    this.#out.writeString(key);
    this.#out.write(':');
    this.render(child, depth);
  }
}

function quoteOrNull(text: string | undefined): string {
  return text === undefined ? 'null' : `"${text}"`;
}
