/**
 * The spine: from a program to its outcome. Declarations → type-check ∥ bundle ∥ sandbox → run → outcome. Everything it
 * needs is handed in by src/main.ts; called by the server's tools and by the command line.
 */
import type { EngineChoice } from './base/config.ts';
import { elapsedMs, nowMs } from './base/deadline.ts';
import type { Json, JsonObject } from './base/json.ts';
import type { Limits } from './base/limits.ts';
import type { Catalog } from './base/tool.ts';
import type { Bundle, Bundler } from './compile/bundle.ts';
import type { Diagnostic } from './compile/diagnostics.ts';
import { nodeScope } from './compile/guest-scope.ts';
import { type Program, readProgram } from './compile/program-form.ts';
import { importedBuiltins } from './compile/syntax/imported-builtins.ts';
import type { Typechecker } from './compile/typescript/typecheck.ts';
import type { Engine } from './engine/engine.ts';
import type { EngineNeeds } from './engine/select-engine.ts';
import type { Admission } from './guard/admission.ts';
import { OutcomeDraft, type Refusal } from './make-outcome.ts';
import type { Outcome } from './outcome.ts';
import type { ReadScope } from './program-scope.ts';
import type { CallTool, ToolProgress } from './run/call-tool.ts';

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
  readonly typecheck?: boolean;
  /** Runs of different workspaces never share a process. */
  readonly workspace: string;
  readonly onProgress?: (progress: ToolProgress) => void;
}

export interface ExecutorParts {
  readonly limits: Limits;
  readonly readScope: ReadScope;
  readonly typechecker: Typechecker;
  readonly bundler: Bundler;
  readonly admission: Admission;
  readonly callTool: CallTool;
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
  const engine = await chooseEngine(parts, request, signal);
  const draft = new OutcomeDraft(engine);
  const run = async () => {
    const { limits, callTool } = parts;
    const argsText = JSON.stringify(request.args ?? {});
    const argsBytes = Buffer.byteLength(argsText);
    if (argsBytes > limits.argsBytes) return draft.exceeded('argsBytes', limits.argsBytes, argsBytes);
    engine.warm(request.workspace);
    const compiled = await compile(parts, request, engine, draft.timings, signal);
    if (compiled.kind !== 'ready') return draft.refused(compiled);
    const { code, catalog } = { code: compiled.bundle.code, catalog: compiled.catalog };
    const { workspace, onProgress, timeoutMs = limits.wallMs } = request;
    const job = { runId: draft.runId, workspace, code, argsText, catalog, limits: { ...limits, wallMs: timeoutMs } };
    const report = await engine.run(onProgress === undefined ? job : { ...job, onProgress }, callTool, signal);
    return draft.ended(report, compiled.bundle);
  };
  try {
    return await parts.admission.admit(signal, run);
  } catch (thrown) {
    if (signal.aborted) return draft.cancelled(signal);
    throw thrown;
  }
}

/** Type-checks and bundles without running; an empty list means that the program would be run. */
export async function checkProgram(
  parts: ExecutorParts,
  request: ProgramRequest,
  signal: AbortSignal,
): Promise<readonly Diagnostic[]> {
  const engine = await chooseEngine(parts, request, signal);
  const compiled = await compile(parts, request, engine, { typecheckMs: 0, bundleMs: 0 }, signal);
  return compiled.kind === 'ready' ? [] : compiled.diagnostics;
}

function chooseEngine(parts: ExecutorParts, { code, engine }: ProgramRequest, signal: AbortSignal): Promise<Engine> {
  const isRead = Buffer.byteLength(code) <= parts.limits.sourceBytes;
  return parts.chooseEngine(engine, isRead ? { nodeBuiltins: importedBuiltins(code) } : {}, signal);
}

type Compiled = { readonly kind: 'ready'; readonly bundle: Bundle; readonly catalog: Catalog } | Refusal;

/** Bundling needs no catalog, so it does not wait for upstreams to connect; the type-check does. */
async function compile(
  parts: ExecutorParts,
  request: ProgramRequest,
  engine: Engine,
  timings: { typecheckMs: number; bundleMs: number },
  signal: AbortSignal,
): Promise<Compiled> {
  const program = readProgram(request.code, parts.limits);
  if (!('text' in program)) return { kind: 'bundle-error', diagnostics: program };
  const startedMs = nowMs();
  const hasNode = engine.name === 'docker';
  const bundling = parts.bundler.bundle(program, signal, hasNode).finally(() => {
    timings.bundleMs = elapsedMs(startedMs);
  });
  // Whoever fails first is heard; the other is not left without a listener.
  bundling.catch(() => {});
  const { catalog, declarations, explain } = await parts.readScope(program, request, signal);
  const isChecked = request.typecheck !== false;
  const scope = () => declarations() + (hasNode ? nodeScope(importedBuiltins(program.source)) : '');
  const mistakes = isChecked ? explain(await typecheck(parts, program, scope(), timings, signal)) : [];
  if (mistakes.length > 0) return { kind: 'type-error', diagnostics: mistakes };
  const bundle = await bundling;
  return 'code' in bundle ? { kind: 'ready', bundle, catalog } : { kind: 'bundle-error', diagnostics: bundle };
}

async function typecheck(
  { typechecker }: ExecutorParts,
  program: Program,
  declarations: string,
  timings: { typecheckMs: number },
  signal: AbortSignal,
): Promise<readonly Diagnostic[]> {
  const startedMs = nowMs();
  const diagnostics = await typechecker.check(program, declarations, signal);
  timings.typecheckMs = elapsedMs(startedMs);
  return diagnostics;
}
