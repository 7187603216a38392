import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { PackageSet } from '../../../../src/base/packages/package-set.ts';
import { createPackageFiles, packageScope } from '../../../../src/compile/typescript/package-files.ts';
import { createTypechecker } from '../../../../src/compile/typescript/typecheck.ts';
import { makeSet } from '../../../packages/make-set.ts';
import { LIMITS, NEVER, read, SILENT } from '../fixture.ts';

const checker = createTypechecker({ limits: LIMITS, log: SILENT });
afterAll(() => checker.close());

const check = async (packages: PackageSet | undefined, source: string) =>
  (await checker.check(read(source), packageScope(packages), NEVER, packages)).map(({ message }) => message);

const TYPED = { p: { types: 'index.d.ts' }, 'p/index.d.ts': 'export function size(text: string): number;' };
const NOT_A_STRING = "Type 'number' is not assignable to type 'string'.";

describe('a program that imports packages', () => {
  it.each<[string, Parameters<typeof makeSet>[0], string]>([
    ['its own declarations', TYPED, 'p'],
    [
      'those that its exports name',
      {
        p: { exports: { '.': { types: './t.d.mts', default: './x.js' } } },
        'p/t.d.mts': TYPED['p/index.d.ts'],
        'p/x.js': '',
      },
      'p',
    ],
    ['those of @types', { 'p/index.js': '', p: {}, '@types/p/index.d.ts': TYPED['p/index.d.ts'], '@types/p': {} }, 'p'],
    [
      'those of @types for a scoped package',
      { '@s/p': {}, '@types/s__p/index.d.ts': TYPED['p/index.d.ts'], '@types/s__p': {} },
      '@s/p',
    ],
    [
      'those of a package that it takes them from',
      { p: {}, 'p/index.d.ts': 'export { size } from "q";', q: {}, 'q/index.d.ts': TYPED['p/index.d.ts'] },
      'p',
    ],
  ])('is checked against %s', async (_what, files, name) => {
    const packages = await makeSet(files, [name]);
    expect(await check(packages, `import { size } from "${name}"; return size("x").toFixed(1);`)).toEqual([]);
    const wrong = `import { size } from "${name}"; const text: string = size("x"); return text;`;
    expect(await check(packages, wrong)).toEqual([NOT_A_STRING]);
  });

  it("is told of a property that a package does not have by the package's name", async () => {
    const packages = await makeSet(TYPED, ['p']);
    expect(await check(packages, 'import * as p from "p"; return p.sice("x");')).toEqual([
      `Property 'sice' does not exist on type 'typeof import("p")'.`,
    ]);
  });

  it('may do anything with what has no declarations', async () => {
    const packages = await makeSet({ 'p/index.js': '', 'p/sub.js': '' }, ['p']);
    const source = 'import p, { a, type B } from "p"; import * as s from "p/sub"; const b: B = a; return p(s.c.d, b);';
    expect(await check(packages, source)).toEqual([]);
  });

  it('may import a subpath that the declarations leave out', async () => {
    const packages = await makeSet({ ...TYPED, 'p/sub.js': '' }, ['p']);
    expect(await check(packages, 'import sub from "p/sub"; return sub.a.b;')).toEqual([]);
  });

  it('may leave alone what it declares', async () => {
    expect(await check(await makeSet(TYPED, ['p']), 'return 1;')).toEqual([]);
  });

  it('may not import what it does not declare', async () => {
    const packages = await makeSet({ ...TYPED, ...{ q: {}, 'q/index.js': '' } }, ['p']);
    expect(await check(packages, 'import q from "q"; return q;')).toEqual(['The module "q" cannot be imported.']);
    expect(await check(undefined, 'import p from "p"; return p;')).toEqual(['The module "p" cannot be imported.']);
  });

  it('is checked against its own packages, whichever others were there before', async () => {
    const source = 'import { size } from "p"; const text: string = size("x"); return text;';
    const one = await makeSet(TYPED, ['p']);
    const other = await makeSet({ p: {}, 'p/index.d.ts': 'export function size(text: string): string;' }, ['p']);
    expect(await check(one, source)).toEqual([NOT_A_STRING]);
    expect(await check(other, source)).toEqual([]);
    expect(await check(undefined, source)).toEqual(['The module "p" cannot be imported.']);
    expect(await check(one, `${source} // again`)).toEqual([NOT_A_STRING]);
  });

  it('gets no library that the sandbox lacks by a reference in a package', async () => {
    const packages = await makeSet(
      { p: {}, 'p/index.d.ts': '/// <reference lib="dom" />\n/// <reference types="node" />\nexport const a: 1;' },
      ['p'],
    );
    expect(await check(packages, 'import { a } from "p"; return [a, document];')).toEqual([
      "Cannot find name 'document'.",
    ]);
  });
});

describe('the files of packages', () => {
  it('are declarations and descriptions alone, as they were installed', async () => {
    const packages = await makeSet({ ...TYPED, 'p/index.js': 'code', 'p/late.d.ts': 'export {}' }, ['p']);
    const files = createPackageFiles('/codeloom');
    expect(files.hasFile('/codeloom/node_modules/p/index.d.ts')).toBe(false);
    expect(files.mount(packages)).toBe(true);
    expect(files.mount(packages)).toBe(false);
    expect(files.read('/codeloom/node_modules/p/index.d.ts')).toBe(TYPED['p/index.d.ts']);
    expect(files.hasFolder('/codeloom/node_modules/p')).toBe(true);
    for (const path of ['p/index.js', 'p/absent.d.ts', '../package.json', '../../../etc/hostname', 'p/../p/index.d.ts'])
      expect(files.read(`/codeloom/node_modules/${path}`)).toBeUndefined();
    expect(files.hasFile('/node_modules/p/index.d.ts')).toBe(false);
    await writeFile(join(packages.folder, 'node_modules/p/late.d.ts'), 'export const changed: 1');
    expect(files.read('/codeloom/node_modules/p/late.d.ts')).toBeUndefined();
    expect(files.mount(undefined)).toBe(true);
    expect(files.hasFile('/codeloom/node_modules/p/index.d.ts')).toBe(false);
  });
});
