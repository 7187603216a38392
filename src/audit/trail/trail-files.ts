/**
 * The files of one trail on the disk: goes on where the last writer stopped, appends whole batches or nothing, begins a new
 * file when one is full, and removes the oldest. Used by trail-writer.ts alone, one call at a time; everything rejects as the
 * system does, and can be tried again.
 */
import { type FileHandle, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { BEGINNING, bodyOf, type ChainHead, seal } from '../record/seal.ts';
import { type ClaimedTrail, claimTrail } from './claim-trail.ts';
import { fileName, filesByTrail, type TrailFile } from './file-names.ts';
import { type FileEnd, readEnd, readFirst } from './read-ends.ts';
import { openTrusted, prepareFolder, refusal } from './trusted-folder.ts';

export interface TrailFilesOptions {
  readonly dir: string;
  /** Of one file. */
  readonly maxBytes: number;
  /** Of the trail, the one that is written to included. */
  readonly maxFiles: number;
  readonly log: Log;
}

/** Files that are there beyond the number that is kept. */
export interface Excess {
  /** The last record in them. */
  readonly through: number;
  readonly names: readonly string[];
}

/** What was found wrong at the end of the trail when it was opened, as members of a record. */
export type Found = Readonly<Record<string, unknown>>;

/** A number that is taken by something else is passed over, so many times. */
const MAX_PASSED_OVER = 100;

export class TrailFiles {
  readonly #options: TrailFilesOptions;
  #claimed: ClaimedTrail | undefined;
  #file: FileHandle | undefined;
  #number = 0;
  #length = 0;
  #head = BEGINNING;
  /** Something of a batch that failed may be there, beyond the length. */
  #mayBeTorn = false;
  /** The file ends in a line that breaks off, of a writer before: it is given its end together with the first record. */
  #isTorn = false;

  constructor(options: TrailFilesOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#file !== undefined;
  }

  get head(): ChainHead {
    return this.#head;
  }

  get trail(): number {
    return this.#claimed?.trail ?? 0;
  }

  /** Whether so many bytes may still go into the file. One line always may, where the file has none of this writer's. */
  hasRoom(bytes: number, lines: number): boolean {
    if (lines === 1 && (this.#length === 0 || this.#isTorn)) return true;
    return this.#length + bytes <= this.#options.maxBytes;
  }

  /** The next record goes alone: it says what was found, and must not be torn itself. */
  get isTorn(): boolean {
    return this.#isTorn;
  }

  /** Throws Fault CONFIG_INVALID where what is there may not be used. Resolves with what has to be recorded first. */
  async open(): Promise<Found | undefined> {
    prepareFolder(this.#options.dir);
    this.#claimed ??= await claimTrail(this.#options.dir);
    try {
      return await this.#goOn();
    } catch (thrown) {
      if (thrown instanceof Fault) await this.close();
      throw thrown;
    }
  }

  /** All of it or nothing; where it rejects, the trail is as it was. */
  async append(lines: string, head: ChainHead): Promise<void> {
    const file = await this.#mended();
    const bytes = Buffer.from(this.#isTorn ? `\n${lines}` : lines, 'latin1');
    this.#mayBeTorn = true;
    try {
      for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
    } catch (thrown) {
      // Again before the next write, if it cannot be done now.
      await this.#mended().catch(() => {});
      throw thrown;
    }
    this.#mayBeTorn = false;
    this.#isTorn = false;
    this.#length += bytes.length;
    this.#head = head;
  }

  /** Begins the next file. The one before says so at its end, so that it cannot be taken away unseen. */
  async rotate(time: string): Promise<void> {
    const next = await this.#openNext();
    try {
      const { line, head } = seal(
        bodyOf({ time, kind: 'rotated', next: fileName(this.trail, next.number) }),
        this.#head,
      );
      await this.append(line, head);
    } catch (thrown) {
      await next.file.close();
      throw thrown;
    }
    await this.#switchTo(next);
  }

  async excess(): Promise<Excess | undefined> {
    const files = await this.#list();
    const names = files.slice(0, -this.#options.maxFiles).map(({ name }) => name);
    const [oldest] = files.slice(-this.#options.maxFiles);
    if (names.length === 0 || oldest === undefined) return undefined;
    if (oldest.number === this.#number && this.#length === 0) return { through: this.#head.seq, names };
    const file = await openTrusted(this.#pathOf(oldest), 'existing');
    const first = await readFirst(file).finally(() => file.close());
    // Without it nobody could tell what was removed here from what somebody else took away.
    return first === undefined ? undefined : { through: first.head.seq - 1, names };
  }

  async remove({ names }: Excess): Promise<void> {
    await Promise.all(names.map((name) => rm(join(this.#options.dir, name), { force: true })));
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    try {
      await file?.datasync();
    } finally {
      await file?.close();
      this.#claimed?.release();
      this.#claimed = undefined;
    }
  }

  async #goOn(): Promise<Found | undefined> {
    const files = await this.#list();
    const last = files.at(-1);
    this.#number = last?.number ?? 0;
    if (last === undefined) return this.#switchTo(await this.#openNext());
    const end = await this.#endOf(last);
    const before = files.at(-2);
    if (end.last !== undefined || before === undefined) return this.#take(last, end, end.last);
    // Begun, and nothing whole in it yet: what the chain goes on from is in the file before.
    const endBefore = await this.#endOf(before);
    return end.torn === undefined
      ? this.#take(before, endBefore, endBefore.last)
      : this.#take(last, end, endBefore.last);
  }

  /** Goes on in the file, after the record, or in the next where that cannot be. */
  async #take(
    file: TrailFile,
    { bytes, torn, lacksEnd = false }: FileEnd,
    last: FileEnd['last'],
  ): Promise<Found | undefined> {
    this.#number = file.number;
    this.#head = last === undefined || last === 'unreadable' ? BEGINNING : last.head;
    if (last === 'unreadable') {
      // What was changed is left as it is, for whoever verifies: the trail begins anew.
      await this.#switchTo(await this.#openNext());
      return { kind: 'recovered', unreadable: file.name };
    }
    if (last?.record.kind === 'rotated' && torn === undefined && !lacksEnd)
      return this.#switchTo(await this.#openNext());
    this.#file = await openTrusted(this.#pathOf(file), 'existing');
    this.#length = bytes;
    this.#mayBeTorn = false;
    this.#isTorn = lacksEnd || torn !== undefined;
    if (torn === undefined) return undefined;
    return { kind: 'recovered', tornBytes: torn.bytes, tornSha256: torn.sha256 };
  }

  async #endOf(file: TrailFile): Promise<FileEnd> {
    const handle = await openTrusted(this.#pathOf(file), 'existing');
    return readEnd(handle).finally(() => handle.close());
  }

  /** The file, without what a batch that failed has left in it. One that was taken away is given up for the next. */
  async #mended(): Promise<FileHandle> {
    const file = this.#file;
    if (file === undefined) throw new Error('The trail is not open.');
    const { nlink, size } = await file.stat();
    if (nlink === 0) {
      this.#options.log.error('the file of the audit trail was taken away; the trail goes on in another');
      prepareFolder(this.#options.dir);
      const next = await this.#openNext();
      await this.#switchTo(next);
      return next.file;
    }
    if (this.#mayBeTorn && size > this.#length) await file.truncate(this.#length);
    this.#mayBeTorn = false;
    return file;
  }

  async #openNext(): Promise<{ readonly file: FileHandle; readonly number: number }> {
    for (let number = this.#number + 1; number <= this.#number + MAX_PASSED_OVER; number++) {
      const file = await openTrusted(join(this.#options.dir, fileName(this.trail, number)), 'make');
      if ((await file.stat()).size === 0) return { file, number };
      await file.close();
    }
    throw refusal('files that are not of this trail have the names that it needs. Remove them');
  }

  async #switchTo({ file, number }: { readonly file: FileHandle; readonly number: number }): Promise<undefined> {
    const before = this.#file;
    this.#file = file;
    this.#number = number;
    this.#length = 0;
    this.#mayBeTorn = false;
    this.#isTorn = false;
    // What the old one has is written; that it reaches the disk a little later costs nothing here.
    await before?.datasync().catch(() => {});
    await before?.close().catch(() => {});
  }

  async #list(): Promise<readonly TrailFile[]> {
    return filesByTrail(await readdir(this.#options.dir)).get(this.trail) ?? [];
  }

  #pathOf({ name }: TrailFile): string {
    return join(this.#options.dir, name);
  }
}
