/**
 * The host's side of a keeper (sandbox-runtime/keeper/keeper.ts): asks, and takes the answers apart. All that arrives is
 * a claim of the sandbox: whatever no keeper of ours would have said ends it. Used by sandbox-session.ts.
 */
import type { Duplex } from 'node:stream';
import { encodeFrame, FrameDecoder } from '../../../../sandbox-runtime/framing.ts';
import {
  type ArtifactLimits,
  type CommandEnd,
  type KeeperMessage,
  type KeeperRequest,
  PROTOCOL_VERSION,
  ProtocolError,
  parseCollectEnd,
  parseCommandEnd,
  parseKeeperMessage,
} from '../../../../sandbox-runtime/protocol.ts';
import type { Fault } from '../../../base/fault.ts';
import { type Artifact, base64Chars, KeptArtifacts } from '../../../run/artifacts/kept-artifacts.ts';
import { AttachedOutput } from '../container/attached-output.ts';

const LAST_WORDS_CHARS = 2_000;
const FRAME_SLACK_BYTES = 256 * 1024;
/** A byte of output becomes up to six of JSON, and there are two streams. */
const BYTES_PER_OUTPUT_BYTE = 12;

/** Files that are new or changed. */
export interface Collected {
  readonly artifacts: readonly Artifact[];
  readonly leftOut: number;
  readonly reasons: readonly string[];
}

export interface KeeperLinkOptions {
  readonly runtime: Buffer;
  readonly commandBytes: number;
  readonly artifactBytes: number;
  /** Called once: the stream has ended, or `violation` says what cannot be believed. */
  onGone(violation: unknown): void;
}

interface Pending {
  /** True where the message was the last of the answer. Throws where it is none. */
  take(message: KeeperMessage, payloads: readonly string[]): boolean;
  reject(fault: Fault): void;
}

export class KeeperLink {
  readonly #options: KeeperLinkOptions;
  readonly #decoder: FrameDecoder;
  readonly #ready = Promise.withResolvers<boolean>();
  readonly #pending = new Map<number, Pending>();
  #stream: Duplex | undefined;
  #lastWords = '';
  #calls = 0;
  #isGone = false;
  #closed: Fault | undefined;

  constructor(options: KeeperLinkOptions) {
    this.#options = options;
    const { commandBytes, artifactBytes } = options;
    this.#decoder = new FrameDecoder(
      Math.max(BYTES_PER_OUTPUT_BYTE * commandBytes, base64Chars(artifactBytes)) + FRAME_SLACK_BYTES,
    );
  }

  /** What the keeper printed, for our own log. */
  get lastWords(): string {
    return this.#lastWords.trim();
  }

  /** Listens; the keeper is not there yet. */
  attach(stream: Duplex): void {
    this.#stream = stream;
    const output = new AttachedOutput({
      stdout: (bytes) => this.#receive(bytes),
      stderr: (bytes) => {
        this.#lastWords = (this.#lastWords + bytes.toString('latin1')).slice(-LAST_WORDS_CHARS);
      },
    });
    stream.on('data', (chunk: Buffer) => {
      if (!this.#isGone) output.push(chunk);
    });
    stream.on('error', () => {});
    for (const name of ['end', 'close']) stream.on(name, () => this.#end(undefined));
    if (this.#isGone) stream.destroy();
  }

  /** Sends the keeper in. Resolves with whether it has come to life. */
  async begin(forMs: number): Promise<boolean> {
    this.#stream?.write(this.#options.runtime);
    const isReady = await this.#ready.promise;
    if (isReady) this.#send({ kind: 'keep', forMs });
    return isReady;
  }

  exec(argv: readonly string[]): Promise<CommandEnd> {
    const { commandBytes: outputBytes } = this.#options;
    const request = { kind: 'exec', outputBytes } as const;
    return this.#ask(request, [JSON.stringify(argv)], 'exited', ([text = '']) => parseCommandEnd(text, outputBytes));
  }

  /** Ends every process in the sandbox but the keeper. */
  endAll(): Promise<void> {
    return this.#ask({ kind: 'end-all' }, [], 'ended', () => undefined);
  }

  /** Files that are new or changed since the last time. */
  collect(limits: ArtifactLimits, forMs: number): Promise<Collected> {
    const kept = new KeptArtifacts(limits);
    const finish = ([text = '']: readonly string[]): Collected => {
      const { leftOut, reasons } = parseCollectEnd(text);
      kept.leaveOut(leftOut);
      return { artifacts: kept.all, leftOut: kept.leftOut, reasons };
    };
    const file = ([path = '', base64 = '']: readonly string[]) => kept.add(path, base64);
    return this.#ask({ kind: 'collect', limits, forMs }, [], 'collected', finish, file);
  }

  /** Lets the stream go; whoever waits for an answer gets the fault. */
  close(fault: Fault): void {
    this.#isGone = true;
    this.#closed = fault;
    this.#ready.resolve(false);
    this.#stream?.destroy();
    for (const { reject } of this.#pending.values()) reject(fault);
    this.#pending.clear();
  }

  #ask<Answer>(
    request: DistributiveOmit<Exclude<KeeperRequest, { kind: 'keep' }>, 'call'>,
    payloads: readonly string[],
    answer: KeeperMessage['kind'],
    finish: (payloads: readonly string[]) => Answer,
    file?: (payloads: readonly string[]) => void,
  ): Promise<Answer> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    this.#calls += 1;
    const call = this.#calls;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const take = ({ kind }: KeeperMessage, given: readonly string[]): boolean => {
      if (kind === 'artifact' && file !== undefined) file(given);
      else if (kind === answer) resolve(finish(given));
      else throw new ProtocolError('A keeper gave another answer than it was asked for.');
      return kind === answer;
    };
    this.#pending.set(call, { take, reject });
    this.#send({ ...request, call }, ...payloads);
    return promise;
  }

  #send(request: KeeperRequest, ...payloads: readonly string[]): void {
    if (!this.#isGone) this.#stream?.write(encodeFrame([JSON.stringify(request), ...payloads]));
  }

  #receive(bytes: Buffer): void {
    if (this.#isGone) return;
    try {
      for (const [header = '', ...payloads] of this.#decoder.push(bytes)) this.#dispatch(header, payloads);
    } catch (error) {
      this.#end(error);
    }
  }

  #dispatch(header: string, payloads: readonly string[]): void {
    const message = parseKeeperMessage(header);
    if (message.kind === 'ready') {
      if (message.version !== PROTOCOL_VERSION) throw new ProtocolError('A keeper speaks another version.');
      return this.#ready.resolve(true);
    }
    const pending = this.#pending.get(message.call);
    if (pending === undefined) throw new ProtocolError('A keeper answered what it was never asked.');
    if (pending.take(message, payloads)) this.#pending.delete(message.call);
  }

  #end(violation: unknown): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#ready.resolve(false);
    this.#options.onGone(violation);
  }
}

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;
