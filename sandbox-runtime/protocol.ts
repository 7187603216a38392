/**
 * The messages between the host and a sandbox: their shapes, their version, and the functions that parse them.
 * Imported by both sides. Whatever comes out of a sandbox is a claim until `parseSandboxMessage` has accepted it;
 * what it accepts has the right shape, and whether its ids mean anything is for src/run/ to say.
 *
 * Each message is the header of one frame (framing.ts); the payloads beside it are named in the comments.
 */
import {
  count,
  oneOf,
  ProtocolError,
  parseHeader,
  parseText,
  record,
  textOf,
  time,
  whole,
} from './protocol/read-fields.ts';

export { ProtocolError } from './protocol/read-fields.ts';

/** Both sides must agree: host and runtime ship together, so a difference means a broken installation. */
export const PROTOCOL_VERSION = 1;

/**
 * What the runtime in a container prints on stderr, as a line, before a run's last message: by then all that the run
 * had printed there is on its way, and the host waits for it.
 */
export const STDERR_END = '\0end of run';

const MAX_REASONS = 100;
/** Causes and parts of one error, all in all. */
const MAX_INNER_ERRORS = 16;

/** Files below this folder of a container come back with the outcome. */
export const OUT_DIR = '/workspace/out';

/** Levels of nesting that a result may have: what nests deeper by far, nobody on its way can write as JSON again. */
export const MAX_RESULT_DEPTH = 1_000;

/** What the runtime must hold by itself; the host checks the same again on whatever arrives. */
export interface GuestLimits {
  /** For a runtime that must end itself where its host cannot any more. */
  readonly wallMs: number;
  readonly heapMb: number;
  readonly cpuMs: number;
  readonly argsBytes: number;
  readonly resultBytes: number;
  readonly logBytes: number;
  readonly logLines: number;
  /** Absent where no files are taken back. */
  readonly artifacts?: ArtifactLimits;
}

/** How many files are taken back from OUT_DIR, how large each may be, and all of them together. */
export interface ArtifactLimits {
  readonly count: number;
  readonly bytes: number;
  readonly totalBytes: number;
}

/** Per server: identifier, name, and per tool: identifier, name. Positions in these lists are the ids of a call. */
export type Grant = readonly (readonly [string, string, readonly (readonly [string, string])[]])[];

export type HostMessage =
  /** Payloads: the bundle's code, the JSON text of `args`, the JSON text of the Grant. */
  | { readonly kind: 'run'; readonly run: number; readonly packed: boolean; readonly limits: GuestLimits }
  /** Payload: JSON text of the value, or of the ToolFailure where `ok` is false. */
  | { readonly kind: 'reply'; readonly run: number; readonly call: number; readonly ok: boolean }
  | { readonly kind: 'stop'; readonly run: number };

/** To the keeper of a long-lived sandbox. Each has a number of the host's own, and one answer that carries it. */
export type KeeperRequest =
  /** The first, without an answer: the sandbox ends itself after so long, for a host that is gone. */
  | { readonly kind: 'keep'; readonly forMs: number }
  /** Payload: JSON text of the program and its arguments. `outputBytes` is for stdout and stderr each. */
  | { readonly kind: 'exec'; readonly call: number; readonly outputBytes: number }
  /** Ends all processes but the keeper, by force. */
  | { readonly kind: 'end-all'; readonly call: number }
  /** Files of OUT_DIR that are new or changed since they were last asked for; none is read after `forMs`. */
  | { readonly kind: 'collect'; readonly call: number; readonly limits: ArtifactLimits; readonly forMs: number };

export type KeeperMessage =
  | { readonly kind: 'ready'; readonly version: number }
  /** The answer to `exec`. Payload: JSON text of CommandEnd. */
  | { readonly kind: 'exited'; readonly call: number }
  /** The answer to `end-all`. */
  | { readonly kind: 'ended'; readonly call: number }
  /** Payloads as for a run's. */
  | { readonly kind: 'artifact'; readonly call: number }
  /** The answer to `collect`. Payload: JSON text of CollectEnd. */
  | { readonly kind: 'collected'; readonly call: number };

/** The beginning and the end of what a command wrote, and how many bytes lie between them. */
export interface CommandOutput {
  readonly head: string;
  readonly tail: string;
  readonly droppedBytes: number;
}

