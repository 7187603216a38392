/**
 * Event and EventTarget, as far as AbortSignal and the programs of agents need them: there is no tree, so nothing is
 * captured and nothing bubbles. Installed by install.ts.
 */
import { append, apply, createList, reportError, TypeErrorOf } from '../../guest/intrinsics.ts';
import { DOMException } from './dom-exception.ts';

interface EventState {
  readonly type: string;
  target: EventTarget | null;
  isDispatching: boolean;
  isStopped: boolean;
  isPrevented: boolean;
}

/** The insides of an event, or undefined for what is none. A function and no method, so that programs have no way to it. */
let stateOf: (event: unknown) => EventState | undefined;

export class Event {
  readonly #cancelable: boolean;
  readonly #state: EventState;

  static {
    stateOf = (event) => (typeof event === 'object' && event !== null && #state in event ? event.#state : undefined);
  }

  constructor(type: unknown, options: { cancelable?: unknown } = {}) {
    this.#state = {
      type: `${type as string}`,
      target: null,
      isDispatching: false,
      isStopped: false,
      isPrevented: false,
    };
    this.#cancelable = !!options?.cancelable;
  }

  get type(): string {
    return this.#state.type;
  }

  get target(): EventTarget | null {
    return this.#state.target;
  }

  get currentTarget(): EventTarget | null {
    return this.#state.isDispatching ? this.#state.target : null;
  }

  get cancelable(): boolean {
    return this.#cancelable;
  }

  get defaultPrevented(): boolean {
    return this.#state.isPrevented;
  }

  preventDefault(): void {
    if (this.#cancelable) this.#state.isPrevented = true;
  }

  stopPropagation(): void {}

  stopImmediatePropagation(): void {
    this.#state.isStopped = true;
  }
}

interface Listener {
  readonly type: string;
  readonly callback: unknown;
  readonly isOnce: boolean;
  isRemoved: boolean;
}

interface ListenerOptions {
  readonly once?: unknown;
  readonly signal?: unknown;
}

export class EventTarget {
  #listeners: Listener[] = createList<Listener>();

  addEventListener(type: unknown, callback: unknown, options?: ListenerOptions | boolean | null): void {
    if (callback === null || callback === undefined) return;
    if (typeof callback !== 'function' && typeof callback !== 'object') {
      throw new TypeErrorOf('A listener is a function or an object with handleEvent.');
    }
    const { once, signal } = typeof options === 'object' && options !== null ? options : ({} as ListenerOptions);
    this.#add(`${type as string}`, callback, !!once, signal);
  }

  removeEventListener(type: unknown, callback: unknown): void {
    const listener = this.#find(`${type as string}`, callback);
    if (listener !== undefined) this.#remove(listener);
  }

  dispatchEvent(event: unknown): boolean {
    const state = stateOf(event);
    if (state === undefined) throw new TypeErrorOf('dispatchEvent takes an Event.');
    if (state.isDispatching) throw new DOMException('The event is being dispatched already.', 'InvalidStateError');
    state.target = this;
    state.isDispatching = true;
    const listeners = this.#listeners;
    // Listeners added from here on wait for the next event; a removal makes a new list.
    const count = listeners.length;
    for (let at = 0; at < count && !state.isStopped; at++) {
      const listener = listeners[at];
      if (listener === undefined || listener.isRemoved || listener.type !== state.type) continue;
      if (listener.isOnce) this.#remove(listener);
      this.#call(listener.callback, event);
    }
    state.isDispatching = false;
    state.isStopped = false;
    return !state.isPrevented;
  }

  #add(type: string, callback: unknown, isOnce: boolean, signal?: unknown): void {
    const listener: Listener = { type, callback, isOnce, isRemoved: false };
    if (signal !== undefined) {
      if (typeof signal !== 'object' || signal === null || !(#listeners in signal))
        throw new TypeErrorOf('The option signal is an AbortSignal.');
      if ((signal as { aborted?: unknown }).aborted) return;
      signal.#add('abort', () => this.#remove(listener), true);
    }
    if (this.#find(type, callback) === undefined) append(this.#listeners, listener);
  }

  #find(type: string, callback: unknown): Listener | undefined {
    for (let at = 0; at < this.#listeners.length; at++) {
      const listener = this.#listeners[at];
      if (listener?.type === type && listener.callback === callback) return listener;
    }
    return undefined;
  }

  #remove(listener: Listener): void {
    listener.isRemoved = true;
    const kept = createList<Listener>();
    for (let at = 0; at < this.#listeners.length; at++) {
      const other = this.#listeners[at];
      if (other !== undefined && other !== listener) append(kept, other);
    }
    this.#listeners = kept;
  }

  /** What a listener throws must not stop the others, nor get lost: it becomes an unhandled rejection. */
  #call(callback: unknown, event: unknown): void {
    try {
      const isFunction = typeof callback === 'function';
      const handle: unknown = isFunction ? callback : (callback as { handleEvent?: unknown }).handleEvent;
      if (typeof handle !== 'function') throw new TypeErrorOf('The listener has no method handleEvent.');
      apply(handle, isFunction ? this : callback, [event]);
    } catch (thrown) {
      reportError(thrown);
    }
  }
}
