/**
 * Places, and a line before them: so many at a time, so many more waiting, shared in turns among whoever waits, and a
 * refusal that says when to come back for the rest. Made by guard.ts, for runs and for checks each.
 */
import PQueue from 'p-queue';
import { elapsedMs, nowMs } from '../../base/deadline.ts';
import type { LimitName } from '../../base/limits.ts';
import { GuardRefusal, secondsOf } from '../refusal.ts';
import { FairLine, type Turn } from './fair-line.ts';
import { queueOf, type Start, type TurnPlaces } from './turn-queue.ts';

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

export interface SubjectLoad {
  readonly subject: string;
  readonly running: number;
  readonly queued: number;
}

/** Of the time that work takes, how much the latest counts. */
const LATEST = 0.2;

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #line = new FairLine<Start>((subject) => this.#mayStart(subject));
  readonly #queue: TurnPlaces;
  /** Places by subject, for those that have any. */
  readonly #held = new Map<string, number>();
  /** Ends the waiting of each, by id. */
  readonly #waits = new Map<string, AbortController>();
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
    const queued = new Map(this.#line.loads());
    const subjects = new Set([...this.#held.keys(), ...queued.keys()]);
    return [...subjects].map((subject) => {
      return { subject, running: this.#held.get(subject) ?? 0, queued: queued.get(subject) ?? 0 };
    });
  }

  /**
   * Does the work when there is a place and it is its turn. Rejects with Fault POOL_SATURATED, also later where somebody
   * else has to have the place in the line; with `signal.reason` where that aborts before the work has begun; or as the
   * work does: work that has begun ends by itself, and has its place until it has.
   */
  async admit<Value>(turn: Turn, signal: AbortSignal, work: () => Promise<Value>): Promise<Value> {
    signal.throwIfAborted();
    this.#makeRoom(turn);
    this.#lastId += 1;
    const id = String(this.#lastId);
    const wait = new AbortController();
    const leave = () => wait.abort(signal.reason);
    const stay = () => {
      this.#waits.delete(id);
      signal.removeEventListener('abort', leave);
    };
    this.#waits.set(id, wait);
    signal.addEventListener('abort', leave, { once: true });
    const begin = () => {
      stay();
      return this.#inPlace(turn.subject, work);
    };
    try {
      // The queue's own signal would answer for work that has begun, and give its place away while it is still ending.
      return await this.#queue.add(begin, { signal: wait.signal, id, turn });
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

  /** Where the line is full, whoever has most in it gives way; nobody does where that would be the newcomer. */
  #makeRoom(turn: Turn): void {
    const { places, waiting } = this.#options;
    const startsAtOnce = this.#queue.pending < places.value && this.#mayStart(turn.subject);
    if (startsAtOnce || this.#line.size < waiting.value) return;
    const wait = this.#waits.get(this.#line.givesWay(turn) ?? '');
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
