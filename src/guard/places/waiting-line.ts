/**
 * Those who wait for a place: whoever is heard first, in turns, and after them those whose client has gone, in turns. What
 * they wait for goes on, as the protocol has it, but nobody can be told what it comes to. Made by admission.ts.
 */
import { FairLine, type Turn } from './fair-line.ts';

export class WaitingLine<Item> {
  readonly #heard: FairLine<Item>;
  readonly #unheard: FairLine<Item>;

  /** Items of a subject that may not start are passed over. */
  constructor(mayStart: (subject: string) => boolean) {
    this.#heard = new FairLine(mayStart);
    this.#unheard = new FairLine(mayStart);
  }

  get size(): number {
    return this.#heard.size + this.#unheard.size;
  }

  get hasNext(): boolean {
    return this.#heard.hasNext || this.#unheard.hasNext;
  }

  /** How many would start, of those who are heard, if there were places; none where none may. */
  get wanted(): number {
    return this.#heard.hasNext ? this.#heard.size : 0;
  }

  loads(): ReadonlyMap<string, number> {
    const loads = new Map(this.#heard.loads());
    for (const [subject, waiting] of this.#unheard.loads()) loads.set(subject, waiting + (loads.get(subject) ?? 0));
    return loads;
  }

  enter(id: string, turn: Turn, item: Item, isHeard = true): void {
    (isHeard ? this.#heard : this.#unheard).enter(id, turn, item);
  }

  /** The client of this one has gone. Nothing where it does not wait. */
  abandon(id: string, turn: Turn): void {
    const item = this.#heard.leave(id);
    if (item !== undefined) this.#unheard.enter(id, turn, item);
  }

  next(): Item | undefined {
    return this.#heard.next() ?? this.#unheard.next();
  }

  leave(id: string): void {
    if (this.#heard.leave(id) === undefined) this.#unheard.leave(id);
  }

  /** As a full line of those who are heard, in which anybody who is not gives way to them first. */
  givesWay(turn: Turn, isHeard: boolean): string | undefined {
    if (!isHeard) return this.#unheard.givesWay(turn);
    return this.#unheard.lastOfMost() ?? this.#heard.givesWay(turn);
  }
}
