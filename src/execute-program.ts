/**
 * The spine: from a program to its outcome. Declarations → type-check ∥ bundle ∥ sandbox → run → outcome. Everything it
 * needs is handed in by src/main.ts; called by the server's tools and by the command line.
 */

import { randomUUID } from 'node:crypto';
import type { EngineChoice } from './base/config.ts';
import { elapsedMs, nowMs } from './base/deadline.ts';
import { type Caller, localCaller } from './base/gate/caller.ts';
import type { Tell } from './base/gate/happening.ts';
import type { TraceContext } from './base/gate/trace-context.ts';
import type { Json, JsonObject } from './base/json.ts';
import type { Limits } from './base/limits.ts';
import type { Dependency, PackageSet } from './base/packages/package-set.ts';
import type { Catalog } from './base/tool.ts';
import type { Bundle, Bundler } from './compile/bundle.ts';
import type { Diagnostic } from './compile/diagnostics.ts';
import type { NodePlace } from './compile/esbuild/import-advice.ts';
import { nodeScope } from './compile/guest-scope.ts';
import { type BuildKeeper, fittingBuild } from './compile/kept/kept-build.ts';
import { type Program, readProgram } from './compile/program-form.ts';
import { packageScope } from './compile/typescript/package-files.ts';
import type { Typechecker } from './compile/typescript/typecheck.ts';
import { describeFailedRun, describeRun } from './describe-run.ts';
import type { Engine } from './engine/engine.ts';
import type { DockerReach } from './engine/engines.ts';
import type { EngineNeeds } from './engine/select-engine.ts';
import type { Execution, Guard, InPlace } from './guard/guard.ts';
import { OutcomeDraft, type Refusal } from './make-outcome.ts';
import type { Outcome } from './outcome.ts';
import type { PackageStore } from './packages/package-store.ts';
import { openSurroundings, type Surroundings, undeclaredBuiltins } from './program-needs.ts';
import type { ReadScope } from './program-scope.ts';
import type { ToolProgress } from './run/call-tool.ts';
import type { Job } from './run/job.ts';
import type { Tracing } from './telemetry/tracing/span.ts';
import { traceCalls, traceRun } from './telemetry/tracing/trace-run.ts';

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

export interface ExecutorParts {
  readonly limits: Limits;
  readonly readScope: ReadScope;
  readonly typechecker: Typechecker;
  readonly bundler: Bundler;
  readonly packages: Pick<PackageStore, 'open'>;
  readonly guard: Guard;
  readonly tell: Tell;
  readonly tracing: Tracing;
  /** Rejects with Fault ENGINE_UNAVAILABLE where the choice cannot be had, or with `signal.reason`. */
  chooseEngine(choice: EngineChoice | undefined, needs: EngineNeeds, signal: AbortSignal): Promise<Engine>;
  /** Whether a program could have the docker engine, for hints. */
  docker(): DockerReach;
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
    const compiled = await compile(parts, request, { engine, packages }, draft.timings, inPlaceSignal);
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
  const check = () => compile(parts, request, surroundings, timings, signal);
  const compiled = await parts.guard.check(execution, signal, check);
  return compiled.kind === 'ready' ? [] : compiled.diagnostics;
}

type Compiled = { readonly kind: 'ready'; readonly bundle: Bundle; readonly catalog: Catalog } | Refusal;

const NODE_ELSEWHERE = { there: 'on-docker', absent: 'no-docker', off: 'nowhere' } as const;

/** Bundling needs no catalog, so it does not wait for upstreams to connect; the type-check does. */
async function compile(
  parts: ExecutorParts,
  request: ProgramRequest,
  { engine, packages }: Surroundings,
  timings: { connectMs: number; typecheckMs: number; bundleMs: number },
  signal: AbortSignal,
): Promise<Compiled> {
  const program = readProgram(request.code, parts.limits);
  if (!('text' in program)) return { kind: 'bundle-error', diagnostics: program };
  const startedMs = nowMs();
  const hasNode = engine.name === 'docker';
  const node = hasNode ? 'here' : NODE_ELSEWHERE[parts.docker()];
  const kept = fittingBuild(request.builds, program, { hasNode, packages, limits: parts.limits });
  const making = async () =>
    kept.bundle ??
    parts.bundler.bundle(program, signal, { hasNode, node, packages }).finally(() => {
      timings.bundleMs = elapsedMs(startedMs);
    });
  const bundling = making();
  // Whoever fails first is heard; the other is not left without a listener.
  bundling.catch(() => {});
  const { catalog, declarations, explain } = await parts.readScope(program, request, signal);
  timings.connectMs = elapsedMs(startedMs);
  const isChecked = request.typecheck !== false;
  const builtins = () => (hasNode ? nodeScope(undeclaredBuiltins(program.source, packages)) : '');
  const scope = () => declarations() + builtins() + packageScope(packages);
  const text = isChecked ? scope() : undefined;
  const mistakes =
    text === undefined || kept.isChecked(text)
      ? []
      : explain(await typecheck(parts, program, { text, packages, node }, timings, signal));
  if (mistakes.length > 0) return { kind: 'type-error', diagnostics: mistakes };
  const bundle = await bundling;
  if (!('code' in bundle)) return { kind: 'bundle-error', diagnostics: bundle };
  if (text !== undefined) kept.keep(text, bundle);
  return { kind: 'ready', bundle, catalog };
}

async function typecheck(
  { typechecker }: ExecutorParts,
  program: Program,
  scope: { readonly text: string; readonly packages: PackageSet | undefined; readonly node: NodePlace },
  timings: { typecheckMs: number },
  signal: AbortSignal,
): Promise<readonly Diagnostic[]> {
  const startedMs = nowMs();
  const diagnostics = await typechecker.check(program, scope.text, signal, scope.packages, scope.node);
  timings.typecheckMs = elapsedMs(startedMs);
  return diagnostics;
}
