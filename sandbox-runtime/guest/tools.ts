/**
 * The typed proxies of upstream tools as a program sees them: `mcp.<server>.<tool>(args)`, and the ToolError they
 * reject with. Made by boot.ts for each run from its Grant; knows nothing of how a call travels.
 */
import type { Grant } from '../protocol.ts';
import {
  append,
  createList,
  defineProperty,
  defineValue,
  deleteProperty,
  ErrorOf,
  hasOwn,
  jsonParse,
  objectCreate,
  objectFreeze,
  PromiseOf,
  stringIndexOf,
  stringSlice,
} from './intrinsics.ts';
import { type Rendering, renderValue } from './render-value.ts';

const MAX_ARGS_DEPTH = 100;
const MAX_PENDING_STACKS = 20;
const MAX_PENDING_STACK_CHARS = 4_096;

/** What `ToolError` carries beside its message; the same fields as the host's ToolFailure, and whose call it was. */
interface Failure {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly details?: unknown;
}

/** Thrown into the program where a tool call fails. A class so that a program can tell it by `instanceof`. */
export class ToolError extends ErrorOf {
  readonly server: string;
  readonly tool: string;
  readonly code: string;
  readonly retryable: boolean;
  readonly details: unknown;

  constructor(server: string, tool: string, failure: Failure) {
    super(failure.message);
    defineValue(this, 'name', 'ToolError', false);
    this.server = server;
    this.tool = tool;
    this.code = failure.code;
    this.retryable = failure.retryable;
    this.details = failure.details;
  }
}

// Set by hand: a minifier may rename the class.
defineValue(ToolError, 'name', 'ToolError', false);

interface PendingCall {
  readonly server: string;
  readonly tool: string;
  /** Made where the call was made: its stack is that of the program's line, whenever the reply comes. */
  readonly site: Error;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

export interface Tools {
  /** The program's `mcp`. */
  readonly mcp: object;
  /** Hands in the reply to a call; one that is not pending is ignored. */
  settle(id: number, ok: boolean, text: string): void;
  /** Ids and stacks of the calls that have no reply yet. */
  pending(): { call: number; stack: string }[];
}

type Send = (id: number, server: number, tool: number, argsText: string) => void;

/** Proxies for every tool of the grant. `send` carries a call out and returns nothing. */
export function createTools(grant: Grant, maxArgsBytes: number, send: Send): Tools {
  const open = objectCreate(null) as Record<number, PendingCall>;
  let made = 0;

  function call(serverAt: number, server: string, toolAt: number, tool: string, args: unknown): Promise<unknown> {
    const site = new ErrorOf();
    return new PromiseOf((resolve, reject) => {
      const rendered = renderValue(args, { maxBytes: maxArgsBytes, maxDepth: MAX_ARGS_DEPTH, what: 'arguments' });
      const mistake = mistakeOf(rendered, maxArgsBytes);
      if (mistake !== undefined) {
        reject(failureAt(site, server, tool, { code: 'invalid-arguments', message: mistake, retryable: false }));
        return;
      }
      const id = ++made;
      open[id] = { server, tool, site, resolve, reject };
      send(id, serverAt, toolAt, rendered.kind === 'json' ? rendered.text : '{}');
    });
  }

  function settle(id: number, ok: boolean, text: string): void {
    const pending = open[id];
    if (pending === undefined) return;
    deleteProperty(open, id);
    const value = jsonParse(text);
    if (ok) pending.resolve(value);
    else pending.reject(failureAt(pending.site, pending.server, pending.tool, value as Failure));
  }

  return { mcp: createServers(grant, call), settle, pending: () => pendingCalls(open, made) };
}

function pendingCalls(open: Readonly<Record<number, PendingCall>>, made: number): { call: number; stack: string }[] {
  const list = createList<{ call: number; stack: string }>();
  for (let id = 1; id <= made; id++) {
    const waiting = open[id];
    if (waiting === undefined) continue;
    // Without a prototype, so that no `toJSON` of the program's is asked when the list is written.
    const entry = objectCreate(null) as { call: number; stack: string };
    entry.call = id;
    entry.stack =
      list.length < MAX_PENDING_STACKS ? stringSlice(stackOf(waiting.site), 0, MAX_PENDING_STACK_CHARS) : '';
    append(list, entry);
  }
  return list;
}

function mistakeOf(rendered: Rendering, maxBytes: number): string | undefined {
  if (rendered.kind === 'refused') return `${rendered.path} ${rendered.reason}`;
  if (rendered.kind !== 'too-large') return undefined;
  return `The arguments are at least ${rendered.bytes} bytes of JSON; the limit argsBytes is ${maxBytes}.`;
}

type Call = (serverAt: number, server: string, toolAt: number, tool: string, args: unknown) => Promise<unknown>;

/** One lazy getter a server under each of its names: a run pays only for the servers it touches. */
function createServers(grant: Grant, call: Call): object {
  const mcp = objectCreate(null);
  for (let at = 0; at < grant.length; at++) {
    const [identifier, name] = grant[at] as Grant[number];
    let server: object | undefined;
    const get = () => (server ??= createServer(grant, at, call));
    defineGetter(mcp, identifier, true, get);
    if (!hasOwn(mcp, name)) defineGetter(mcp, name, false, get);
  }
  return objectFreeze(mcp);
}

function createServer(grant: Grant, serverAt: number, call: Call): object {
  const entry = grant[serverAt] as Grant[number];
  const serverName = entry[1];
  const tools = entry[2];
  const server = objectCreate(null);
  for (let at = 0; at < tools.length; at++) {
    const tool = tools[at] as readonly [string, string];
    const identifier = tool[0];
    const name = tool[1];
    const proxy = (args: unknown) => call(serverAt, serverName, at, name, args);
    defineValue(proxy, 'name', identifier, false);
    defineValue(server, identifier, proxy);
    // `await mcp.server` asks for `then`: a tool of that name answers under its identifier only.
    if (name !== 'then' && !hasOwn(server, name)) defineValue(server, name, proxy, false);
  }
  return objectFreeze(server);
}

function defineGetter(target: object, key: string, enumerable: boolean, get: () => object): void {
  defineProperty(target, key, { __proto__: null, get, enumerable, configurable: false } as PropertyDescriptor);
}

/** The failure as an error whose stack is that of the call. */
function failureAt(site: Error, server: string, tool: string, failure: Failure): ToolError {
  const error = new ToolError(server, tool, failure);
  const stack = stackOf(site);
  const frames = stringIndexOf(stack, '\n');
  const frameText = frames === -1 ? '' : stringSlice(stack, frames);
  defineValue(error, 'stack', `ToolError: ${failure.message}${frameText}`, false);
  return error;
}

/** The program may have replaced how stacks are made; whatever comes of that is its own. */
function stackOf(error: Error): string {
  try {
    const { stack } = error;
    return typeof stack === 'string' ? stack : '';
  } catch {
    return '';
  }
}
