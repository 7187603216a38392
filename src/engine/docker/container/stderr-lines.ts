/**
 * What a container wrote to its bare stdout or stderr, past the runtime: lines of libraries and child processes for the
 * logs, and the death notice of V8, which is for our log alone. Called by sandbox-container.ts.
 */

import { STDERR_END } from '../../../../sandbox-runtime/protocol.ts';

/** As the runtime cuts lines: long ones into pieces of this size. */
const MAX_LINE_CHARS = 8 * 1024;
const LAST_WORDS_CHARS = 2_000;
const NOTICE_CHARS = 8_000;
/** What V8 and Node print before they give up; stack and statistics follow. */
const NODE_DIES = /^(?:<--- Last few GCs --->|FATAL ERROR: |# Fatal (?:error|JavaScript)|Fatal process)/;

export class StderrLines {
  readonly #write: (line: string) => void;
  readonly #decoder = new TextDecoder();
  #rest = '';
  #lastWords = '';
  #notice = '';
  #isDying = false;
  readonly #closed = Promise.withResolvers<void>();

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  /** Resolves when the runtime has said that nothing more of its run is to come. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  push(bytes: Buffer): void {
    const text = this.#decoder.decode(bytes, { stream: true });
    this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS_CHARS);
    if (this.#isDying) {
      this.#note(text);
      return;
    }
    this.#rest += text;
    let from = 0;
    for (let at = this.#rest.indexOf('\n'); at !== -1; at = this.#rest.indexOf('\n', from)) {
      this.#line(this.#rest.slice(from, at));
      from = at + 1;
    }
    this.#rest = this.#rest.slice(from);
    if (this.#rest.length > MAX_LINE_CHARS) this.#flush();
  }

  /** Nothing more is to come, or nobody waits for it any longer. */
  close(): void {
    this.#flush();
    this.#closed.resolve();
  }

  /** The end of what was written, for our own log. */
  get lastWords(): string {
    return this.#lastWords.trim();
  }

  /** What V8 printed before it gave up, from its beginning; else the end of what was written. */
  get deathNotice(): string {
    return `${this.#notice}\n${this.#lastWords}`;
  }

  #flush(): void {
    if (this.#rest !== '') this.#line(this.#rest);
    this.#rest = '';
  }

  #note(text: string): void {
    this.#notice = (this.#notice + text).slice(0, NOTICE_CHARS);
  }

  #line(line: string): void {
    // A child process may have left a line without end before it.
    if (line.endsWith(STDERR_END)) {
      this.#line(line.slice(0, -STDERR_END.length));
      return this.#closed.resolve();
    }
    this.#isDying ||= NODE_DIES.test(line);
    if (this.#isDying) this.#note(`${line}\n`);
    if (this.#isDying || line === '') return;
    for (let at = 0; at < line.length; at += MAX_LINE_CHARS) this.#write(line.slice(at, at + MAX_LINE_CHARS));
  }
}
