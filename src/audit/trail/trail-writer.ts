/**
 * Writes records to a trail in the order they come, without anybody waiting for it: they lie in memory, up to a bound, until
 * the disk has taken them. What does not fit is lost, counted, told in the log, and told in the trail itself as a `gap` as
 * soon as that can be written to. Made by create-audit.ts.
 */
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { Fault } from '../../base/fault.ts';
import { bodyOf, type ChainHead, seal } from '../record/seal.ts';
import { TrailFiles, type TrailFilesOptions } from './trail-files.ts';
import { refusal } from './trusted-folder.ts';

export interface TrailWriterOptions extends TrailFilesOptions {
  /** The first record of this writer. */
  readonly opening: Readonly<Record<string, unknown>>;
  /** What may wait in memory. */
  readonly maxWaitingBytes?: number;
  readonly retryMs?: number;
  /** How long `close` waits for a disk. */
  readonly closeMs?: number;
}

const MAX_WAITING_BYTES = 8 * 1024 * 1024;
const BATCH_BYTES = 256 * 1024;
const RETRY_MS = 250;
const CLOSE_MS = 3_000;

interface Waiting {
  readonly body: string;
  /** When it has been written. */
  readonly afterwards?: () => Promise<void>;
}

interface Gap {
  lost: number;
  readonly from: string;
  to: string;
}

export class TrailWriter {
  readonly #options: TrailWriterOptions;
  readonly #files: TrailFiles;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #gap: Gap | undefined;
  #drained: Promise<void> = Promise.resolve();
  #isDraining = false;
  #isFailing = false;
  #closed: Promise<void> | undefined;
  readonly #closing = new AbortController();

  constructor(options: TrailWriterOptions) {
    this.#options = options;
    this.#files = new TrailFiles(options);
  }

