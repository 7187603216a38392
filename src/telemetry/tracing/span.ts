/**
 * What a span is to those who open one, and what a tracing is made from. Made real by tracing.ts; knows no library.
 */
import type { TraceContext } from '../../base/gate/trace-context.ts';
import type { Log } from '../../base/log.ts';

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanStart {
  /** Of few values, such as `tools/call run_js`. */
  readonly name: string;
  readonly kind: 'server' | 'internal' | 'client';
  readonly attributes: SpanAttributes;
}

/** A span while the work that it stands for goes on. It ends by itself with that work. */
export interface OpenSpan {
  /** For whoever does the work: this span as a parent, or, without tracing, the parent itself. */
  readonly trace: TraceContext | undefined;
  set(attributes: SpanAttributes): void;
  /** The work failed; `type` is a code, never a message. */
  fail(type: string): void;
}

/** Everything that opens spans is given one of these. */
export interface Tracing {
  /** Resolves or rejects as the work does, whatever becomes of the span. */
  span<Value>(
    start: SpanStart,
    parent: TraceContext | undefined,
    work: (span: OpenSpan) => Promise<Value>,
  ): Promise<Value>;
  /** Loads what is needed ahead of the first span; returns at once. */
  warm(): void;
  /** Sends what is left, for a moment at most. Never rejects. */
  close(): Promise<void>;
}

export interface TracingOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly log: Log;
}
