import { describe, expect, it } from 'vitest';
import { resolveLimits } from '../../../../src/base/limits.ts';
import type { PackageSet } from '../../../../src/base/packages/package-set.ts';
import type { Bundle } from '../../../../src/compile/bundle.ts';
import type { Build } from '../../../../src/compile/kept/build.ts';
import { fittingBuild } from '../../../../src/compile/kept/kept-build.ts';
import { type Program, readProgram } from '../../../../src/compile/program-form.ts';

const LIMITS = resolveLimits({});
const PLACE = { hasNode: false, packages: undefined, limits: LIMITS };
const DECLARATIONS = 'declare const mcp: {};';
const PACKAGES: PackageSet = { hash: 'p1', folder: '/p', names: [], files: new Map(), native: new Set() };

function read(source: string): Program {
  const program = readProgram(source, LIMITS);
  if (!('text' in program)) throw new Error('no program');
  return program;
}

const PROGRAM = read('return 1');

function bundleOf(program: Program): Bundle {
  return { code: `code of ${program.source}`, sourceMap: '{}', program, hash: 'fresh' };
}

/** What is kept after the program was checked and bundled once. */
function kept(program = PROGRAM, place: Parameters<typeof fittingBuild>[2] = PLACE): Build {
  let build: Build | undefined;
  const keep = (made: Build) => {
    build = made;
  };
  fittingBuild({ keep }, program, place).keep(DECLARATIONS, bundleOf(program));
  if (build === undefined) throw new Error('nothing was kept');
  return build;
}

function fitting(known: Build | undefined, program = PROGRAM, place: Parameters<typeof fittingBuild>[2] = PLACE) {
  const kept: Build[] = [];
  return { kept, ...fittingBuild({ known, keep: (build) => kept.push(build) }, program, place) };
}

describe('what was kept of a program', () => {
  it('serves it again, and need not be kept again', () => {
    const fit = fitting(kept());
    expect(fit.bundle).toMatchObject({ code: 'code of return 1', program: PROGRAM });
    expect(fit.isChecked(DECLARATIONS)).toBe(true);
    if (fit.bundle !== undefined) fit.keep(DECLARATIONS, fit.bundle);
    expect(fit.kept).toEqual([]);
  });

  it('does not serve another program, another kind of engine or other packages', () => {
    expect(fitting(kept(), read('return 2')).bundle).toBeUndefined();
    expect(fitting(kept(), read('return 2')).isChecked(DECLARATIONS)).toBe(false);
    expect(fitting(kept(), PROGRAM, { ...PLACE, hasNode: true }).bundle).toBeUndefined();
    const packed = { ...PLACE, packages: PACKAGES };
    expect(fitting(kept(), PROGRAM, packed).bundle).toBeUndefined();
    const other = { ...PLACE, packages: { ...PACKAGES, hash: 'p2' } };
    expect(fitting(kept(PROGRAM, packed), PROGRAM, packed).bundle).toBeDefined();
    expect(fitting(kept(PROGRAM, packed), PROGRAM, other).bundle).toBeUndefined();
  });

  it('is checked again where its declarations have changed, and then is kept with both checks', () => {
    const fit = fitting(kept());
    const changed = `${DECLARATIONS}\ndeclare const args: { n: number };`;
    expect(fit.isChecked(changed)).toBe(false);
    if (fit.bundle !== undefined) fit.keep(changed, fit.bundle);
    const again = fitting(fit.kept[0]);
    expect([again.isChecked(changed), again.isChecked(DECLARATIONS)]).toEqual([true, true]);
    expect(again.bundle).toBeDefined();
  });

  it('is not used where it is larger than a bundle may be', () => {
    const small = { ...PLACE, limits: { ...LIMITS, bundleBytes: 8 } };
    expect(fitting(kept(), PROGRAM, small).bundle).toBeUndefined();
    expect(fitting(undefined).bundle).toBeUndefined();
  });

  it('is nothing where nobody keeps it', () => {
    const none = fittingBuild(undefined, PROGRAM, PLACE);
    none.keep(DECLARATIONS, bundleOf(PROGRAM));
    expect([none.bundle, none.isChecked(DECLARATIONS)]).toEqual([undefined, false]);
  });
});
