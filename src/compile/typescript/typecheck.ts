/**
 * Checks programs against declarations with TypeScript's native compiler. Called by the spine, at the same time as the
 * bundler. What a program does to the compiler is a diagnostic; only a compiler that is lost twice is a Fault. Never
 * blocks the event loop: the compiler is a process of its own.
 */
import { raceAbort } from '../../base/deadline.ts';
import { contentHash } from '../../base/json.ts';
import type { Limits } from '../../base/limits.ts';
import type { Log } from '../../base/log.ts';
import { type PackageSet, packageNameOf } from '../../base/packages/package-set.ts';
import { type BoundedCache, createBoundedCache } from '../bounded-cache.ts';
import type { Diagnostic } from '../diagnostics.ts';
import type { NodePlace } from '../esbuild/import-advice.ts';
import { findDefaultParameter } from '../mistakes/default-parameter.ts';
import { findObjectMembers } from '../mistakes/object-members.ts';
import type { Program } from '../program-form.ts';
import { CompilerLanes, type LaneEnd } from './compiler-lanes.ts';
import { createAdviser } from './review/hints.ts';
import { dropForJavaScript, dropImplicitAny } from './review/leniency.ts';
import type { Advice } from './review/property-advice.ts';
import type { Snapshot, TsDiagnostic } from './snapshot.ts';
import { ROOT_DIRECTORY } from './virtual-files.ts';

export interface Typechecker {
  /** What is wrong with the program; nothing where it may run. Rejects with `signal.reason` or a Fault. */
  check(
    program: Program,
    declarations: string,
    signal: AbortSignal,
    packages?: PackageSet,
    node?: NodePlace,
  ): Promise<readonly Diagnostic[]>;
  /** Has a compiler ready ahead of need; returns at once. */
  warm(): void;
  close(): Promise<void>;
}

interface CheckScope {
  readonly declarations: string;
  readonly packages: PackageSet | undefined;
}

const CACHED_CHECKS = 1_000;
const CACHED_BYTES = 8 * 1024 * 1024;
const BYTES_OF_AN_ENTRY = 200;
const MAX_MESSAGE_CHARS = 1_000;
const SIMPLIFY =
  'Simplify its types: no recursive or combinatorial types, no very long expressions; annotate with `any` where types do not matter.';

export function createTypechecker({ limits, log }: { readonly limits: Limits; readonly log: Log }): Typechecker {
  const lanes = new CompilerLanes(limits, log);
  const cache: BoundedCache<readonly Diagnostic[]> = createBoundedCache(CACHED_CHECKS, CACHED_BYTES);
  const running = new Map<string, Promise<readonly Diagnostic[]>>();
  const checkNow = async (key: string, program: Program, scope: CheckScope, node: NodePlace) => {
    const end = await lanes.run((compiler) =>
      compiler.withProgram({ text: program.text, ...scope }, (snapshot) => inspect(program, snapshot, node, limits)),
    );
    if (end.kind !== 'done') return [renderEnd(end, limits)];
    // Only what the program itself decides is kept: a deadline may have been missed because the machine was busy.
    cache.set(key, end.value, BYTES_OF_AN_ENTRY + JSON.stringify(end.value).length);
    return end.value;
  };
  return {
    check: async (program, declarations, signal, packages, node = 'on-docker') => {
      signal.throwIfAborted();
      const key = contentHash(program.hash, declarations, packages?.hash ?? '', node);
      const known = cache.get(key);
      if (known !== undefined) return known;
      const check =
        running.get(key) ?? checkNow(key, program, { declarations, packages }, node).finally(() => running.delete(key));
      running.set(key, check);
      return raceAbort(check, signal);
    },
    warm: () => lanes.warm(),
    close: () => lanes.close(),
  };
}

async function inspect(
  program: Program,
  snapshot: Snapshot,
  node: NodePlace,
  limits: Limits,
): Promise<readonly Diagnostic[]> {
  const [syntactic, semantic] = await Promise.all([
    snapshot.diagnostics('syntactic'),
    snapshot.diagnostics('semantic'),
  ]);
  let errors = syntactic.length > 0 ? syntactic : dropImplicitAny(semantic);
  if (errors.length > 0 && syntactic.length === 0 && (await snapshot.isJavaScript(program.text))) {
    errors = await dropForJavaScript(errors, program, snapshot);
  }
  if (syntactic.length === 0) errors = [...errors, ...(await findObjectMembers(program.text, snapshot))];
  const reported = errors.toSorted((left, right) => left.pos - right.pos).slice(0, limits.diagnostics);
  const advise = createAdviser(program, snapshot, node);
  const diagnostics = await Promise.all(
    reported.map(async (error) => toDiagnostic(error, program, await advise(error))),
  );
  return [...(await findDefaultParameter(program, snapshot)), ...diagnostics].slice(0, limits.diagnostics);
}

function toDiagnostic(error: TsDiagnostic, program: Program, { message = ownWords(error), hint }: Advice): Diagnostic {
  const shown = message.length <= MAX_MESSAGE_CHARS ? message : `${message.slice(0, MAX_MESSAGE_CHARS)}…`;
  const diagnostic = { ...program.positionAt(error.pos), code: `TS${error.code}`, message: shown };
  return hint === undefined ? diagnostic : { ...diagnostic, hint };
}

/** The compiler's words without its own paths and without advice to install or configure something. */
function ownWords(error: TsDiagnostic): string {
  return flatten(error)
    .replaceAll(/typeof import\("([^"]*)"\)(?!\.)/g, (_, path: string) => `typeof import("${moduleName(path)}")`)
    .replaceAll(/(?<!typeof )import\("[^"]*"\)\.?|(?<=typeof )import\("[^"]*"\)\./g, '')
    .replaceAll(`${ROOT_DIRECTORY}/`, '')
    .replace(/ Do you need to (?:change|install) .*/s, '');
}

/** What a program imports, for the file that the compiler found it in. */
function moduleName(path: string): string {
  const inside = path.replace(/^.*node_modules\/(?:@types\/)?/, '');
  return packageNameOf(inside) ?? '…';
}

/** The message with its causes, outermost first. Chains are as deep as types are nested, so only the first few count. */
function flatten(error: TsDiagnostic, depth = 0): string {
  if (depth > 5) return '';
  const causes = (error.messageChain ?? []).map((cause) => flatten(cause, depth + 1));
  return [error.text, ...causes].filter((text) => text !== '').join(' ');
}

function renderEnd(end: Exclude<LaneEnd<unknown>, { kind: 'done' }>, limits: Limits): Diagnostic {
  const where = { line: 1, column: 1, code: 'limit' };
  if (end.kind === 'flooded') {
    return {
      ...where,
      message: 'The program has more errors than can be read.',
      hint: 'Check that it is TypeScript or JavaScript at all.',
    };
  }
  if (end.kind === 'panicked') {
    return { ...where, message: 'The type-checker itself failed over the types of the program.', hint: SIMPLIFY };
  }
  const unit = end.limit === 'typecheckMs' ? 'ms' : 'MB';
  const verb = end.limit === 'typecheckMs' ? 'took longer than' : 'needed more memory than';
  return {
    ...where,
    message: `Type-checking the program ${verb} ${limits[end.limit]} ${unit} (limit ${end.limit}).`,
    hint: SIMPLIFY,
  };
}
