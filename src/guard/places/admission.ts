/**
 * Places, and a line before them: so many at a time, so many more waiting, shared in turns among whoever waits, and a
 * refusal that says when to come back for the rest. Made by guard.ts, for runs and for checks each.
 */
import PQueue from 'p-queue';
import { elapsedMs, nowMs } from '../../base/deadline.ts';
import type { LimitName } from '../../base/limits.ts';
import { GuardRefusal, secondsOf } from '../refusal.ts';
import { AbandonedWork } from './abandoned-work.ts';
import type { Turn } from './fair-line.ts';
import { queueOf, type Start, type TurnPlaces } from './turn-queue.ts';
import { WaitingLine } from './waiting-line.ts';

export interface Bound {
  readonly limit: LimitName;
  readonly value: number;
}

export interface AdmissionOptions {
  /** What it is that has places, as `run`. */
  readonly what: string;
  readonly places: Bound;
  readonly waiting: Bound;
  /** Places of one subject; 0 sets no bound. */
  readonly placesOfOne?: number;
}

/** Whose turn it is, and how one hears that whoever asked cannot be told any more. */
export interface Asked extends Turn {
  readonly gone?: AbortSignal;
}

/** Ends where its signal aborts. */
export type Work<Value> = (signal: AbortSignal) => Promise<Value>;

export interface SubjectLoad {
  readonly subject: string;
  readonly running: number;
  readonly queued: number;
}

/** Of the time that work takes, how much the latest counts. */
const LATEST = 0.2;

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #line = new WaitingLine<Start>((subject) => this.#mayStart(subject));
  readonly #queue: TurnPlaces;
  /** Places by subject, for those that have any. */
  readonly #held = new Map<string, number>();
  /** Ends the waiting of each, by id. */
  readonly #waits = new Map<string, AbortController>();
  readonly #abandoned = new AbandonedWork();
  #lastId = 0;
  #meanMs = 0;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#queue = new PQueue({ concurrency: options.places.value, queueClass: queueOf(this.#line) });
  }

  get running(): number {
    return this.#queue.pending;
  }

  get queued(): number {
    return this.#line.size;
  }

  /** Of every subject that has work here now. */
  loads(): readonly SubjectLoad[] {
    const queued = this.#line.loads();
    const subjects = new Set([...this.#held.keys(), ...queued.keys()]);
    return [...subjects].map((subject) => {
      return { subject, running: this.#held.get(subject) ?? 0, queued: queued.get(subject) ?? 0 };
    });
  }

  /**
   * Does the work when there is a place and it is its turn. Rejects with Fault POOL_SATURATED, also later where somebody
   * else has to have the place in the line; with `signal.reason` where that aborts before the work has begun; or as the
   * work does: work that has begun ends by itself, and has its place until it has. What it is given aborts with `signal`,
   * or where the caller is `gone` and its place is needed.
   */
  async admit<Value>({ gone, ...turn }: Asked, signal: AbortSignal, work: Work<Value>): Promise<Value> {
    signal.throwIfAborted();
    const isHeard = gone?.aborted !== true;
    this.#makeRoom(turn, isHeard);
    this.#lastId += 1;
    const id = String(this.#lastId);
    const wait = new AbortController();
    const leave = () => wait.abort(signal.reason);
    const abandon = () => this.#line.abandon(id, turn);
    const stay = () => {
      this.#waits.delete(id);
      signal.removeEventListener('abort', leave);
      gone?.removeEventListener('abort', abandon);
    };
    this.#waits.set(id, wait);
    signal.addEventListener('abort', leave, { once: true });
    gone?.addEventListener('abort', abandon, { once: true });
    const begin = () => {
      stay();
      return this.#inPlace(turn.subject, () => this.#watched(id, signal, gone, work));
    };
    try {
      // The queue's own signal would answer for work that has begun, and give its place away while it is still ending.
      const done = this.#queue.add(begin, { signal: wait.signal, id, turn, isHeard });
      this.#makePlaces();
      return await done;
    } finally {
      stay();
    }
  }

  async #inPlace<Value>(subject: string, work: () => Promise<Value>): Promise<Value> {
    const startedMs = nowMs();
    this.#held.set(subject, (this.#held.get(subject) ?? 0) + 1);
    try {
      return await work();
    } finally {
      // Before the queue looks for the next, which may be the same subject's.
      const left = (this.#held.get(subject) ?? 1) - 1;
      if (left === 0) this.#held.delete(subject);
      else this.#held.set(subject, left);
      this.#meanMs += LATEST * (elapsedMs(startedMs) - this.#meanMs);
    }
  }

  async #watched<Value>(id: string, signal: AbortSignal, gone: AbortSignal | undefined, work: Work<Value>) {
    if (gone === undefined) return work(signal);
    const watch = this.#abandoned.watch(id, { signal, gone, onGone: () => this.#makePlaces() });
    try {
      return await work(watch.signal);
    } finally {
      watch.ended();
    }
  }

  /** What nobody waits for gives way to those who wait and are heard. */
  #makePlaces(): void {
    const { limit, value } = this.#options.places;
    const message = `Its client has gone, and somebody else needed its place (limit ${limit} ${value}).`;
    const reason = () => new GuardRefusal('POOL_SATURATED', message, { limit, value, retryAfterSeconds: 1 });
    this.#abandoned.makePlaces(this.#line.wanted, reason);
  }

  /** Where the line is full, whoever has most in it gives way; nobody does where that would be the newcomer. */
  #makeRoom(turn: Turn, isHeard: boolean): void {
    const { places, waiting } = this.#options;
    const startsAtOnce = this.#queue.pending < places.value && this.#mayStart(turn.subject);
    if (startsAtOnce || this.#line.size < waiting.value) return;
    const wait = this.#waits.get(this.#line.givesWay(turn, isHeard) ?? '');
    if (wait === undefined) throw this.#refusal();
    wait.abort(this.#refusal());
  }

  #mayStart(subject: string): boolean {
    const { placesOfOne = 0 } = this.#options;
    return placesOfOne === 0 || (this.#held.get(subject) ?? 0) < placesOfOne;
  }

  #refusal(): GuardRefusal {
    const { what, places, waiting } = this.#options;
    const [running, queued] = [this.#queue.pending, this.#line.size];
    const retryAfterSeconds = secondsOf((this.#meanMs * (queued + 1)) / places.value);
    const busy = `${running} ${what}s are under way and ${queued} wait`;
    const limits = `limits ${places.limit} ${places.value} and ${waiting.limit} ${waiting.value}`;
    const message = `${busy} (${limits}); try again in ${retryAfterSeconds} s.`;
    return new GuardRefusal('POOL_SATURATED', message, { ...waiting, retryAfterSeconds });
  }
}
