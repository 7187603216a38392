/**
 * What is asked of the spine: one program, and all that belongs to it. Made by the server's tools, by the command line and
 * by whoever embeds Codeloom.
 */
import type { EngineChoice } from '../base/config.ts';
import type { Caller } from '../base/gate/caller.ts';
import type { TraceContext } from '../base/gate/trace-context.ts';
import type { Json, JsonObject } from '../base/json.ts';
import type { Dependency } from '../base/packages/package-set.ts';
import type { BuildKeeper } from '../compile/kept/kept-build.ts';
import type { ToolProgress } from '../run/call-tool.ts';

/** One program to run, or only to check. */
export interface ProgramRequest {
  readonly code: string;
  /** Absent means the configured upstreams that the program names; an empty list means none. */
  readonly servers?: readonly string[];
  readonly args?: Json;
  /** What the program's `args` are typed by; absent means `any`. */
  readonly argsSchema?: JsonObject;
  readonly timeoutMs?: number;
  readonly engine?: EngineChoice;
  /** Docker engine only. */
  readonly image?: string;
  /** Packages that the program may import. */
  readonly dependencies?: readonly Dependency[];
  readonly typecheck?: boolean;
  /** Runs of different workspaces never share a process. */
  readonly workspace: string;
  /** Who asks; absent means whoever owns this process: the command line, an embedder. */
  readonly caller?: Caller;
  /** The name under which the program was asked for; absent means `run_js`. */
  readonly tool?: string;
  readonly onProgress?: (progress: ToolProgress) => void;
  /** Of the run that is made of it; absent means one of its own. */
  readonly runId?: string;
  /** What it is a part of. */
  readonly trace?: TraceContext | undefined;
  /** Aborts when whoever asked has gone, and cannot be told what it came to. */
  readonly gone?: AbortSignal;
  /** Whoever keeps the program keeps what it was compiled into, too. */
  readonly builds?: BuildKeeper;
}
