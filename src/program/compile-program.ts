/**
 * A program → its one bundle and the catalog that it sees, or what is wrong with it. Called by the spine, in the place of a
 * run or of a check, once it is known where the program runs and what it may import there.
 */
import { elapsedMs, nowMs } from '../base/deadline.ts';
import type { Limits } from '../base/limits.ts';
import type { PackageSet } from '../base/packages/package-set.ts';
import type { Catalog } from '../base/tool.ts';
import type { Bundle, Bundler } from '../compile/bundle.ts';
import type { Diagnostic } from '../compile/diagnostics.ts';
import type { NodePlace } from '../compile/esbuild/import-advice.ts';
import { nodeScope } from '../compile/guest-scope.ts';
import { fittingBuild } from '../compile/kept/kept-build.ts';
import { type Program, readProgram } from '../compile/program-form.ts';
import { packageScope } from '../compile/typescript/package-files.ts';
import type { Typechecker } from '../compile/typescript/typecheck.ts';
import type { DockerReach } from '../engine/engines.ts';
import type { Refusal } from './make-outcome.ts';
import { type Surroundings, undeclaredBuiltins } from './program-needs.ts';
import type { ProgramRequest } from './program-request.ts';
import type { ReadScope } from './program-scope.ts';

export interface CompilerParts {
  readonly limits: Limits;
  readonly readScope: ReadScope;
  readonly typechecker: Typechecker;
  readonly bundler: Bundler;
  /** Whether a program could have the docker engine, for hints. */
  docker(): DockerReach;
}

/** A program that may be run, or why it is not. */
export type Compiled = { readonly kind: 'ready'; readonly bundle: Bundle; readonly catalog: Catalog } | Refusal;

const NODE_ELSEWHERE = { there: 'on-docker', absent: 'no-docker', off: 'nowhere' } as const;

/** Bundling needs no catalog, so it does not wait for upstreams to connect; the type-check does. */
export async function compileProgram(
  parts: CompilerParts,
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
  { typechecker }: CompilerParts,
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
