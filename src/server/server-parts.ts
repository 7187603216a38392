/**
 * What the MCP face needs of the rest of the house, as one injected object: src/main.ts builds it, the tools in
 * tools/ call it, tests hand in small ones of their own. Nothing here knows the protocol.
 */

import type { Settings } from '../base/config.ts';
import type { Caller } from '../base/gate/caller.ts';
import type { Tell } from '../base/gate/happening.ts';
import type { TraceContext } from '../base/gate/trace-context.ts';
import type { JsonObject } from '../base/json.ts';
import type { Log } from '../base/log.ts';
import type { Dependency } from '../base/packages/package-set.ts';
import type { Catalog } from '../base/tool.ts';
import type { Diagnostic } from '../compile/diagnostics.ts';
import type { SandboxSession } from '../engine/docker/session/sandbox-session.ts';
import type { Sandboxes } from '../engine/docker/session/sandboxes.ts';
import type { EngineHealth, EngineName } from '../engine/engine.ts';
import type { Guard } from '../guard/guard.ts';
import type { Policy } from '../guard/policy/policy.ts';
import type { Outcome } from '../program/outcome.ts';
import type { ProgramRequest } from '../program/program-request.ts';
import type { Registry } from '../registry/registry.ts';
import type { ToolProgress, ToolReply } from '../run/call-tool.ts';
import type { Metrics } from '../telemetry/metrics/metrics.ts';
import type { Tracing } from '../telemetry/tracing/span.ts';

export const DETAILS = ['names', 'summary', 'full'] as const;
export type Detail = (typeof DETAILS)[number];

export interface DeclarationsRequest {
  readonly servers?: readonly string[];
  /** Names of tools, `tool` or `server.tool`; absent means all of the servers. */
  readonly tools?: readonly string[];
  readonly detail: Detail;
  /** Whom they are for; absent means whoever owns this process. */
  readonly caller?: Caller;
}

export interface UpstreamCall {
  readonly server: string;
  readonly tool: string;
  readonly args: JsonObject;
  readonly caller: Caller;
  readonly onProgress?: (progress: ToolProgress) => void;
  /** What it is a part of. */
  readonly trace?: TraceContext;
  /** Absent means one of its own. */
  readonly runId?: string;
}

export interface UpstreamStatus {
  readonly name: string;
  /** One word, such as `idle`, `connected` or `unavailable`. */
  readonly state: string;
  /** Why it is not connected, in one sentence that is safe to show. */
  readonly reason?: string;
}

export interface Upstreams {
  /** The configured upstreams, connected or not, sorted by name. */
  names(): readonly { readonly name: string; readonly description?: string }[];
  catalog(servers: readonly string[], signal: AbortSignal): Promise<Catalog>;
  onToolsChanged(listener: () => void): () => void;
  status(): readonly UpstreamStatus[];
  /** All that are configured, where `names` leaves some out: what a tool is called must clash with none of them. */
  allNames?(): readonly { readonly name: string }[];
  /** Throws Fault DENIED for a name that a caller may not use; absent where there is nothing to forbid. */
  assertMayReach?(servers: readonly string[]): void;
}

export interface WantedSandbox {
  readonly caller: Caller;
  readonly image?: string;
  readonly dependencies?: readonly Dependency[];
}

export interface SandboxParts {
  readonly all: Sandboxes;
  /** Installs what programs of a sandbox will import. Rejects where the caller may have no such sandbox. */
  prepare(wanted: WantedSandbox, signal: AbortSignal): Promise<void>;
  /** As `ServerParts.execute`, in a process of that sandbox. */
  execute(sandbox: SandboxSession, request: ProgramRequest, signal: AbortSignal): Promise<Outcome>;
}

export interface ServerParts {
  readonly settings: Settings;
  readonly log: Log;
  readonly version: string;
  readonly tell: Tell;
  /** How busy the gate is, and the way through it for what the spine does not execute. */
  readonly guard: Pick<Guard, 'metrics' | 'count'>;
  readonly tracing: Tracing;
  /** Counts what happens, for GET /metrics; absent where nobody is to see it. */
  readonly metrics?: Metrics;
  /** Whom a request comes from that carries no token: who started the process, or whoever can connect. */
  readonly owner: Caller;
  execute(request: ProgramRequest, signal: AbortSignal): Promise<Outcome>;
  /** Type-checks without running; an empty list means that the program would be run. */
  check(request: ProgramRequest, signal: AbortSignal): Promise<readonly Diagnostic[]>;
  declarations(request: DeclarationsRequest, signal: AbortSignal): Promise<string>;
  callUpstream(call: UpstreamCall, signal: AbortSignal): Promise<ToolReply>;
  readonly upstreams: Upstreams;
  /** What callers may do; absent where everybody may do everything. */
  readonly policy?: Policy;
  /** Long-lived sandboxes; absent where the settings or the engine leave them out. */
  readonly sandboxes?: SandboxParts;
  /** Dynamic tools; absent where there is no registry. */
  readonly registry?: Registry;
  health(): {
    /** Of the engine that a run without wishes would get now. */
    readonly engine: EngineHealth;
    /** Of each that this server may use. */
    readonly engines?: { readonly [Name in EngineName]?: EngineHealth };
  };
}
