/**
 * Looking at an object without touching it: what it is called, what lies in a property, none of its getters called.
 * Used by the inspector and by console.table. Runs no code of the program's but the traps of a Proxy.
 */
import {
  functionPrototype,
  functionToString,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  hasOwn,
  stringStartsWith,
} from '../intrinsics.ts';
import { clip, escapeControls } from '../values/text.ts';

export type Look =
  | { readonly kind: 'value'; readonly value: unknown; readonly isEnumerable: boolean }
  | { readonly kind: 'accessor'; readonly text: string; readonly isEnumerable: boolean }
  | { readonly kind: 'nothing' };

const NOTHING: Look = { kind: 'nothing' };
const MAX_CHAIN = 256;
const MAX_NAME_CHARS = 60;

export function lookAt(owner: object, key: PropertyKey): Look {
  const descriptor = getOwnPropertyDescriptor(owner, key);
  if (descriptor === undefined) return NOTHING;
  const isEnumerable = descriptor.enumerable === true;
  if (hasOwn(descriptor, 'value')) return { kind: 'value', value: descriptor.value, isEnumerable };
  const text =
    descriptor.set === undefined ? '[Getter]' : descriptor.get === undefined ? '[Setter]' : '[Getter/Setter]';
  return { kind: 'accessor', text, isEnumerable };
}

/** The nearest data property of that name on the object or its prototypes; undefined where an accessor is in the way. */
export function lookUp(value: object, key: PropertyKey): unknown {
  let owner: object | null = value;
  for (let step = 0; owner !== null && step < MAX_CHAIN; step++) {
    const look = lookAt(owner, key);
    if (look.kind !== 'nothing') return look.kind === 'value' ? look.value : undefined;
    owner = getPrototypeOf(owner);
  }
  return undefined;
}

/** The name of the object's nearest class that has one; undefined where the chain names none, as with `Object.create(null)`. */
export function classNameOf(value: object): string | undefined {
  let prototype = getPrototypeOf(value);
  for (let step = 0; prototype !== null && step < MAX_CHAIN; step++) {
    const look = lookAt(prototype, 'constructor');
    const name = look.kind === 'value' && typeof look.value === 'function' ? nameOf(look.value) : '';
    if (name !== '') return name;
    prototype = getPrototypeOf(prototype);
  }
  return undefined;
}

function nameOf(named: object): string {
  const look = lookAt(named, 'name');
  return look.kind === 'value' && typeof look.value === 'string'
    ? escapeControls(clip(look.value, MAX_NAME_CHARS))
    : '';
}

/** `[Function: add]`, `[class Shape extends Base]`, `[AsyncFunction (anonymous)]`. */
export function describeFunction(value: object): string {
  const name = nameOf(value);
  if (stringStartsWith(functionToString(value as () => void), 'class')) {
    const base = getPrototypeOf(value);
    const extending =
      typeof base === 'function' && base !== functionPrototype ? ` extends ${nameOf(base) || '(anonymous)'}` : '';
    return `[class ${name || '(anonymous)'}${extending}]`;
  }
  const kind = classNameOf(value) ?? 'Function';
  return name === '' ? `[${kind} (anonymous)]` : `[${kind}: ${name}]`;
}
