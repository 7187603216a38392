import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { PackageSet } from '../../../src/base/packages/package-set.ts';
import { type Bundler, createBundler } from '../../../src/compile/bundle.ts';
import { makeSet, type SetFiles } from '../../packages/make-set.ts';
import { LIMITS, NEVER, read, SILENT } from './fixture.ts';
import { runScript, runToError } from './run-script.ts';

function openBundler(): Bundler {
  const bundler = createBundler({ limits: LIMITS, log: SILENT });
  onTestFinished(() => bundler.close());
  return bundler;
}

interface Sandbox {
  readonly hasNode?: boolean;
  readonly native?: readonly string[];
  readonly globals?: object;
}

/** What the program returns, or the sentences on what is wrong with it. */
async function come(files: SetFiles, names: readonly string[], source: string, sandbox: Sandbox = {}) {
  const set = await makeSet(files, names, sandbox.native);
  return bundled(set, source, sandbox);
}

async function bundled(packages: PackageSet, source: string, { hasNode = false, globals }: Sandbox = {}) {
  const made = await openBundler().bundle(read(source), NEVER, { packages, hasNode });
  return 'code' in made ? runScript(made, globals) : made.map(({ message }) => message);
}

/** What only a container has, as far as these tests use it. */
const NODE = { hasNode: true, globals: { process: { getBuiltinModule: createRequire(import.meta.url) } } };

