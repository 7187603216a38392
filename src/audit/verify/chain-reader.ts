/**
 * Follows a chain line by line and says where it breaks, and why. Pure: verify-trail.ts feeds it the lines of the files of
 * one trail in their order.
 */
import { hash } from 'node:crypto';
import { BEGINNING, type ChainHead, type SealedRecord, unseal } from '../record/seal.ts';
import type { Line } from './read-lines.ts';

export type BreakReason = 'changed' | 'missing' | 'reordered' | 'torn';

export interface Place {
  readonly file: string;
  readonly line: number;
}

export interface Break {
  readonly at: Place;
  readonly reason: BreakReason;
  readonly detail: string;
}

export interface ChainSummary {
  readonly records: number;
  readonly first?: { readonly seq: number; readonly time: string };
  readonly last?: { readonly seq: number; readonly time: string; readonly hash: string; readonly kind: string };
  /** Of the last record that says that older ones were removed. */
  readonly prunedThrough: number | undefined;
  /** Records that could not be written in their time, and that the trail itself tells of. */
  readonly lost: number;
  /** Lines that broke off because their writer was killed, and that its successor closed. */
  readonly recovered: number;
}

export class ChainReader {
  readonly #held: ReadonlySet<string>;
  readonly #found = new Set<string>();
  #head: ChainHead | undefined;
  #first: ChainSummary['first'];
  #last: ChainSummary['last'];
  #records = 0;
  #prunedThrough: number | undefined;
  #lost = 0;
  #recovered = 0;
  #torn: { readonly bytes: Buffer; readonly at: Place } | undefined;
  #next: string | undefined;

  /** `hashes` are those that somebody noted, to be looked for. */
  constructor(hashes: readonly string[] = []) {
    this.#held = new Set(hashes);
  }

  get summary(): ChainSummary {
    const [first, last] = [this.#first, this.#last];
    return {
      records: this.#records,
      ...(first === undefined ? {} : { first }),
      ...(last === undefined ? {} : { last }),
      prunedThrough: this.#prunedThrough,
      lost: this.#lost,
      recovered: this.#recovered,
    };
  }

  /** Where the chain stands; undefined before its first record. */
  get head(): ChainHead | undefined {
    return this.#head;
  }

  get foundHashes(): ReadonlySet<string> {
    return this.#found;
  }

  /** The file that the last record says comes next. */
  get nextFile(): string | undefined {
    return this.#next;
  }

  /** Undefined where the line is as it was written and in its place. */
  take({ bytes, hasEnd }: Line, at: Place): Break | undefined {
    const sealed = hasEnd ? unseal(bytes.toString('latin1')) : undefined;
    if (sealed === undefined) return this.#hold(bytes, at);
    const torn = this.#torn;
    this.#torn = undefined;
    if (torn !== undefined && !closes(sealed, torn.bytes)) return changed(torn.at);
    const misplaced = this.#judgePlace(sealed, at);
    if (misplaced !== undefined) return misplaced;
    if (torn === undefined && sealed.record.tornBytes !== undefined)
      return { at, reason: 'missing', detail: 'the line that this record says broke off is missing' };
    this.#accept(sealed);
    return undefined;
  }

  /** After the last line of the last file. */
  end(): Break | undefined {
    const at = this.#torn?.at;
    return at && { at, reason: 'torn', detail: 'it breaks off: its writer was killed or is at work, or it was cut' };
  }

  /** A line that cannot be read may be one that its writer could not end: the next has to say so. */
  #hold(bytes: Buffer, at: Place): Break | undefined {
    if (this.#torn !== undefined) return changed(this.#torn.at);
    if (bytes.length === 0) return changed(at);
    this.#torn = { bytes: Buffer.from(bytes), at };
    return undefined;
  }

  #judgePlace({ head: { seq }, prev }: SealedRecord, at: Place): Break | undefined {
    const before = this.#head;
    if (before === undefined) {
      if ((seq === 1) === (prev === BEGINNING.hash)) return undefined;
      return { at, reason: 'changed', detail: 'it is not how a trail begins' };
    }
    if (seq > before.seq + 1) return { at, reason: 'missing', detail: missingText(before.seq + 1, seq - 1) };
    if (seq <= before.seq) return { at, reason: 'reordered', detail: `record ${seq} stands after ${before.seq}` };
    if (prev === before.hash) return undefined;
    return { at, reason: 'changed', detail: `record ${before.seq} is not the one that this was written after` };
  }

  #accept({ head, record }: SealedRecord): void {
    const { kind, time, through, lost, next } = record;
    const at = { seq: head.seq, time: String(time) };
    this.#head = head;
    this.#first ??= at;
    this.#last = { ...at, hash: head.hash, kind: String(kind) };
    this.#records += 1;
    this.#next = kind === 'rotated' ? String(next) : undefined;
    if (kind === 'pruned' && typeof through === 'number')
      this.#prunedThrough = Math.max(this.#prunedThrough ?? 0, through);
    if (kind === 'gap' && typeof lost === 'number') this.#lost += lost;
    if (kind === 'recovered') this.#recovered += 1;
    if (this.#held.has(head.hash)) this.#found.add(head.hash);
  }
}

function closes({ record }: SealedRecord, torn: Buffer): boolean {
  const { kind, tornBytes, tornSha256 } = record;
  return kind === 'recovered' && tornBytes === torn.length && tornSha256 === hash('sha256', torn);
}

export function missingText(from: number, to: number): string {
  return from === to ? `record ${from} is missing` : `records ${from} to ${to} are missing`;
}

function changed(at: Place): Break {
  return { at, reason: 'changed', detail: 'it is not as it was written' };
}
