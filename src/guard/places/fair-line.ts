/**
 * A line in which subjects take turns, and within a subject its workspaces, however many each has in it: whoever comes
 * anew is served after one turn of the others at most. Made by admission.ts. A data structure: it starts nothing.
 */

/** Who waits. Callers are told apart by their subject, and where they are one, by their workspace. */
export interface Turn {
  readonly subject: string;
  readonly workspace: string;
}

interface Subject<Item> {
  /** In the order of their turns; each holds its items in the order in which they came. Never an empty one. */
  readonly workspaces: Map<string, Map<string, Item>>;
  size: number;
}

export class FairLine<Item> {
  /** In the order of their turns. Never an empty one. */
  readonly #subjects = new Map<string, Subject<Item>>();
  readonly #turns = new Map<string, Turn>();
  readonly #mayStart: (subject: string) => boolean;

  /** Items of a subject that may not start are passed over. */
  constructor(mayStart: (subject: string) => boolean = () => true) {
    this.#mayStart = mayStart;
  }

  get size(): number {
    return this.#turns.size;
  }

  /** Whether `next` would give one. */
  get hasNext(): boolean {
    return this.#nextSubject() !== undefined;
  }

  /** How many of each subject wait. */
  *loads(): Generator<readonly [subject: string, waiting: number]> {
    for (const [name, { size }] of this.#subjects) yield [name, size];
  }

  waitingOf(subject: string): number {
    return this.#subjects.get(subject)?.size ?? 0;
  }

  enter(id: string, turn: Turn, item: Item): void {
    const subject = this.#subjects.get(turn.subject) ?? { workspaces: new Map(), size: 0 };
    const items = subject.workspaces.get(turn.workspace) ?? new Map<string, Item>();
    this.#subjects.set(turn.subject, subject);
    subject.workspaces.set(turn.workspace, items.set(id, item));
    subject.size += 1;
    this.#turns.set(id, turn);
  }

  /** The one whose turn it is. Its subject and its workspace go to the back. */
  next(): Item | undefined {
    const [name, subject] = this.#nextSubject() ?? [];
    const [workspace, items] = subject?.workspaces.entries().next().value ?? [];
    const [id, item] = items?.entries().next().value ?? [];
    if (name === undefined || workspace === undefined || id === undefined || !subject || !items) return undefined;
    this.#subjects.delete(name);
    this.#subjects.set(name, subject);
    subject.workspaces.delete(workspace);
    subject.workspaces.set(workspace, items);
    this.leave(id);
    return item;
  }

  /** Whatever its turn. Undefined where it is not in the line. */
  leave(id: string): Item | undefined {
    const turn = this.#turns.get(id);
    const subject = turn === undefined ? undefined : this.#subjects.get(turn.subject);
    const items = turn === undefined ? undefined : subject?.workspaces.get(turn.workspace);
    const item = items?.get(id);
    if (turn === undefined || subject === undefined || items === undefined) return undefined;
    this.#turns.delete(id);
    items.delete(id);
    subject.size -= 1;
    if (items.size === 0) subject.workspaces.delete(turn.workspace);
    if (subject.size === 0) this.#subjects.delete(turn.subject);
    return item;
  }

  /**
   * Of a full line, the id of whoever gives way to one more of this turn: the last of the subject that has most in it,
   * else of the caller's workspace that has. Undefined where the newcomer would have as many as they: then it is refused.
   */
  givesWay({ subject, workspace }: Turn): string | undefined {
    const mine = this.#subjects.get(subject);
    const crowd = mostOf(this.#subjects);
    if (crowd !== undefined && crowd.size > (mine?.size ?? 0) + 1) return lastOf(mostOf(crowd.workspaces));
    const items = mine === undefined ? undefined : mostOf(mine.workspaces);
    const isCrowded = items !== undefined && items.size > (mine?.workspaces.get(workspace)?.size ?? 0) + 1;
    return isCrowded ? lastOf(items) : undefined;
  }

  /** The last of whoever has most in it. */
  lastOfMost(): string | undefined {
    const crowd = mostOf(this.#subjects);
    return crowd === undefined ? undefined : lastOf(mostOf(crowd.workspaces));
  }

  #nextSubject(): readonly [string, Subject<Item>] | undefined {
    for (const entry of this.#subjects) if (this.#mayStart(entry[0])) return entry;
    return undefined;
  }
}

function mostOf<Group extends { readonly size: number }>(groups: ReadonlyMap<string, Group>): Group | undefined {
  let most: Group | undefined;
  for (const group of groups.values()) if (most === undefined || group.size > most.size) most = group;
  return most;
}

function lastOf(items: ReadonlyMap<string, unknown> | undefined): string | undefined {
  return items === undefined ? undefined : [...items.keys()].at(-1);
}
