/**
 * What happened, as one value for all who listen: the audit trail writes it down, the metrics count it. Told by the
 * server's face (requests), by the spine (runs) and by the gate (tool calls, denials). Holds names, sizes and times; of
 * what a client, a program or an upstream sent it holds `args` alone, which nobody looks at who was not told to.
 */
import type { JsonObject } from '../json.ts';
import type { Caller } from './caller.ts';

/** A tools/call of a client that was answered. */
export interface RequestHappening {
  readonly kind: 'request';
  readonly caller: Caller;
  readonly workspace: string;
  readonly tool: string;
  /** The same that the run and the tool calls have that it led to. */
  readonly runId?: string;
  /** The tool of ours that was called by its name, where `tool` is the one that does so. */
  readonly called?: string;
  /** It may have changed a dynamic tool, or shows the server's inside. */
  readonly isManagement: boolean;
  /** The dynamic tool that was meant, and the revision that it has come to. */
  readonly touched?: { readonly name: string; readonly revision?: number };
  readonly ok: boolean;
  /** Of the fault, where it was one; else the kind of the outcome, where there is one. */
  readonly code?: string;
  readonly ms: number;
  /** Measured for management actions, which are few. */
  readonly argsBytes?: number;
  readonly resultBytes?: number;
  readonly args?: JsonObject;
}

/** A run that ended, whichever way; `outcome` is a fault's code where it had none. */
export interface RunHappening {
  readonly kind: 'run';
  readonly caller: Caller;
  readonly workspace: string;
  readonly runId?: string;
  /** The name under which the program was asked for, `run_js` or that of a tool made of it. */
  readonly tool: string;
  readonly engine?: string;
  readonly outcome: string;
  readonly ms: number;
  /** By stage, as in the outcome; absent where there was none. */
  readonly timings?: Readonly<Record<string, number>>;
  readonly toolCalls: number;
  readonly codeBytes: number;
  readonly resultBytes: number;
}

/** A call of an upstream's tool, by a program or directly. */
export interface ToolCallHappening {
  readonly kind: 'tool-call';
  readonly caller: Caller;
  readonly runId: string;
  readonly server: string;
  readonly tool: string;
  readonly ok: boolean;
  /** Of the failure, where it failed. */
  readonly code?: string;
  readonly ms: number;
  readonly argsBytes: number;
  readonly resultBytes: number;
  readonly args?: JsonObject;
}

/** Something that was asked for and not allowed. */
export interface DenialHappening {
  readonly kind: 'denial';
  readonly caller: Caller;
  /** What was asked for, such as `server github` or `scope codeloom.manage`. */
  readonly what: string;
  readonly reason: string;
}

export type Happening = RequestHappening | RunHappening | ToolCallHappening | DenialHappening;

/** Must not throw and must not wait: it is called in the way of a request. */
export type Tell = (happening: Happening) => void;
