/**
 * The one function type through which a run reaches upstream tools: declared here, implemented in src/upstream/,
 * guarded in src/guard/ and joined in src/main.ts, so that no room above or beside has to import this one's callers.
 */
import type { TraceContext } from '../base/gate/trace-context.ts';
import type { Json, JsonObject } from '../base/json.ts';
import type { Tool } from '../base/tool.ts';

export interface ToolProgress {
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

/** A call that has already been granted: `tool` comes from the run's own catalog. `args` are not yet validated. */
export interface ToolCall {
  readonly runId: string;
  readonly tool: Tool;
  readonly args: JsonObject;
  /** Of `args` as JSON, where somebody has measured it. */
  readonly argsBytes?: number;
  readonly onProgress?: (progress: ToolProgress) => void;
  /** What the upstream is told that it is a part of. */
  readonly trace?: TraceContext;
}

export const TOOL_FAILURE_CODES = [
  'unknown-tool',
  'invalid-arguments',
  'invalid-result',
  'upstream-error',
  'upstream-timeout',
  'upstream-lost',
  'denied',
  'budget-spent',
] as const;
export type ToolFailureCode = (typeof TOOL_FAILURE_CODES)[number];

/** What a program catches as `ToolError`. Holds the upstream's own words at most, never ours about the host. */
export interface ToolFailure {
  readonly code: ToolFailureCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly details?: Json;
}

export interface ToolValue {
  readonly kind: 'value';
  readonly value: Json;
  /** Of `value` as JSON, or of the text that it is, where somebody has measured it. */
  readonly bytes?: number;
  /** `value` as JSON, where somebody has written it already, so that it is not written twice. Who changes `value` leaves it out. */
  readonly text?: string;
  /**
   * The pictures, sounds and embedded resources of the result as the upstream sent them, unchecked, for a caller that
   * shows them; a program gets `value`. Where `value` is the list of content blocks these are items of it.
   */
  readonly media?: readonly JsonObject[];
}

export type ToolReply = ToolValue | { readonly kind: 'failure'; readonly failure: ToolFailure };

/** Resolves for every call that could be made or refused; rejects only with `signal.reason`, or with a `Fault`. */
export type CallTool = (call: ToolCall, signal: AbortSignal) => Promise<ToolReply>;
