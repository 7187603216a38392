/**
 * Between whoever keeps programs and the spine: what was kept of a program, where it still fits, and what is to be kept
 * of it now. Called by the spine for every program. A bundle that was kept serves the one program that it was kept with:
 * it never gets into the caches that others share.
 */
import type { Limits } from '../../base/limits.ts';
import type { PackageSet } from '../../base/packages/package-set.ts';
import type { Bundle } from '../bundle.ts';
import type { Program } from '../program-form.ts';
import { type Build, bundledAs, checkedAs, withCheck } from './build.ts';

/** Of one program. */
export interface BuildKeeper {
  /** What was kept; undefined where nothing was, or nothing that may be used. */
  readonly known?: Build | undefined;
  /** Told what to keep, in the place of `known`, when the program may run and `known` was not all of it. Never throws. */
  keep(build: Build): void;
}

export interface KeptBuild {
  /** Absent where the bundle has to be made. */
  readonly bundle?: Bundle;
  /** Whether a check that saw just this found nothing wrong. */
  isChecked(declarations: string): boolean;
  /** The program passed the check, and this is its bundle. */
  keep(declarations: string, bundle: Bundle): void;
}

interface Place {
  readonly hasNode: boolean;
  readonly packages: PackageSet | undefined;
  readonly limits: Limits;
}

const NOTHING: KeptBuild = { isChecked: () => false, keep: () => {} };

export function fittingBuild(
  keeper: BuildKeeper | undefined,
  program: Program,
  { hasNode, packages, limits }: Place,
): KeptBuild {
  if (keeper === undefined) return NOTHING;
  const { known } = keeper;
  const bundled = bundledAs(program, hasNode, packages);
  const isWithin = known !== undefined && Buffer.byteLength(known.code) <= limits.bundleBytes;
  const bundle: Bundle | undefined =
    isWithin && known.bundledAs === bundled
      ? { code: known.code, sourceMap: known.sourceMap, program, hash: bundled }
      : undefined;
  const checks = known?.checkedAs ?? [];
  // Asked twice for the same declarations, which may be long.
  let last: { readonly declarations: string; readonly check: string } | undefined;
  const checkOf = (declarations: string): string => {
    if (last?.declarations !== declarations) last = { declarations, check: checkedAs(program, declarations, packages) };
    return last.check;
  };
  return {
    ...(bundle === undefined ? {} : { bundle }),
    isChecked: (declarations) => checks.includes(checkOf(declarations)),
    keep: (declarations, made) => {
      const check = checkOf(declarations);
      if (made === bundle && checks.includes(check)) return;
      const { code, sourceMap } = made;
      keeper.keep(withCheck({ bundledAs: bundled, code, sourceMap }, check, checks));
    },
  };
}
