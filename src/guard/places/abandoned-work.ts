/**
 * Work under way that nobody waits for any more: its client has gone, and its answer can be given to nobody. It goes on
 * until somebody else needs its place. Made by admission.ts.
 */
export class AbandonedWork {
  readonly #abandoned = new Map<string, AbortController>();
  /** Told to end, and not ended yet. */
  readonly #ending = new Set<string>();

  /**
   * Watches over work: the signal aborts with `signal`, and where it has been abandoned and its place is needed. Once
   * `gone` has aborted, `onGone` is called. The returned `ended` is for when it has ended.
   */
  watch(
    id: string,
    { signal, gone, onGone }: { readonly signal: AbortSignal; readonly gone: AbortSignal; readonly onGone: () => void },
  ): { readonly signal: AbortSignal; readonly ended: () => void } {
    const end = new AbortController();
    const abandon = () => {
      this.#abandoned.set(id, end);
      onGone();
    };
    gone.addEventListener('abort', abandon, { once: true });
    if (gone.aborted) abandon();
    const ended = () => {
      gone.removeEventListener('abort', abandon);
      this.#abandoned.delete(id);
      this.#ending.delete(id);
    };
    return { signal: AbortSignal.any([signal, end.signal]), ended };
  }

  /** Ends so much of it that there will be `wanted` places, as far as there is any. */
  makePlaces(wanted: number, reason: () => Error): void {
    for (const [id, end] of this.#abandoned) {
      if (this.#ending.size >= wanted) return;
      this.#abandoned.delete(id);
      this.#ending.add(id);
      end.abort(reason());
    }
  }
}
