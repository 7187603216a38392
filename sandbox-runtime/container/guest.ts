/**
 * What a program sees inside a container: the guest's own globals beside all of Node's. Bundled alone, inlined into
 * container-runner.ts as text, and evaluated in the program's realm before any program is there.
 */
import { type Deliver, installGuest, type Post } from '../guest/boot.ts';
import { defineValue, PromiseOf } from '../guest/intrinsics.ts';

const startTimer = setTimeout;

/** As the `Boot` of the isolate's guest; `require` is what the program shall see under that name. */
export function bootInContainer(
  post: Post,
  require: unknown,
  grantText: string,
  argsText: string,
  limitsText: string,
): Deliver {
  defineValue(globalThis, 'require', require, false);
  defineValue(
    globalThis,
    'sleep',
    (ms?: number) => new PromiseOf<void>((resolve) => void startTimer(resolve, ms)),
    false,
  );
  // Node keeps the clock of its own timers: none is ever due from outside.
  return installGuest({ post }, () => {})(grantText, argsText, limitsText);
}
