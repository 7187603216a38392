/**
 * What happened, as counts. Called by open-metrics.ts for every happening, in the way of a request: it must be quick, and
 * must not throw. Names that anybody could make up never become labels: subjects not at all, an agent's own tools as
 * one, and names of dynamic tools and of servers' tools up to a number.
 */
import type { Happening, RequestHappening, RunHappening, ToolCallHappening } from '../../base/gate/happening.ts';
import { LabelCap, OTHER } from './label-cap.ts';
import type { CounterName, HistogramName, LabelsOf } from './metric-table.ts';

export interface Counts {
  increase<Name extends CounterName>(name: Name, labels: LabelsOf<Name>): void;
  observe<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, seconds: number): void;
}

const MAX_DYNAMIC_TOOLS = 200;
const MAX_SERVERS = 200;
/** Of each server, so that one with very many cannot take the labels of others. */
const MAX_TOOLS_OF_SERVER = 100;
const MAX_CODES = 50;
const MAX_DENIALS = 20;
const CODE_MODE = 'code-mode-';
/** A fault's or an outcome's: where an answer is somebody else's, so may be what stands in the place of a code. */
const CODE = /^[A-Za-z][A-Za-z_-]{0,39}$/;

export function createCounter(counts: Counts, builtIns: ReadonlySet<string>): (happening: Happening) => void {
  const labels = new Labels(builtIns);
  return (happening) => {
    switch (happening.kind) {
      case 'run':
        return countRun(counts, labels, happening);
      case 'request':
        return countRequest(counts, labels, happening);
      case 'tool-call':
        return countToolCall(counts, labels, happening);
      case 'denial':
        return counts.increase('codeloom_denials_total', { kind: labels.denial(happening.what) });
    }
  };
}

function countRun(counts: Counts, labels: Labels, { tool, engine = 'none', timings = {}, ...run }: RunHappening): void {
  const outcome = labels.outcome(run.outcome);
  counts.increase('codeloom_runs_total', { outcome, engine, tool: labels.tool(tool) });
  counts.observe('codeloom_run_duration_seconds', { outcome, engine }, run.ms / 1_000);
  for (const [name, ms] of Object.entries(timings)) {
    const stage = /^(?!total)([a-z]+)Ms$/.exec(name)?.[1];
    if (stage !== undefined) counts.observe('codeloom_run_stage_duration_seconds', { stage, engine }, ms / 1_000);
  }
}

function countRequest(counts: Counts, labels: Labels, { tool, ok, code, ms }: RequestHappening): void {
  const result = ok ? 'ok' : labels.requestCode(code ?? 'error');
  counts.increase('codeloom_requests_total', { tool: labels.tool(tool), result });
  counts.observe('codeloom_request_duration_seconds', { tool: labels.toolKind(tool) }, ms / 1_000);
}

function countToolCall(counts: Counts, labels: Labels, { server: name, tool, ok, code, ms }: ToolCallHappening): void {
  const server = labels.server(name);
  const result = ok ? 'ok' : labels.failureCode(code ?? 'error');
  counts.increase('codeloom_tool_calls_total', { server, tool: labels.serverTool(server, tool), result });
  counts.observe('codeloom_tool_call_duration_seconds', { server }, ms / 1_000);
}

class Labels {
  readonly #builtIns: ReadonlySet<string>;
  readonly #dynamic = new LabelCap(MAX_DYNAMIC_TOOLS);
  readonly #servers = new LabelCap(MAX_SERVERS);
  readonly #serverTools = new Map<string, LabelCap>();
  readonly #outcomes = new LabelCap(MAX_CODES);
  readonly #requestCodes = new LabelCap(MAX_CODES);
  readonly #failureCodes = new LabelCap(MAX_CODES);
  readonly #denials = new LabelCap(MAX_DENIALS);

  constructor(builtIns: ReadonlySet<string>) {
    this.#builtIns = builtIns;
  }

  /** A built-in by its name, an agent's own as `code-mode-*`, a dynamic tool by its name. */
  tool(name: string): string {
    const kind = this.toolKind(name);
    return kind === 'dynamic' ? this.#dynamic.of(name) : kind;
  }

  toolKind(name: string): string {
    if (this.#builtIns.has(name)) return name;
    return name.startsWith(CODE_MODE) ? `${CODE_MODE}*` : 'dynamic';
  }

  server(name: string): string {
    return this.#servers.of(name);
  }

  serverTool(server: string, name: string): string {
    const cap = this.#serverTools.get(server) ?? new LabelCap(MAX_TOOLS_OF_SERVER);
    this.#serverTools.set(server, cap);
    return cap.of(name);
  }

  outcome(kind: string): string {
    return this.#outcomes.of(kind);
  }

  requestCode(code: string): string {
    return CODE.test(code) ? this.#requestCodes.of(code) : OTHER;
  }

  failureCode(code: string): string {
    return this.#failureCodes.of(code);
  }

  /** The first word of what was asked for; the rest of it names the thing. */
  denial(what: string): string {
    const kind = /^[a-z][a-z-]{0,30}(?= |$)/.exec(what)?.[0];
    return kind === undefined ? OTHER : this.#denials.of(kind);
  }
}
