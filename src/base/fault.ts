/**
 * Our own failures. A fault is thrown where Codeloom itself could not do its part; what a program did wrong is
 * never a fault but an outcome (src/program/outcome.ts), and what an upstream did wrong is a ToolFailure (src/run/call-tool.ts).
 * The message of a fault is one sentence that is safe to show a client; `cause` goes to the log only.
 */

export type FaultCode =
  | 'CONFIG_INVALID'
  | 'ARGUMENTS_INVALID'
  | 'UPSTREAM_UNKNOWN'
  | 'UPSTREAM_UNAVAILABLE'
  | 'DEPENDENCY_REFUSED'
  | 'DEPENDENCY_UNAVAILABLE'
  | 'ENGINE_UNAVAILABLE'
  | 'POOL_SATURATED'
  | 'RATE_LIMITED'
  | 'SANDBOX_LOST'
  | 'PROTOCOL_VIOLATION'
  | 'COMPILER_LOST'
  | 'REGISTRY_CONFLICT'
  | 'REGISTRY_READ_ONLY'
  | 'REGISTRY_UNAVAILABLE'
  | 'TOOL_UNKNOWN'
  | 'SCOPE_MISSING'
  | 'DENIED'
  | 'SHUTTING_DOWN'
  | 'INTERNAL';

/** Codes after which the same request may succeed without anything being changed by the caller. */
const RETRYABLE: ReadonlySet<FaultCode> = new Set([
  'UPSTREAM_UNAVAILABLE',
  'DEPENDENCY_UNAVAILABLE',
  'POOL_SATURATED',
  'RATE_LIMITED',
  'SANDBOX_LOST',
  'COMPILER_LOST',
  'REGISTRY_UNAVAILABLE',
  'SHUTTING_DOWN',
]);

export class Fault extends Error {
  readonly code: FaultCode;
  readonly retryable: boolean;

  /** `message` is one sentence without host paths or stacks; `cause` is logged and never shown. `retryable` is given where the code misleads. */
  constructor(code: FaultCode, message: string, cause?: unknown, retryable = RETRYABLE.has(code)) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'Fault';
    this.code = code;
    this.retryable = retryable;
  }
}

/** Any thrown value as a fault: faults pass through, all else becomes INTERNAL with the original as cause. */
export function toFault(thrown: unknown): Fault {
  return thrown instanceof Fault
    ? thrown
    : new Fault('INTERNAL', 'Codeloom failed internally; its log has the details.', thrown);
}
