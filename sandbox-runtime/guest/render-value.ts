/**
 * Any JavaScript value as JSON text, by the table in docs/values.md. Called by the guest for the program's result and
 * for the arguments of every tool call. Never throws (but where the program left no stack to run on), never answers
 * with something that only looks right: what has no documented form is refused, with the path and what to do.
 */
import { renderPlain } from './json/plain-json.ts';
import { Refusal } from './json/refusal.ts';
import { type RenderOptions, renderExact } from './json/render-exact.ts';
import { messageOf } from './values/text.ts';

export type { RenderOptions };

export type Rendering =
  | { kind: 'json'; text: string }
  /** The value is undefined: a program that returned nothing. */
  | { kind: 'absent' }
  /** `path` and `reason` make a sentence: `result.a[3]` + `is a function; return data`. */
  | { kind: 'refused'; path: string; reason: string }
  /** The bytes of JSON that the value takes at least; rendering stopped there. */
  | { kind: 'too-large'; bytes: number };

export function renderValue(value: unknown, options: RenderOptions): Rendering {
  if (value === undefined) return renderNothing(options);
  return tryPlain(value, options) ?? tryExact(value, options);
}

/** A call without arguments is a call with none; a program without a result has none. */
function renderNothing(options: RenderOptions): Rendering {
  return options.what === 'arguments' ? { kind: 'json', text: '{}' } : { kind: 'absent' };
}

function tryPlain(value: unknown, options: RenderOptions): Rendering | undefined {
  try {
    const rendering = renderPlain(value, options.maxBytes, options.maxDepth);
    if (rendering.kind === 'not-plain') return undefined;
    if (rendering.kind === 'json') return { kind: 'json', text: rendering.text };
    return { kind: 'too-large', bytes: rendering.bytes };
  } catch {
    // A getter threw, or there is a cycle: the exact path finds out where.
    return undefined;
  }
}

function tryExact(value: unknown, options: RenderOptions): Rendering {
  try {
    const text = renderExact(value, options);
    return text === undefined ? renderNothing(options) : { kind: 'json', text };
  } catch (thrown) {
    if (Refusal.is(thrown) && thrown.tooLargeBytes !== undefined)
      return { kind: 'too-large', bytes: thrown.tooLargeBytes };
    if (Refusal.is(thrown)) return { kind: 'refused', path: thrown.path, reason: thrown.reason };
    return { kind: 'refused', path: options.what, reason: `could not be read: ${messageOf(thrown)}` };
  }
}