describe('a program with packages', () => {
  it('imports what it declares, and that imports what it depends on', async () => {
    const files = { 'top/index.js': 'module.exports = require("low") + 1;', 'low/index.js': 'module.exports = 41;' };
    expect(await come(files, ['top'], 'import top from "top"; return top;')).toBe(42);
  });

  it('cannot import what was installed and not declared', async () => {
    const files = { 'top/index.js': '', 'low/index.js': '' };
    expect(await come(files, ['top'], 'import low from "low"; return low;')).toEqual([
      'The module "low" cannot be imported.',
    ]);
  });

  it('is told which modules a package has where it imports another', async () => {
    const files = { p: { exports: { '.': './i.js', './lower': './i.js' } }, 'p/i.js': '' };
    const packages = await makeSet(files, ['p']);
    const made = await openBundler().bundle(read('import p from "p/lowr"; return p;'), NEVER, { packages });
    expect(made).toMatchObject([
      {
        code: 'import',
        message: 'The package "p" has no module "p/lowr".',
        hint: 'It has "p", "p/lower". Did you mean "p/lower"?',
      },
    ]);
  });

  it.each<[string, SetFiles, string, unknown]>([
    [
      'the entry for places without Node',
      { p: { exports: { '.': { node: './node.js', browser: './web.js' } } }, 'p/web.js': 'export default "web"' },
      'import p from "p"; return p;',
      'web',
    ],
    ['the field main', { p: { main: 'lib/a.js' }, 'p/lib/a.js': 'exports.a = 1' }, 'import p from "p"; return p.a;', 1],
    [
      'the field module',
      { p: { module: 'm.js' }, 'p/m.js': 'export const a = 2' },
      'import {a} from "p"; return a;',
      2,
    ],
    [
      'an exported subpath',
      { p: { exports: { './sub/*': './lib/*.js' } }, 'p/lib/x.js': 'export default 3' },
      'import x from "p/sub/x"; return x;',
      3,
    ],
    ['a scoped package', { '@s/p/index.js': 'exports.a = 4' }, 'import p from "@s/p"; return p.a;', 4],
    ['JSON', { 'p/data.json': '{"a":5}' }, 'import d from "p/data.json" with { type: "json" }; return d.a;', 5],
    ['a dynamic import', { 'p/index.js': 'export const a = 6' }, 'return (await import("p")).a;', 6],
    ['a call of require', { 'p/index.js': 'exports.a = 7' }, 'const p = require("p"); return p.a;', 7],
    [
      'an internal import',
      { p: { imports: { '#x': './x.js' } }, 'p/index.js': 'export * from "#x"', 'p/x.js': 'export const a = 8' },
      'import { a } from "p"; return a;',
      8,
    ],
    [
      'a package that wants Node only if it is there',
      { 'p/index.js': 'let f = 9; try { f = require("fs"); } catch {} exports.f = f' },
      'import p from "p"; return p.f;',
      9,
    ],
    [
      'a module that it does without',
      { p: { browser: { fs: false } }, 'p/index.js': 'exports.a = Object.keys(require("fs")).length' },
      'import p from "p"; return p.a;',
      0,
    ],
    [
      'a package of the name of a module of Node',
      { 'events/index.js': 'exports.a = 10' },
      'import e from "events"; return e.a;',
      10,
    ],
    [
      'the environment that packages ask for',
      { 'p/index.js': 'exports.a = process.env.NODE_ENV' },
      'import p from "p"; return p.a;',
      'production',
    ],
  ])('gets %s', async (_what, files, source, expected) => {
    const name = Object.keys(files)[0]?.startsWith('@') === true ? '@s/p' : Object.keys(files)[0]?.split('/')[0];
    expect(await come(files, [name ?? ''], source)).toEqual(expected);
  });

  it('imports CommonJS from modules as Node does', async () => {
    const files = {
      esm: { type: 'module', main: 'index.js' },
      'esm/index.js': 'import cjs from "cjs"; export default typeof cjs;',
      'cjs/index.js': 'exports.__esModule = true; exports.default = 1;',
    };
    expect(await come(files, ['esm'], 'import t from "esm"; return t;')).toBe('object');
  });

  it('leaves out what has no side effects and is not used', async () => {
    const files = {
      p: { sideEffects: false, module: 'index.js' },
      'p/index.js': 'export { a } from "./a.js"; export { b } from "./b.js";',
      'p/a.js': 'export const a = "kept";',
      'p/b.js': 'export const b = "left-out"; globalThis.effect = 1;',
    };
    const packages = await makeSet(files, ['p']);
    const made = await openBundler().bundle(read('import { a } from "p"; return a;'), NEVER, { packages });
    expect('code' in made && made.code).toContain('kept');
    expect('code' in made && made.code).not.toContain('left-out');
  });

  it('has its own line for an error that a package throws', async () => {
    const packages = await makeSet({ 'p/index.js': '\n\n\nexports.f = () => { throw new TypeError("inside"); };' }, [
      'p',
    ]);
    const made = await openBundler().bundle(read('import p from "p";\n\nreturn p.f();'), NEVER, { packages });
    if (!('code' in made)) throw new Error('no bundle');
    expect(await runToError(made)).toMatchObject({ name: 'TypeError', message: 'inside', line: 3, column: 10 });
    expect((await runToError(made)).stack).not.toContain('node_modules');
  });

  it('is bundled anew where its packages are others', async () => {
    const bundler = openBundler();
    const program = read('import p from "p"; return p;');
    for (const value of [1, 2]) {
      const packages = await makeSet({ 'p/index.js': `module.exports = ${value}` }, ['p']);
      const made = await bundler.bundle(program, NEVER, { packages });
      expect('code' in made && (await runScript(made))).toBe(value);
    }
    expect(await bundler.bundle(program, NEVER)).toMatchObject([{ message: 'The module "p" cannot be imported.' }]);
  });
});

describe('a package that needs Node', () => {
  const files = { 'p/index.js': 'exports.join = require("node:path").join;', 'q/index.js': 'exports.a = require("p")' };

  it('is named, with what it needs', async () => {
    expect(await come(files, ['q'], 'import q from "q"; return q;')).toEqual([
      'The package "p" needs "node:path", a module of Node, which only the docker engine has.',
    ]);
  });

  it('is found before an engine is chosen, and only where the program imports it', async () => {
    const packages = await makeSet(files, ['p', 'q']);
    const bundler = openBundler();
    const needing = (source: string) => bundler.needingNode(read(source), packages, NEVER);
    expect(await needing('import q from "q"; return q;')).toEqual(['p']);
    expect(await needing('return 1;')).toEqual([]);
    expect(await needing('this is no program')).toEqual([]);
  });

  it('has it where there is Node', async () => {
    expect(await come(files, ['p'], 'import p from "p"; return p.join("a", "b");', NODE)).toBe('a/b');
  });

  it('gives its entry for Node there', async () => {
    const both = {
      p: { exports: { '.': { node: './node.js', browser: './web.js' } } },
      'p/node.js': 'import { sep } from "path"; export default sep',
    };
    expect(await come(both, ['p'], 'import p from "p"; return p;', NODE)).toBe('/');
  });
});

