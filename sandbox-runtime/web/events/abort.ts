/** AbortController and AbortSignal, by the DOM standard. Installed by install.ts. */
import { append, apply, createList, TypeErrorOf } from '../../guest/intrinsics.ts';
import { DOMException } from './dom-exception.ts';
import { Event, EventTarget } from './events.ts';

interface SignalState {
  isAborted: boolean;
  reason: unknown;
  onabort: unknown;
  /** Signals made by `AbortSignal.any` that abort when this one does. */
  readonly dependents: AbortSignal[];
}

/** Only this module makes signals. */
const KEY = {};
const { addEventListener, dispatchEvent, removeEventListener } = EventTarget.prototype;

/** The insides of a signal, or undefined for what is none. A function and no method, so that programs have no way to it. */
let stateOf: (signal: unknown) => SignalState | undefined;

export class AbortSignal extends EventTarget {
  readonly #state: SignalState = {
    isAborted: false,
    reason: undefined,
    onabort: null,
    dependents: createList<AbortSignal>(),
  };

  static {
    stateOf = (signal) =>
      typeof signal === 'object' && signal !== null && #state in signal ? signal.#state : undefined;
  }

  constructor(key?: unknown) {
    super();
    if (key !== KEY) throw new TypeErrorOf('An AbortSignal comes from an AbortController.');
  }

  get aborted(): boolean {
    return this.#state.isAborted;
  }

  get reason(): unknown {
    return this.#state.reason;
  }

  get onabort(): unknown {
    return this.#state.onabort;
  }

  set onabort(callback: unknown) {
    const { onabort } = this.#state;
    if (onabort !== null) apply(removeEventListener, this, ['abort', onabort]);
    this.#state.onabort = typeof callback === 'function' ? callback : null;
    apply(addEventListener, this, ['abort', this.#state.onabort]);
  }

  throwIfAborted(): void {
    if (this.#state.isAborted) throw this.#state.reason;
  }

  static abort(reason?: unknown): AbortSignal {
    const signal = new AbortSignal(KEY);
    abortSignal(signal, reason);
    return signal;
  }

  /** With the timer of the realm, which is asked for when it is needed: without timers there is no timeout. */
  static timeout(ms?: unknown): AbortSignal {
    const { setTimeout } = globalThis as { setTimeout?: unknown };
    if (typeof setTimeout !== 'function')
      throw new TypeErrorOf('AbortSignal.timeout needs timers, and there are none here.');
    const signal = new AbortSignal(KEY);
    apply(setTimeout, undefined, [
      () => abortSignal(signal, new DOMException('The operation timed out.', 'TimeoutError')),
      ms,
    ]);
    return signal;
  }

  static any(signals: Iterable<unknown>): AbortSignal {
    const combined = new AbortSignal(KEY);
    const sources = createList<SignalState>();
    for (const signal of signals) {
      const source = stateOf(signal);
      if (source === undefined) throw new TypeErrorOf('AbortSignal.any takes a list of signals.');
      append(sources, source);
    }
    for (let at = 0; at < sources.length; at++) {
      const source = sources[at];
      if (source === undefined || combined.#state.isAborted) break;
      if (source.isAborted) abortSignal(combined, source.reason);
      else append(source.dependents, combined);
    }
    return combined;
  }
}

function abortSignal(signal: AbortSignal, reason: unknown): void {
  const state = stateOf(signal);
  if (state === undefined || state.isAborted) return;
  state.isAborted = true;
  state.reason = reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : reason;
  const event = new Event('abort');
  apply(dispatchEvent, signal, [event]);
  for (let at = 0; at < state.dependents.length; at++) {
    const dependent = state.dependents[at];
    if (dependent !== undefined) abortSignal(dependent, state.reason);
  }
  state.dependents.length = 0;
}

export class AbortController {
  readonly #signal = new AbortSignal(KEY);

  get signal(): AbortSignal {
    return this.#signal;
  }

  abort(reason?: unknown): void {
    abortSignal(this.#signal, reason);
  }
}