export interface CommandEnd {
  /** As a shell counts: 126 and 127 for what could not be started, 128 and more for a signal. */
  readonly exitCode: number;
  readonly stdout: CommandOutput;
  readonly stderr: CommandOutput;
}

export interface CollectEnd {
  readonly leftOut: number;
  readonly reasons: readonly string[];
}

export const GUEST_LOG_LEVELS = ['debug', 'info', 'log', 'warn', 'error'] as const;
export type GuestLogLevel = (typeof GUEST_LOG_LEVELS)[number];

/** The limits that a sandbox can find exceeded before the host does. */
export const GUEST_LIMIT_NAMES = ['heapMb', 'cpuMs', 'wallMs', 'resultBytes'] as const;
export type GuestLimitName = (typeof GUEST_LIMIT_NAMES)[number];

export type SandboxMessage =
  | { readonly kind: 'ready'; readonly version: number }
  /** Payload: JSON text of the arguments. `server` and `tool` are positions in the Grant. */
  | {
      readonly kind: 'call';
      readonly run: number;
      readonly call: number;
      readonly server: number;
      readonly tool: number;
    }
  /** Payload: the line's text. */
  | { readonly kind: 'log'; readonly run: number; readonly level: GuestLogLevel; readonly atMs: number }
  /** Payload: JSON text of GuestLogTail. Replaces the tail sent before. */
  | { readonly kind: 'log-tail'; readonly run: number }
  /** Payloads: the path below OUT_DIR, the content in base64. Containers only, as are the next. */
  | { readonly kind: 'artifact'; readonly run: number }
  /** So many more files were there; the log has the reasons. */
  | { readonly kind: 'artifacts-left-out'; readonly run: number; readonly files: number }
  /** Payload: JSON text of the result; no payload where there is none. Then JSON text of GuestPending. */
  | { readonly kind: 'completed'; readonly run: number; readonly hasResult: boolean }
  /** Payload: JSON text of GuestError. */
  | { readonly kind: 'threw'; readonly run: number }
  /** An error that ended nothing: a rejection that nobody awaited, or what a timer's callback threw. Payload: as above. */
  | { readonly kind: 'uncaught'; readonly run: number; readonly from: UncaughtSource }
  /** `needed` is what the program would have needed at least, in the limit's unit; 0 where unknown. */
  | { readonly kind: 'limit'; readonly run: number; readonly limit: GuestLimitName; readonly needed: number };

/** The last lines of a program that logged past its limit, and what lies between them and the first lines. */
export interface GuestLogTail {
  readonly droppedLines: number;
  readonly droppedBytes: number;
  readonly lines: readonly { readonly level: GuestLogLevel; readonly atMs: number; readonly text: string }[];
}

export const UNCAUGHT_SOURCES = ['promise', 'timer'] as const;
export type UncaughtSource = (typeof UNCAUGHT_SOURCES)[number];

export interface GuestError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly cause?: GuestError;
  /** Of an AggregateError. */
  readonly errors?: readonly GuestError[];
}

/** Calls that were pending when the program returned, each with the stack of its call. */
export type GuestPending = readonly { readonly call: number; readonly stack: string }[];

/** The typed message of a frame from a sandbox. Throws ProtocolError for anything else; never anything else. */
export function parseSandboxMessage(header: string): SandboxMessage {
  const message = parseHeader(header);
  const kind = message.kind;
  if (kind === 'ready') return { kind, version: whole(message, 'version') };
  const run = whole(message, 'run');
  switch (kind) {
    case 'call':
      return {
        kind,
        run,
        call: whole(message, 'call'),
        server: whole(message, 'server'),
        tool: whole(message, 'tool'),
      };
    case 'log':
      return { kind, run, level: oneOf(message, 'level', GUEST_LOG_LEVELS), atMs: time(message, 'atMs') };
    case 'completed':
      return { kind, run, hasResult: message.hasResult === true };
    case 'limit':
      return { kind, run, limit: oneOf(message, 'limit', GUEST_LIMIT_NAMES), needed: count(message, 'needed') };
    case 'artifacts-left-out':
      return { kind, run, files: count(message, 'files') };
    case 'uncaught':
      return { kind, run, from: oneOf(message, 'from', UNCAUGHT_SOURCES) };
    case 'log-tail':
    case 'threw':
    case 'artifact':
      return { kind, run };
    default:
      throw new ProtocolError('A message has an unknown kind.');
  }
}

