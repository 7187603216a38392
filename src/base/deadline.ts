/**
 * Deadlines on the monotonic clock, and the one way to wait for something with an AbortSignal. Timers of Node run on
 * the monotonic clock already, so a jump of the wall clock moves no deadline.
 */

/** Milliseconds on the monotonic clock, for durations only. */
export function nowMs(): number {
  return performance.now();
}

/** Rounded to a hundredth of a millisecond, as timings are reported. */
export function elapsedMs(sinceMs: number): number {
  return Math.round((performance.now() - sinceMs) * 100) / 100;
}

/**
 * The promise's value, or a rejection with `signal.reason` as soon as the signal aborts. The promise itself is not
 * cancelled; its later rejection is swallowed because nobody waits for it any more.
 */
export async function raceAbort<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  promise.catch(() => {});
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * Runs `work` with a signal that aborts after `ms`, or when `signal` does. On the deadline it rejects with what
 * `onDeadline` makes, whether or not `work` honours its signal.
 */
export async function withDeadline<Value>(
  ms: number,
  signal: AbortSignal,
  onDeadline: () => Error,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(onDeadline()), ms);
  const either = AbortSignal.any([signal, deadline.signal]);
  try {
    either.throwIfAborted();
    return await raceAbort(work(either), either);
  } finally {
    clearTimeout(timer);
  }
}
