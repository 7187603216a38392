/**
 * Installs what a program sees and runs it: the entrance of the guest. Bundled alone and evaluated in a fresh realm
 * before any program is there, most of it before any run is; the host side is isolate.ts. Only strings, numbers and the program function cross.
 */
import { type GuestLimits, MAX_RESULT_DEPTH } from '../protocol.ts';
import { installWebGlobals } from '../web/install.ts';
import { createConsole } from './console.ts';
import { formatError } from './format-error.ts';
import {
  apply,
  defineValue,
  jsonParse,
  jsonStringify,
  parseIntOf,
  stringSlice,
  TypeErrorOf,
  Uint8ArrayOf,
  uncurry,
} from './intrinsics.ts';
import { renderValue } from './render-value.ts';
import { installTimers } from './timers.ts';
import { createTools, ToolError, type Tools } from './tools.ts';

/** The bundle's wrapper is an async function, so its promise is the language's own. */
type Program = () => Promise<unknown>;
export type Post = (kind: string, first: number, second: number, third: number, text: string, more: string) => void;
export type Deliver = (
  kind: 'start' | 'reply' | 'timer',
  id: number,
  ok: boolean,
  text: string,
  program?: Program,
) => void;

const promiseThen = uncurry(Promise.prototype.then) as (
  self: Promise<unknown>,
  onValue: (value: unknown) => void,
  onError: (reason: unknown) => void,
) => unknown;
const now = Date.now;

/** Starts a run: takes the host's ends and the run's texts, and returns the one function through which the host speaks. */
export type Boot = (
  post: Post,
  randomHex: (bytes: number) => string,
  grantText: string,
  argsText: string,
  limitsText: string,
) => Deliver;

/**
 * Installs all that does not depend on a run in a realm that has only the language, so that it is there before a run
 * comes. `post` of what is returned carries messages out; `randomHex` gives that many random bytes as hexadecimal text.
 */
export function install(): Boot {
  // Nobody listens until a run starts.
  const host: { post: Post; randomHex: (bytes: number) => string } = { post: () => {}, randomHex: () => '' };
  const timers = installTimers(globalThis, {
    start: (id, ms) => host.post('timer', id, ms, 0, '', ''),
    clear: (id) => host.post('clear', id, 0, 0, '', ''),
  });
  installWebGlobals(globalThis, { randomBytes: (bytes) => fromHex(host.randomHex(bytes), bytes) });
  const start = installGuest(host, timers.fire);
  return (post, randomHex, grantText, argsText, limitsText) => {
    host.post = post;
    host.randomHex = randomHex;
    timers.startClock();
    return start(grantText, argsText, limitsText);
  };
}

/** The part that every realm needs, also one that has timers and the web's globals of its own. */
export function installGuest(host: { post: Post }, fire: (timer: number) => void) {
  const define = (name: string, value: unknown) => defineValue(globalThis, name, value, false);
  define(
    'console',
    createConsole((level, text) => host.post('log', 0, 0, 0, level, text), now),
  );
  define('ToolError', ToolError);
  return (grantText: string, argsText: string, limitsText: string): Deliver => {
    const limits = jsonParse(limitsText) as GuestLimits;
    const tools = createTools(jsonParse(grantText) as never, limits.argsBytes, (id, server, tool, text) =>
      host.post('call', id, server, tool, text, ''),
    );
    define('mcp', tools.mcp);
    define('args', jsonParse(argsText));
    return createDeliver(host.post, limits, tools, fire);
  };
}

function createDeliver(post: Post, limits: GuestLimits, tools: Tools, fire: (timer: number) => void): Deliver {
  const finish = (value: unknown) => {
    const rendered = renderValue(value, { maxBytes: limits.resultBytes, maxDepth: MAX_RESULT_DEPTH, what: 'result' });
    if (rendered.kind === 'too-large') return post('too-large', rendered.bytes, 0, 0, '', '');
    if (rendered.kind === 'refused') return fail(new TypeErrorOf(`${rendered.path} ${rendered.reason}`));
    const pending = jsonStringify(tools.pending()) ?? '[]';
    post('completed', rendered.kind === 'json' ? 1 : 0, 0, 0, rendered.kind === 'json' ? rendered.text : '', pending);
  };
  const fail = (thrown: unknown) => post('threw', 0, 0, 0, jsonStringify(formatError(thrown)) ?? '', '');

  // A timer has nobody to throw to, and what it throws must not look like a rejection.
  const fireSafely = (id: number) => {
    try {
      fire(id);
    } catch (thrown) {
      post('uncaught', 0, 0, 0, jsonStringify(formatError(thrown)) ?? '', '');
    }
  };

  return (kind, id, ok, text, program) => {
    if (kind === 'start') run(program as Program, finish, fail);
    else if (kind === 'reply') tools.settle(id, ok, text);
    else fireSafely(id);
  };
}

/** A result that cannot be rendered is the program's error as much as one that it throws. */
function run(program: Program, finish: (value: unknown) => void, fail: (thrown: unknown) => void): void {
  const finishOrFail = (value: unknown) => {
    try {
      finish(value);
    } catch (thrown) {
      fail(thrown);
    }
  };
  try {
    promiseThen(apply(program, undefined, []), finishOrFail, fail);
  } catch (thrown) {
    fail(thrown);
  }
}

function fromHex(hex: string, bytes: number): Uint8Array {
  const view = new Uint8ArrayOf(bytes);
  for (let at = 0; at < bytes; at++) view[at] = parseIntOf(stringSlice(hex, at * 2, at * 2 + 2), 16);
  return view;
}
