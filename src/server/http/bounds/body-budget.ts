/**
 * What bodies that are still on their way may hold of our memory, all together: each is capped by itself, but a client
 * may send a thousand of them slowly. Made by http-app.ts, one for the endpoint; asked by read-json-body.ts.
 */

/** A small body costs nothing here: many small ones are honest traffic, and sockets are counted elsewhere. */
const FREE_BYTES = 64 * 1024;
/** How many bodies of the largest size may be on their way at a time. */
const LARGEST_BODIES = 16;

export class BodyBudget {
  readonly #maxBytes: number;
  #heldBytes = 0;

  constructor(bodyBytes: number) {
    this.#maxBytes = bodyBytes * LARGEST_BODIES;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** For one body. `grow` tells its size so far and is false where there is no room; call `end` when it is over. */
  open(): { readonly grow: (bytes: number) => boolean; readonly end: () => void } {
    let own = 0;
    return {
      grow: (bytes) => {
        const held = Math.max(0, bytes - FREE_BYTES);
        if (this.#heldBytes - own + held > this.#maxBytes) return false;
        this.#heldBytes += held - own;
        own = held;
        return true;
      },
      end: () => {
        this.#heldBytes -= own;
        own = 0;
      },
    };
  }
}
