/**
 * The spine: from a program to its outcome. The gate → where it may run → type-check ∥ bundle ∥ sandbox → run → outcome.
 * Everything it needs is handed in by src/main.ts; called by the server's tools and by the command line.
 */
import { randomUUID } from 'node:crypto';
import type { EngineChoice } from './base/config.ts';
import { elapsedMs, nowMs } from './base/deadline.ts';
import { localCaller } from './base/gate/caller.ts';
import type { Tell } from './base/gate/happening.ts';
import type { Catalog } from './base/tool.ts';
import type { Bundle } from './compile/bundle.ts';
import type { Diagnostic } from './compile/diagnostics.ts';
import type { Engine } from './engine/engine.ts';
import type { EngineNeeds } from './engine/select-engine.ts';
import type { Execution, Guard, InPlace } from './guard/guard.ts';
import type { PackageStore } from './packages/package-store.ts';
import { type CompilerParts, compileProgram } from './program/compile-program.ts';
import { describeFailedRun, describeRun } from './program/describe-run.ts';
import { OutcomeDraft } from './program/make-outcome.ts';
import type { Outcome } from './program/outcome.ts';
import { openSurroundings } from './program/program-needs.ts';
import type { ProgramRequest } from './program/program-request.ts';
import type { Job } from './run/job.ts';
import type { Tracing } from './telemetry/tracing/span.ts';
import { traceCalls, traceRun } from './telemetry/tracing/trace-run.ts';

export interface ExecutorParts extends CompilerParts {
  readonly packages: Pick<PackageStore, 'open'>;
  readonly guard: Guard;
  readonly tell: Tell;
  readonly tracing: Tracing;
  /** Rejects with Fault ENGINE_UNAVAILABLE where the choice cannot be had, or with `signal.reason`. */
  chooseEngine(choice: EngineChoice | undefined, needs: EngineNeeds, signal: AbortSignal): Promise<Engine>;
}

/**
 * Resolves with what the program came to, a cancelled request included. Rejects with Fault where Codeloom or an
 * upstream could not do its part.
 */
export async function executeProgram(
  parts: ExecutorParts,
  request: ProgramRequest,
  signal: AbortSignal,
): Promise<Outcome> {
  const execution = executionOf(request);
  const { runId = randomUUID() } = request;
  const startedMs = nowMs();
  const codeBytes = Buffer.byteLength(request.code);
  try {
    const { outcome, resultBytes = 0 } = await traceRun(parts.tracing, { ...request, tool: execution.tool }, (trace) =>
      parts.guard.admit(request.gone === undefined ? execution : { ...execution, gone: request.gone }, (inPlace) =>
        execute(parts, { ...request, runId, trace }, { ...execution, inPlace }, signal),
      ),
    );
    parts.tell(describeRun(execution, outcome, { codeBytes, resultBytes }));
    return outcome;
  } catch (thrown) {
    parts.tell(describeFailedRun(execution, thrown, { runId, codeBytes, ms: elapsedMs(startedMs) }));
    throw thrown;
  }
}

interface Executed {
  readonly outcome: Outcome;
  readonly resultBytes?: number;
}

function executionOf({ caller = localCaller(), workspace, tool = 'run_js' }: ProgramRequest): Execution {
  return { caller, workspace, tool };
}

/** What has to be installed, and which engine there is, is found before there is a place: neither takes one of a run. */
async function execute(
  parts: ExecutorParts,
  request: ProgramRequest & { readonly runId: string },
  { caller, inPlace }: Execution & { readonly inPlace: InPlace },
  signal: AbortSignal,
): Promise<Executed> {
  const { engine, packages } = await openSurroundings(parts, request, caller, signal);
  const draft = new OutcomeDraft(engine, request.runId);
  const { limits, guard, tracing } = parts;
  const run = async (inPlaceSignal: AbortSignal): Promise<Executed> => {
    const argsText = JSON.stringify(request.args ?? {});
    const argsBytes = Buffer.byteLength(argsText);
    if (argsBytes > limits.argsBytes) return { outcome: draft.exceeded('argsBytes', limits.argsBytes, argsBytes) };
    engine.warm(request.workspace);
    const compiled = await compileProgram(parts, request, { engine, packages }, draft.timings, inPlaceSignal);
    if (compiled.kind !== 'ready') return { outcome: draft.refused(compiled) };
    const job = jobOf(request, compiled, { runId: draft.runId, argsText, limits });
    const calls = traceCalls(tracing, guard.callsOf(caller), request.trace);
    const report = await engine.run(job, calls, inPlaceSignal);
    const { resultBytes } = report;
    return { outcome: draft.ended(report, compiled.bundle), ...(resultBytes === undefined ? {} : { resultBytes }) };
  };
  try {
    return await inPlace(signal, run);
  } catch (thrown) {
    if (signal.aborted) return { outcome: draft.cancelled(signal) };
    throw thrown;
  }
}

function jobOf(
  { workspace, image, onProgress, timeoutMs }: ProgramRequest,
  { bundle, catalog }: { readonly bundle: Bundle; readonly catalog: Catalog },
  { runId, argsText, limits }: Pick<Job, 'runId' | 'argsText' | 'limits'>,
): Job {
  return {
    runId,
    workspace,
    code: bundle.code,
    argsText,
    catalog,
    limits: timeoutMs === undefined ? limits : { ...limits, wallMs: timeoutMs },
    ...(image === undefined ? {} : { image }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
}

/** Type-checks and bundles without running; an empty list means that the program would be run. */
export async function checkProgram(
  parts: ExecutorParts,
  request: ProgramRequest,
  signal: AbortSignal,
): Promise<readonly Diagnostic[]> {
  const execution = executionOf(request);
  const surroundings = await openSurroundings(parts, request, execution.caller, signal);
  const timings = { connectMs: 0, typecheckMs: 0, bundleMs: 0 };
  const check = () => compileProgram(parts, request, surroundings, timings, signal);
  const compiled = await parts.guard.check(execution, signal, check);
  return compiled.kind === 'ready' ? [] : compiled.diagnostics;
}