  /** Never throws, never waits. Without a body, a record was lost before it was one. */
  add(body: string | undefined): void {
    if (this.#closed !== undefined) return;
    const { maxWaitingBytes = MAX_WAITING_BYTES } = this.#options;
    // Once something was lost, there has to be some room again: one long gap says more than many.
    const bound = this.#gap === undefined ? maxWaitingBytes : maxWaitingBytes / 2;
    if (body === undefined || this.#waitingBytes + body.length > bound) return this.#lose();
    this.#endGap();
    this.#push({ body });
    this.#drain();
  }

  /** Rejects with Fault CONFIG_INVALID where the folder cannot be used. A full disk is waited for, by nobody. */
  async open(): Promise<void> {
    try {
      await this.#ensureOpen();
    } catch (thrown) {
      if (thrown instanceof Fault) throw thrown;
      if (!isPassing(thrown)) throw refusal('it cannot be written to', thrown);
      this.#fail(thrown);
    }
    this.#drain();
  }

  /** Resolves when everything is written, or when it is clear that it will not be. */
  close(): Promise<void> {
    this.#closed ??= this.#finish();
    return this.#closed;
  }

  async #finish(): Promise<void> {
    const { closeMs = CLOSE_MS, log } = this.#options;
    const isUsed = this.#files.isOpen || this.#waiting.length > 0 || this.#gap !== undefined;
    if (!isUsed) return this.#files.close();
    this.#endGap();
    this.#push({ body: ownBody({ kind: 'closed' }) });
    this.#closing.abort();
    this.#drain();
    const late = new AbortController();
    const written = this.#drained.then(() => this.#files.close());
    await Promise.race([
      written.catch((error) => log.error({ err: error }, 'the audit trail could not be closed')),
      delay(closeMs, undefined, { signal: late.signal }).catch(() => {}),
    ]);
    late.abort();
    const { seq, hash } = this.#files.head;
    // Noted elsewhere, the hash shows later whether the end of the trail was cut off.
    if (this.#waiting.length === 0) log.info({ records: seq, hash }, 'the audit trail is closed');
    else log.error({ unwritten: this.#waiting.length }, 'the audit trail could not be written to its end');
  }

  #push(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#waitingBytes += waiting.body.length;
  }

  #lose(): void {
    const time = new Date().toISOString();
    if (this.#gap === undefined) {
      this.#gap = { lost: 0, from: time, to: time };
      this.#options.log.error('the audit trail loses records: they come faster than its disk takes them');
    }
    this.#gap.lost += 1;
    this.#gap.to = time;
    this.#drain();
  }

  /** After all that came before what was lost, and before all that comes after. */
  #endGap(): void {
    if (this.#gap === undefined) return;
    const { lost, from, to } = this.#gap;
    this.#gap = undefined;
    this.#push({ body: ownBody({ kind: 'gap', lost, from, to }) });
    this.#options.log.error({ lost, from, to }, 'the audit trail has lost records');
  }

  #drain(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    this.#drained = this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    // What is told in one turn of the loop goes in one write.
    await nextTurn();
    while (this.#waiting.length > 0 || this.#gap !== undefined) {
      try {
        await this.#ensureOpen();
        await this.#writeBatch();
        if (this.#isFailing) this.#options.log.warn('the audit trail is written again');
        this.#isFailing = false;
      } catch (thrown) {
        this.#fail(thrown);
        if (this.#closing.signal.aborted) break;
        await this.#pause();
      }
    }
    // In the same turn as the last look: whoever adds after it begins anew.
    this.#isDraining = false;
  }

  async #pause(): Promise<void> {
    const { retryMs = RETRY_MS } = this.#options;
    await delay(retryMs, undefined, { signal: this.#closing.signal, ref: false }).catch(() => {});
  }

  async #ensureOpen(): Promise<void> {
    if (this.#files.isOpen) return;
    const found = await this.#files.open();
    const opening = { body: ownBody({ kind: 'opened', ...this.#options.opening }) };
    const first = found === undefined ? [] : [{ body: ownBody(found) }];
    if (found !== undefined) this.#options.log.warn(found, 'the audit trail was not closed properly the last time');
    this.#goFirst([...first, ...(await this.#pruning()), opening]);
  }

  #goFirst(own: readonly Waiting[]): void {
    this.#waiting.unshift(...own);
    for (const { body } of own) this.#waitingBytes += body.length;
  }

  /** First the word that files are removed, then the removal: what is missing without a word was taken away. */
  async #pruning(): Promise<readonly Waiting[]> {
    const excess = await this.#files.excess().catch((error) => this.#tellUnremoved(error));
    if (excess === undefined) return [];
    const body = ownBody({ kind: 'pruned', through: excess.through, files: excess.names.length });
    return [{ body, afterwards: () => this.#files.remove(excess) }];
  }

  async #writeBatch(): Promise<void> {
    if (this.#waiting.length === 0) this.#endGap();
    const [next] = this.#waiting;
    if (next === undefined) return;
    let taken = this.#take();
    if (taken.count === 0) {
      await this.#files.rotate(new Date().toISOString());
      this.#goFirst(await this.#pruning());
      taken = this.#take();
    }
    const { lines, head, count } = taken;
    await this.#files.append(lines, head);
    const written = this.#waiting.splice(0, count);
    for (const { body } of written) this.#waitingBytes -= body.length;
    for (const { afterwards } of written) await afterwards?.().catch((error) => this.#tellUnremoved(error));
  }

  /** As many as fit into a batch and into the file; none where the file is full. */
  #take(): { readonly lines: string; readonly head: ChainHead; readonly count: number } {
    let lines = '';
    let count = 0;
    let { head } = this.#files;
    for (const { body } of this.#waiting) {
      const sealed = seal(body, head);
      const bytes = lines.length + sealed.line.length;
      if (bytes > BATCH_BYTES || !this.#files.hasRoom(bytes, count + 1)) break;
      lines += sealed.line;
      head = sealed.head;
      count += 1;
      if (this.#files.isTorn) break;
    }
    return { lines, head, count };
  }

  #fail(thrown: unknown): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#options.log.error({ err: thrown, waiting: this.#waiting.length }, 'the audit trail cannot be written');
  }

  #tellUnremoved(error: unknown): undefined {
    this.#options.log.warn({ err: error }, 'an old file of the audit trail could not be removed');
  }
}

function ownBody(record: Readonly<Record<string, unknown>>): string {
  return bodyOf({ time: new Date().toISOString(), ...record });
}

/** Goes away by itself, or by somebody else's doing. */
function isPassing(thrown: unknown): boolean {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return ['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EINTR', 'EBUSY'].includes(String(code));
}