/** The payload of `log-tail`. Throws ProtocolError where it is none, or holds more lines than `maxLines`. */
export function parseLogTail(text: string, maxLines: number): GuestLogTail {
  const tail = parseHeader(text, Number.POSITIVE_INFINITY);
  if (!Array.isArray(tail.lines) || tail.lines.length > maxLines)
    throw new ProtocolError('A log tail has no usable lines.');
  const lines = tail.lines.map((line: unknown) => {
    const fields = record(line);
    return {
      level: oneOf(fields, 'level', GUEST_LOG_LEVELS),
      atMs: time(fields, 'atMs'),
      text: textOf(fields, 'text'),
    };
  });
  return { droppedLines: count(tail, 'droppedLines'), droppedBytes: count(tail, 'droppedBytes'), lines };
}

/** The payload of `threw` and `uncaught`. Throws ProtocolError where it is none. */
export function parseGuestError(text: string): GuestError {
  return guestErrorOf(parseHeader(text, Number.POSITIVE_INFINITY), { left: MAX_INNER_ERRORS });
}

function guestErrorOf(error: Readonly<Record<string, unknown>>, inner: { left: number }): GuestError {
  const texts = { name: textOf(error, 'name'), message: textOf(error, 'message'), stack: textOf(error, 'stack') };
  const read = (value: unknown): GuestError => {
    inner.left -= 1;
    if (inner.left < 0) throw new ProtocolError('An error brings along too many others.');
    return guestErrorOf(record(value), inner);
  };
  return {
    ...texts,
    ...(error.cause === undefined ? {} : { cause: read(error.cause) }),
    ...(Array.isArray(error.errors) ? { errors: error.errors.map(read) } : {}),
  };
}

/** The payload of `completed`. Throws ProtocolError where it is none, or names more calls than `maxCalls`. */
export function parsePending(text: string, maxCalls: number): GuestPending {
  const list = parseText(text);
  if (!Array.isArray(list) || list.length > maxCalls) throw new ProtocolError('A list of pending calls is unusable.');
  return list.map((entry: unknown) => {
    const fields = record(entry);
    return { call: whole(fields, 'call'), stack: textOf(fields, 'stack') };
  });
}

/** The typed message of a frame from a keeper. Throws ProtocolError for anything else. */
export function parseKeeperMessage(header: string): KeeperMessage {
  const message = parseHeader(header);
  const kind = oneOf(message, 'kind', ['ready', 'exited', 'ended', 'artifact', 'collected']);
  if (kind === 'ready') return { kind, version: whole(message, 'version') };
  return { kind, call: whole(message, 'call') };
}

/** The payload of `exited`. Throws ProtocolError where it is none, or holds more output than was asked for. */
export function parseCommandEnd(text: string, outputBytes: number): CommandEnd {
  const end = record(parseText(text));
  const output = (key: string): CommandOutput => {
    const fields = record(end[key]);
    const [head, tail] = [textOf(fields, 'head'), textOf(fields, 'tail')];
    // What is no UTF-8 grows when it is read as such: three bytes for each.
    if (head.length + tail.length > outputBytes) throw new ProtocolError('A command has more output than it may.');
    return { head, tail, droppedBytes: count(fields, 'droppedBytes') };
  };
  return { exitCode: whole(end, 'exitCode'), stdout: output('stdout'), stderr: output('stderr') };
}

/** The payload of `collected`. Throws ProtocolError where it is none. */
export function parseCollectEnd(text: string): CollectEnd {
  const end = record(parseText(text));
  const { reasons } = end;
  if (!Array.isArray(reasons) || reasons.length > MAX_REASONS)
    throw new ProtocolError('A list of reasons is unusable.');
  return { leftOut: count(end, 'leftOut'), reasons: reasons.map((reason: unknown) => textOf({ reason }, 'reason')) };
}

/** The typed message of a frame from the host. The host is trusted, so only the kind is looked at. */
export function parseHostMessage(header: string): HostMessage {
  return JSON.parse(header) as HostMessage;
}
