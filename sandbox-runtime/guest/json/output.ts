/** The JSON text that render-exact.ts writes, held to its bytes. */
import { quoteJson, utf8Length } from '../values/text.ts';
import { Refusal } from './refusal.ts';

export class Output {
  text = '';
  #bytes = 0;
  readonly #what: string;
  readonly #maxBytes: number;

  constructor(what: string, maxBytes: number) {
    this.#what = what;
    this.#maxBytes = maxBytes;
  }

  write(ascii: string): void {
    this.#reserve(ascii.length);
    this.text += ascii;
  }

  /** As a JSON string; one that is too long is refused before it is copied. */
  writeString(value: string): void {
    if (value.length > this.#maxBytes - this.#bytes) this.#reserve(value.length + 2);
    const quoted = quoteJson(value);
    this.#reserve(utf8Length(quoted));
    this.text += quoted;
  }

  #reserve(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= this.#maxBytes) return;
    const top = { parent: undefined, key: this.#what, value: undefined };
    throw new Refusal(top, 'is too large', this.#bytes);
  }
}
