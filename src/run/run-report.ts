/**
 * What one run came to, before the compile stage has brought positions back to the agent's own lines.
 * Made by src/run/ and the engines, read by the spine. A report is a value: a run that went wrong does not throw.
 */
import type { GuestLogLevel, UncaughtSource } from '../../sandbox-runtime/protocol.ts';
import type { Json } from '../base/json.ts';
import type { LimitName } from '../base/limits.ts';
import type { Artifact } from './artifacts/kept-artifacts.ts';
import type { ToolFailureCode } from './call-tool.ts';

export interface LogLine {
  readonly level: GuestLogLevel;
  readonly text: string;
  /** Milliseconds since the run started. */
  readonly atMs: number;
}

export interface ToolCallRecord {
  readonly server: string;
  readonly tool: string;
  readonly ms: number;
  readonly ok: boolean;
  /** Why it failed; `unawaited-tool-call` where the program ended before the call did. */
  readonly code?: ToolFailureCode | 'unawaited-tool-call' | 'cancelled';
}

/** An error that a program threw. `stack` has positions in the bundle, not yet in the program. */
export interface ThrownError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly cause?: ThrownError;
  readonly errors?: readonly ThrownError[];
}

/** An error that nobody in the program caught and that ended nothing. */
export interface UncaughtError {
  readonly from: UncaughtSource;
  readonly error: ThrownError;
}

export type RunEnd =
  | { readonly kind: 'completed'; readonly result?: Json }
  | { readonly kind: 'program-threw'; readonly error: ThrownError }
  | { readonly kind: 'limit-exceeded'; readonly limit: LimitName; readonly value: number; readonly message: string }
  | { readonly kind: 'cancelled'; readonly message: string };

/** What was left out: lines and bytes between the kept head and the kept tail of the logs, and files. */
export interface Truncation {
  readonly logLines: number;
  readonly logBytes: number;
  /** How many of the kept lines come before the first that was left out. Absent where no line was. */
  readonly afterLogLine?: number;
  readonly artifacts?: number;
}

/** A tool call whose reply the program had not had when it returned. */
export interface UnawaitedCall {
  readonly server: string;
  readonly tool: string;
  /** True where the call itself had not ended: it was aborted. */
  readonly isAborted: boolean;
  /** Where the call was made, as a stack in the bundle's positions; empty where unknown. */
  readonly stack: string;
}

export interface RunReport {
  readonly end: RunEnd;
  /** Of the result as JSON; absent where there is none. */
  readonly resultBytes?: number;
  readonly unawaited: readonly UnawaitedCall[];
  readonly uncaught: readonly UncaughtError[];
  readonly logs: readonly LogLine[];
  readonly toolCalls: readonly ToolCallRecord[];
  readonly truncated?: Truncation;
  /** Absent where there are none. */
  readonly artifacts?: readonly Artifact[];
  /** From the request for a sandbox until the program started in it. */
  readonly startMs: number;
  /** From the program's start until its end. */
  readonly runMs: number;
}
