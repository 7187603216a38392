/** Builds a string out of UTF-16 units by the thousand: one by one would be slow, all at once would overflow the stack. */
import { apply, createList, stringFromCharCode } from '../../guest/intrinsics.ts';

const CHUNK = 4_096;

export class TextBuilder {
  #text = '';
  #units: number[] = createList<number>();
  #count = 0;

  unit(unit: number): void {
    this.#units[this.#count++] = unit;
    if (this.#count === CHUNK) this.#flush();
  }

  codePoint(code: number): void {
    if (code < 0x10000) this.unit(code);
    else {
      this.unit(0xd800 + ((code - 0x10000) >> 10));
      this.unit(0xdc00 + ((code - 0x10000) & 0x3ff));
    }
  }

  take(): string {
    this.#flush();
    const text = this.#text;
    this.#text = '';
    return text;
  }

  #flush(): void {
    this.#units.length = this.#count;
    this.#text += apply(stringFromCharCode, undefined, this.#units) as string;
    this.#count = 0;
  }
}
