/**
 * The outcome: what the client gets for a run, exactly as `structuredContent` (docs/errors.md), but for the content of
 * files, which goes beside it. A value, never an exception. Made by src/execute-program.ts alone.
 */
import type { Json } from '../base/json.ts';
import type { LimitName } from '../base/limits.ts';
import type { Diagnostic } from '../compile/diagnostics.ts';
import type { EngineName, Isolation } from '../engine/engine.ts';
import type { Artifact } from '../run/artifacts/kept-artifacts.ts';
import type { LogLine, ToolCallRecord, Truncation } from '../run/run-report.ts';

export const OUTCOME_KINDS = [
  'completed',
  'type-error',
  'bundle-error',
  'program-threw',
  'limit-exceeded',
  'cancelled',
] as const;
export type OutcomeKind = (typeof OUTCOME_KINDS)[number];

/** What an error was caused by, or is made of. */
export interface InnerError {
  readonly name: string;
  readonly message: string;
  /** Position in the agent's program; absent where the error was not thrown from a line of it. */
  readonly line?: number;
  readonly column?: number;
  readonly cause?: InnerError;
  readonly errors?: readonly InnerError[];
}

export interface OutcomeError extends InnerError {
  /** The program's line with a caret below the column. */
  readonly frame?: string;
  /** Frames of the program only, with the agent's positions. */
  readonly stack?: string;
  /** Set for a result that breaks its tool's outputSchema: one sentence for each place. */
  readonly mistakes?: readonly string[];
  /** Set for `limit-exceeded`: which limit, and its value in the unit that its name carries. */
  readonly limit?: LimitName;
  readonly value?: number;
}

export interface Timings {
  /** Waiting for the upstreams to connect and to list their tools; next to nothing where they are connected. */
  readonly connectMs: number;
  readonly typecheckMs: number;
  readonly bundleMs: number;
  readonly startMs: number;
  readonly runMs: number;
  readonly totalMs: number;
}

export interface Outcome {
  readonly kind: OutcomeKind;
  readonly runId: string;
  /** Absent where the program returned `undefined`. Beside `completed`, a result that breaks its tool's outputSchema is kept. */
  readonly result?: Json;
  readonly error?: OutcomeError;
  readonly diagnostics?: readonly Diagnostic[];
  readonly logs: readonly LogLine[];
  readonly toolCalls: readonly ToolCallRecord[];
  readonly truncated?: Truncation;
  /** Files that the program left in /workspace/out. Absent where there are none, as always on the node engine. */
  readonly artifacts?: readonly Artifact[];
  readonly engine: EngineName;
  readonly isolation: Isolation;
  readonly timings: Timings;
}

/** The outcome as JSON can carry it: of files, all but their content. */
export function withoutContent(outcome: Outcome): object {
  const { artifacts } = outcome;
  if (artifacts === undefined) return outcome;
  return { ...outcome, artifacts: artifacts.map(({ path, mimeType, bytes }) => ({ path, mimeType, bytes })) };
}
