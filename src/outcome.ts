/**
 * The outcome: what the client gets for a run, exactly as `structuredContent` (docs/errors.md). A value, never an
 * exception. Made by src/execute-program.ts alone.
 */
import type { Json } from './base/json.ts';
import type { LimitName } from './base/limits.ts';
import type { Diagnostic } from './compile/diagnostics.ts';
import type { EngineName, Isolation } from './engine/engine.ts';
import type { LogLine, ToolCallRecord, Truncation } from './run/run-report.ts';

export const OUTCOME_KINDS = [
  'completed',
  'type-error',
  'bundle-error',
  'program-threw',
  'limit-exceeded',
  'cancelled',
] as const;
export type OutcomeKind = (typeof OUTCOME_KINDS)[number];

export interface OutcomeError {
  readonly name: string;
  readonly message: string;
  /** Position in the agent's program; absent where the error was not thrown from a line of it. */
  readonly line?: number;
  readonly column?: number;
  /** The program's line with a caret below the column. */
  readonly frame?: string;
  /** Frames of the program only, with the agent's positions. */
  readonly stack?: string;
  /** Set for `limit-exceeded`: which limit, and its value in the unit that its name carries. */
  readonly limit?: LimitName;
  readonly value?: number;
}

export interface Timings {
  readonly typecheckMs: number;
  readonly bundleMs: number;
  readonly startMs: number;
  readonly runMs: number;
  readonly totalMs: number;
}

export interface Outcome {
  readonly kind: OutcomeKind;
  readonly runId: string;
  /** Absent where the program returned `undefined`. */
  readonly result?: Json;
  readonly error?: OutcomeError;
  readonly diagnostics?: readonly Diagnostic[];
  readonly logs: readonly LogLine[];
  readonly toolCalls: readonly ToolCallRecord[];
  readonly truncated?: Truncation;
  readonly engine: EngineName;
  readonly isolation: Isolation;
  readonly timings: Timings;
}
