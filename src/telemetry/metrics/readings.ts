/**
 * What is read off the parts of the server when somebody scrapes: the shape that the HTTP face fills in, and how it
 * becomes gauges. Used by open-metrics.ts.
 */
import type { GaugeName, LabelsOf } from './metric-table.ts';

export interface Reading {
  readonly running: number;
  readonly queued: number;
  readonly requests: number;
  readonly workspaces: number;
  readonly sessions: number;
  readonly isReady: boolean;
  readonly engines: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly ready: number;
    readonly busy: number;
  }[];
  readonly servers: readonly { readonly name: string; readonly state: string }[];
  /** Absent where there is none; without `tools` it does not answer. */
  readonly registry?: { readonly tools?: number };
}

export interface Readings {
  readonly version: string;
  /** Of built-in tools, which have a label each. */
  readonly builtIns: ReadonlySet<string>;
  read(): Promise<Reading>;
}

export type SetGauge = <Name extends GaugeName>(name: Name, labels: LabelsOf<Name>, value: number) => void;

export function setReading(set: SetGauge, reading: Reading): void {
  const { engines, servers, registry } = reading;
  set('codeloom_runs_running', {}, reading.running);
  set('codeloom_runs_queued', {}, reading.queued);
  set('codeloom_requests_in_flight', {}, reading.requests);
  set('codeloom_workspaces', {}, reading.workspaces);
  set('codeloom_sessions', {}, reading.sessions);
  set('codeloom_ready', {}, reading.isReady ? 1 : 0);
  for (const { name: engine, ok, ready, busy } of engines) {
    set('codeloom_engine_up', { engine }, ok ? 1 : 0);
    set('codeloom_sandboxes', { engine, state: 'ready' }, ready);
    set('codeloom_sandboxes', { engine, state: 'busy' }, busy);
  }
  for (const { name: server, state } of servers) set('codeloom_server_state', { server, state }, 1);
  if (registry === undefined) return;
  set('codeloom_registry_up', {}, registry.tools === undefined ? 0 : 1);
  if (registry.tools !== undefined) set('codeloom_registry_tools', {}, registry.tools);
}