describe('what packages may not do', () => {
  it('is being native', async () => {
    const files = { 'p/index.js': 'require("./build/x.node")', 'p/build/x.node': 'ELF' };
    for (const sandbox of [{}, NODE]) {
      expect(await come(files, ['p'], 'import "p"; return 1;', { ...sandbox, native: ['p'] })).toEqual([
        'The package "p" has native code, which no engine can load into a program.',
      ]);
    }
  });

  it.each<[string, SetFiles, RegExp]>([
    ['a file of this host', { 'p/index.js': 'require("/etc/hostname")' }, /which is no module of a package/],
    [
      'a file above the set',
      { 'p/index.js': `require("${'../'.repeat(12)}etc/hostname")` },
      /not part of the installed/,
    ],
    ['an entry above the set', { p: { main: `${'../'.repeat(12)}etc/hostname` } }, /has no module "p"|not part of/],
    ['a URL', { 'p/index.js': 'import "https://example.com/x.js"' }, /which is no module of a package/],
    ['a data URL', { 'p/index.js': 'import "data:text/javascript,1"' }, /which is no module of a package/],
    [
      'a file as a file',
      { 'p/index.js': 'import x from "./x.txt" with { type: "file" }', 'p/x.txt': '' },
      /no module of a package/,
    ],
    ['a style sheet', { 'p/index.js': 'import "./x.css"', 'p/x.css': '' }, /a kind of file that cannot be bundled/],
    ['what is not installed', { 'p/index.js': 'import "absent"' }, /It needs "absent", which is not installed with it/],
  ])('is importing %s', async (_what, files, sentence) => {
    expect(await come(files, ['p'], 'import "p"; return 1;')).toEqual([expect.stringMatching(sentence)]);
  });

  it('is leading out of the set by a link', async () => {
    const packages = await makeSet({ 'p/index.js': 'module.exports = require("./secret.js")' }, ['p']);
    await symlink('/etc/hostname', join(packages.folder, 'node_modules/p/secret.js'));
    expect(await bundled(packages, 'import p from "p"; return p;')).toEqual([expect.stringMatching(/not part of/)]);
  });

  it('is changing after they were installed', async () => {
    const packages = await makeSet({ 'p/index.js': 'module.exports = 1' }, ['p']);
    await writeFile(join(packages.folder, 'node_modules/p/index.js'), 'module.exports = 2');
    expect(await bundled(packages, 'import p from "p"; return p;')).toEqual([
      expect.stringMatching(/not as it was installed/),
    ]);
  });

  it('is having files that were put there later', async () => {
    const packages = await makeSet({ 'p/index.js': '' }, ['p', 'late']);
    await mkdir(join(packages.folder, 'node_modules/late'));
    await writeFile(join(packages.folder, 'node_modules/late/index.js'), 'module.exports = 2');
    expect(await bundled(packages, 'import p from "late"; return p;')).toEqual([
      'The package "late" has no module "late" for this engine.',
    ]);
  });

  it('is naming a source map that is read', async () => {
    const map = '{"version":3,"sources":["/etc/hostname"],"names":[],"mappings":"AAAA"}';
    const files = { 'p/index.js': 'exports.a = 1;\n//# sourceMappingURL=m.json', 'p/m.json': map };
    const packages = await makeSet(files, ['p']);
    const made = await openBundler().bundle(read('import p from "p"; return p.a;'), NEVER, { packages });
    expect('code' in made && made.sourceMap).not.toContain('hostname');
  });

  it('is said without a path of this host', async () => {
    const packages = await makeSet({ 'p/index.js': 'export const a = ;', 'q/index.js': 'export const a = 1;' }, [
      'p',
      'q',
    ]);
    const said = JSON.stringify(await bundled(packages, 'import "p"; import { b } from "q"; return b;'));
    expect(said).toContain('The package \\"p\\" cannot be bundled.');
    expect(said).not.toContain(packages.folder);
  });
});
