/** TextEncoder and TextDecoder for UTF-8, by the Encoding standard. Installed by install.ts. */
import { RangeErrorOf, stringToLowerCase, stringTrim, TypeErrorOf, Uint8ArrayOf } from '../../guest/intrinsics.ts';
import {
  brandOf,
  typedArrayBuffer,
  typedArrayByteLength,
  typedArrayByteOffset,
  viewBuffer,
  viewByteLength,
  viewByteOffset,
} from '../../guest/values/brand.ts';
import { utf8Length } from '../../guest/values/text.ts';
import { TextBuilder } from './text-builder.ts';
import { decodeUtf8, freshState, REPLACEMENT, writeUtf8 } from './utf8.ts';

const BOM = 0xfeff;
const LABELS = ['utf-8', 'utf8', 'unicode-1-1-utf-8', 'unicode11utf8', 'unicode20utf8', 'x-unicode20utf8'];

export class TextEncoder {
  get encoding(): string {
    return 'utf-8';
  }

  encode(input: unknown = ''): Uint8Array {
    const text = `${input as string}`;
    const length = utf8Length(text);
    const bytes = new Uint8ArrayOf(length);
    writeUtf8(text, bytes, length);
    return bytes;
  }

  encodeInto(source: unknown, destination: unknown): { read: number; written: number } {
    if (typeof destination !== 'object' || destination === null || brandOf(destination) !== 'typed-array') {
      throw new TypeErrorOf('encodeInto writes into a Uint8Array.');
    }
    const bytes = viewOf(destination);
    return writeUtf8(`${source as string}`, bytes, typedArrayByteLength(bytes));
  }
}

export class TextDecoder {
  readonly #fatal: boolean;
  readonly #ignoreBom: boolean;
  #state = freshState();
  #isStreaming = false;

  constructor(label: unknown = 'utf-8', options: { fatal?: unknown; ignoreBOM?: unknown } = {}) {
    const wanted = stringToLowerCase(stringTrim(`${label as string}`));
    let isKnown = false;
    for (let at = 0; at < LABELS.length; at++) if (LABELS[at] === wanted) isKnown = true;
    if (!isKnown)
      throw new RangeErrorOf(`TextDecoder decodes utf-8 only here; the encoding "${wanted}" is not available.`);
    this.#fatal = !!options?.fatal;
    this.#ignoreBom = !!options?.ignoreBOM;
  }

  get encoding(): string {
    return 'utf-8';
  }

  get fatal(): boolean {
    return this.#fatal;
  }

  get ignoreBOM(): boolean {
    return this.#ignoreBom;
  }

  decode(input?: unknown, options: { stream?: unknown } = {}): string {
    const bytes = input === undefined ? new Uint8ArrayOf(0) : viewOf(input);
    if (!this.#isStreaming) this.#state = freshState();
    this.#isStreaming = !!options?.stream;
    const state = this.#state;
    const out = new TextBuilder();
    const emit = (code: number) => {
      if (code === BOM && !state.isStarted && !this.#ignoreBom) state.isStarted = true;
      else {
        state.isStarted = true;
        out.codePoint(code);
      }
    };
    const fail = () => {
      if (!this.#fatal) return emit(REPLACEMENT);
      this.#isStreaming = false;
      throw new TypeErrorOf('The bytes are not valid utf-8.');
    };
    decodeUtf8(bytes, typedArrayByteLength(bytes), state, emit, fail);
    if (!this.#isStreaming && state.needed > 0) {
      state.needed = 0;
      fail();
    }
    return out.take();
  }
}

/** The bytes behind an ArrayBuffer or a view. */
function viewOf(input: unknown): Uint8Array {
  const brand = typeof input === 'object' && input !== null ? brandOf(input) : 'object';
  const source = input as ArrayBuffer;
  if (brand === 'buffer') return new Uint8ArrayOf(source);
  if (brand === 'typed-array')
    return new Uint8ArrayOf(typedArrayBuffer(source), typedArrayByteOffset(source), typedArrayByteLength(source));
  if (brand === 'view') return new Uint8ArrayOf(viewBuffer(source), viewByteOffset(source), viewByteLength(source));
  throw new TypeErrorOf('TextDecoder takes an ArrayBuffer, a typed array or a DataView.');
}
