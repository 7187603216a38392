/**
 * Any value as text for a reader, in the manner of Node's console. Called by inspect.ts and the console. Getters are
 * never called, work is bounded by the characters wanted and not by the size of the value, and only Proxy traps can throw.
 */
import {
  append,
  createList,
  getPrototypeOf,
  mapForEach,
  mapSize,
  objectPrototype,
  ownKeys,
  setForEach,
  setSize,
} from '../intrinsics.ts';
import { type Brand, brandOf, bufferByteLength, typedArrayLength } from '../values/brand.ts';
import { indentLines } from '../values/text.ts';
import { addRest, isItemKey, isLeaf, isLong, keyText, MAX_SCANNED } from './entries.ts';
import { layOut } from './layout.ts';
import { lookAt } from './look.ts';
import { prefixOf, showPrimitive } from './prefix.ts';
import { webTextOf } from './web-text.ts';

const MAX_DEPTH = 4;
const MAX_ITEMS = 100;

/** Text of about `maxChars` at most, without line breaks inside of strings. */
export function inspectValue(value: unknown, maxChars: number, depth = MAX_DEPTH): string {
  return new Inspector(maxChars, depth).show(value, 0, 0);
}

class Inspector {
  #left: number;
  readonly #maxDepth: number;
  readonly #open = createList<object>();
  /** Depth of the object last entered: tells layOut how much nesting an object holds. */
  #deepest = 0;

  constructor(maxChars: number, maxDepth: number) {
    this.#left = maxChars;
    this.#maxDepth = maxDepth;
  }

  show(value: unknown, depth: number, indent: number): string {
    if (this.#left <= 0) return '…';
    if ((typeof value === 'object' && value !== null) || typeof value === 'function')
      return this.#showGuarded(value, depth, indent);
    const text = showPrimitive(value, this.#left);
    this.#left -= text.length + 2;
    return text;
  }

  #showGuarded(value: object, depth: number, indent: number): string {
    try {
      return this.#showObject(value, depth, indent);
    } catch {
      this.#left -= 12;
      return '[Unreadable]';
    }
  }

  #showObject(value: object, depth: number, indent: number): string {
    for (let index = 0; index < this.#open.length; index++) if (this.#open[index] === value) return '[Circular]';
    const brand = typeof value === 'function' ? 'object' : brandOf(value);
    const prefix = prefixOf(value, brand, this.#left);
    this.#left -= prefix.length + 4;
    if (depth > this.#maxDepth)
      return isLeaf(value, brand) ? prefix : `[${prefix || (brand === 'array' ? 'Array' : 'Object')}]`;
    const before = this.#deepest;
    this.#deepest = depth;
    append(this.#open, value);
    const entries = createList<string>();
    try {
      this.#addItems(entries, value, brand, depth, indent + 2);
      if (!isLong(value, brand)) this.#addProperties(entries, value, brand, depth, indent + 2);
    } finally {
      this.#open.length -= 1;
    }
    if (entries.length === 0) this.#deepest = before;
    if (entries.length === 0 && isLeaf(value, brand))
      return brand === 'error' && depth > 0 ? `[${indentLines(prefix, '    ')}]` : prefix;
    const open = brand === 'array' || brand === 'typed-array' ? '[' : '{';
    return layOut({ prefix, open, entries, indent, height: this.#deepest - depth });
  }

  #addItems(entries: string[], value: object, brand: Brand, depth: number, indent: number): void {
    switch (brand) {
      case 'array':
        this.#addArray(entries, value as unknown[], depth, indent);
        break;
      case 'typed-array':
        this.#addTypedArray(entries, value as Uint8Array, depth, indent);
        break;
      case 'map':
        this.#addEach(entries, mapSize(value), (add) =>
          mapForEach(value as Map<unknown, unknown>, (item, key) =>
            add(() => `${this.show(key, depth + 1, indent)} => ${this.show(item, depth + 1, indent)}`),
          ),
        );
        break;
      case 'set':
        this.#addEach(entries, setSize(value), (add) =>
          setForEach(value as Set<unknown>, (item) => add(() => this.show(item, depth + 1, indent))),
        );
        break;
      case 'promise':
        append(entries, '<not awaited>');
        break;
      case 'weak':
        append(entries, '<items unknown>');
        break;
      case 'buffer':
        this.#addBufferSize(entries, value);
        break;
      case 'object':
        this.#addWebText(entries, value, depth);
        break;
      default:
    }
  }

  /** For classes only, so that plain data pays nothing for it. */
  #addWebText(entries: string[], value: object, depth: number): void {
    const text =
      typeof value === 'function' || getPrototypeOf(value) === objectPrototype ? undefined : webTextOf(value);
    if (text !== undefined) append(entries, this.show(text, depth + 1, 0));
  }

  #addBufferSize(entries: string[], buffer: object): void {
    try {
      append(entries, `byteLength: ${bufferByteLength(buffer)}`);
    } catch {
      append(entries, '<shared>');
    }
  }

  /** `forEach` cannot be stopped; past the cap its callback does nothing. */
  #addEach(entries: string[], size: number, each: (add: (text: () => string) => void) => void): void {
    let shown = 0;
    each((text) => {
      if (shown >= MAX_ITEMS || this.#left <= 0) return;
      shown += 1;
      append(entries, text());
    });
    addRest(entries, size - shown);
  }

  #addArray(entries: string[], array: readonly unknown[], depth: number, indent: number): void {
    const { length } = array;
    let index = 0;
    let holes = 0;
    const flush = () => {
      if (holes > 0) append(entries, `<${holes} empty item${holes === 1 ? '' : 's'}>`);
      holes = 0;
    };
    for (; index < length && index < MAX_SCANNED && entries.length < MAX_ITEMS && this.#left > 0; index++) {
      const look = lookAt(array, `${index}`);
      if (look.kind === 'nothing') {
        holes += 1;
        continue;
      }
      flush();
      append(entries, look.kind === 'accessor' ? look.text : this.show(look.value, depth + 1, indent));
    }
    flush();
    addRest(entries, length - index);
  }

  #addTypedArray(entries: string[], array: Uint8Array, depth: number, indent: number): void {
    const length = typedArrayLength(array);
    let index = 0;
    for (; index < length && index < MAX_ITEMS && this.#left > 0; index++)
      append(entries, this.show(array[index], depth + 1, indent));
    addRest(entries, length - index);
  }

  #addProperties(entries: string[], value: object, brand: Brand, depth: number, indent: number): void {
    const keys = ownKeys(value);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string | symbol;
      if (isItemKey(key, brand)) continue;
      if (this.#left <= 0) {
        addRest(entries, keys.length - index, 'properties');
        return;
      }
      const look = lookAt(value, key);
      const isHiddenCause = brand === 'error' && (key === 'cause' || key === 'errors');
      if (look.kind === 'nothing' || (!look.isEnumerable && !isHiddenCause)) continue;
      const label = look.isEnumerable ? keyText(key) : `[${keyText(key)}]`;
      this.#left -= label.length + 2;
      append(entries, `${label}: ${look.kind === 'accessor' ? look.text : this.show(look.value, depth + 1, indent)}`);
    }
  }
}
