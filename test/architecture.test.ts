import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codeOnly, functionsOf, importsOf, resolveImport, type SourceFile } from './architecture/read-source.ts';
import * as rules from './architecture/rules.ts';

function read(...patterns: string[]): readonly SourceFile[] {
  const cwd = new URL('..', import.meta.url);
  return globSync(patterns, { cwd: cwd.pathname })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !path.includes('node_modules/'))
    .sort()
    .map((path) => ({ path, text: readFileSync(new URL(path, cwd), 'utf8') }));
}

const sources = read('src/**/*.ts', 'sandbox-runtime/**/*.ts');
const tests = read('test/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts');

describe('the house', () => {
  it('is read whole', () => {
    expect(sources.length).toBeGreaterThan(150);
    expect(sources.flatMap(({ text }) => functionsOf(text)).length).toBeGreaterThan(700);
    expect(sources.flatMap(({ text }) => importsOf(text)).length).toBeGreaterThan(500);
  });

  it.each<[string, rules.Rule]>([
    ['gives every file a floor', rules.everyFileHasAPlace],
    ['imports only downwards, and never across a floor', rules.importsOnlyGoDown],
    ['reaches through the wall by the protocol and the framing alone', rules.theWallHasTwoDoors],
    ['has no import cycles', rules.noImportCycles],
    ['has no module state, default exports, enums, any', rules.noForbiddenForms],
    ['has no collection at the level of a module that could be changed', rules.moduleCollectionsAreReadonly],
    ['has one barrel', rules.onlyIndexIsABarrel],
    ['names files for what is in them', rules.namesSayWhatIsInside],
    ['heads every file with what it is', rules.everyFileHasAHeader],
    ['has files of at most 300 lines', rules.filesAreShort],
    ['has mostly much shorter ones', rules.mostFilesAreShorter],
    ['has functions of at most 40 lines', rules.functionsFitAScreen],
    ['has folders of at most 8 files', rules.foldersAreNotCrowded],
  ])('%s', (_title, rule) => {
    expect(rule(sources)).toEqual([]);
  });

  it('holds tests, benches and scripts to the length of a file, too', () => {
    expect(rules.filesAreShort(tests)).toEqual([]);
  });
});

const file = (path: string, text: string): SourceFile => ({ path, text });

describe('the rules', () => {
  it.each<[string, rules.Rule, readonly SourceFile[]]>([
    ['a file on no floor', rules.everyFileHasAPlace, [file('src/new.ts', '')]],
    ['an import upwards', rules.importsOnlyGoDown, [file('src/base/a.ts', "import { x } from '../run/x.ts';")]],
    ['an import across', rules.importsOnlyGoDown, [file('src/run/a.ts', "import type { x } from '../pool/x.ts';")]],
    ['a dynamic import upwards', rules.importsOnlyGoDown, [file('src/run/a.ts', "await import('../server/x.ts')")]],
    ['a third door', rules.theWallHasTwoDoors, [file('src/run/a.ts', "import '../../sandbox-runtime/isolate.ts';")]],
    ['a way out', rules.theWallHasTwoDoors, [file('sandbox-runtime/a.ts', "export { x } from '../src/base/x.ts';")]],
    [
      'a cycle of types',
      rules.noImportCycles,
      [
        file('src/run/a.ts', "import type { B } from './b.ts';"),
        file('src/run/b.ts', "import type {\n  A,\n} from './a.ts';"),
      ],
    ],
    ['module state', rules.noForbiddenForms, [file('src/run/a.ts', 'let count = 0;')]],
    ['a default export', rules.noForbiddenForms, [file('src/run/a.ts', 'export default 1;')]],
    ['an enum', rules.noForbiddenForms, [file('src/run/a.ts', 'export const enum A { B }')]],
    ['any', rules.noForbiddenForms, [file('src/run/a.ts', 'const a = b as any;')]],
    ['more module state', rules.noForbiddenForms, [file('src/run/a.ts', 'export var count = 0;')]],
    ['a shared map', rules.moduleCollectionsAreReadonly, [file('src/run/a.ts', 'const a = new Map<string, B>();')]],
    ['a list that grows', rules.moduleCollectionsAreReadonly, [file('src/run/a.ts', 'const a: B[] = [];\na.push(1);')]],
    ['a shared record', rules.moduleCollectionsAreReadonly, [file('src/run/a.ts', 'const a = {};\n  a[key] = 1;')]],
    ['a shared field', rules.moduleCollectionsAreReadonly, [file('src/run/a.ts', 'const a = { b: 0 };\n  a.b += 1;')]],
    ['a barrel of names', rules.onlyIndexIsABarrel, [file('src/run/a.ts', "export { b } from './b.ts';")]],
    ['a barrel', rules.onlyIndexIsABarrel, [file('src/run/a.ts', "export * from './b.ts';")]],
    ['an empty name', rules.namesSayWhatIsInside, [file('src/run/utils.ts', '')]],
    ['no header', rules.everyFileHasAHeader, [file('src/run/a.ts', 'const a = 1;')]],
    ['a long file', rules.filesAreShort, [file('src/run/a.ts', 'x;\n'.repeat(301))]],
    ['long files', rules.mostFilesAreShorter, [file('src/run/a.ts', 'x;\n'.repeat(221))]],
    ['a long function', rules.functionsFitAScreen, [file('a.ts', `function a(b: C): D {\n${'x;\n'.repeat(40)}}`)]],
    ['a crowd', rules.foldersAreNotCrowded, Array.from({ length: 9 }, (_, at) => file(`src/run/${at}.ts`, ''))],
  ])('see %s', (_what, rule, files) => {
    expect(rule(files)).not.toEqual([]);
  });

  it('see nothing in what is right', () => {
    const right = [
      file(
        'src/run/a.ts',
        "/** Says `export default` and `: any`. */\nimport { b } from '../base/b.ts';\nconst c = 'let d';\nconst e: ReadonlySet<F> = new Set();\nconst g = [1];\nif (g[0] === 1) g.map(b);\nexport { h } from './h.ts';",
      ),
      file('src/base/b.ts', '/** B. */\nexport function b(): void {\n  let any = 1;\n  if (any) {\n  }\n}'),
    ];
    for (const rule of Object.values(rules))
      if (rule !== rules.placeOf) expect((rule as rules.Rule)(right)).toEqual([]);
  });
});

describe('the scanner', () => {
  it('finds imports of every form and none in comments', () => {
    const text = `import a from 'a';\nimport {\n  b,\n} from "b";\nimport 'c';\nexport { d } from 'd';\nexport type { e } from 'e';
const f = await import('f');\n// import g from 'g';\n/* import h from 'h'; */\n`;
    expect([...importsOf(text)].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('resolves relative specifiers', () => {
    expect(resolveImport('src/run/a.ts', '../base/b.ts')).toBe('src/base/b.ts');
    expect(resolveImport('src/run/a.ts', './b.ts')).toBe('src/run/b.ts');
  });

  it('measures functions, methods and arrows, and takes no block for one', () => {
    const text =
      'class A {\n  async b(c: () => void): Promise<D> {\n    if (c()) {\n    }\n  }\n}\nconst e = () => {\n};\n';
    expect(functionsOf(text)).toEqual([
      { line: 2, lines: 4 },
      { line: 7, lines: 2 },
    ]);
  });

  it('blanks out strings, templates, comments and regular expressions without moving a line', () => {
    const text = "const a = '{'; // {\nconst b = `{\n}`;\nconst c = /[{/]\\/}/g; /* {\n*/ d / e / f;";
    const code = codeOnly(text);
    expect(code).not.toMatch(/[{}]/);
    expect(code.split('\n')).toHaveLength(text.split('\n').length);
    expect(code).toContain('d / e / f');
  });
});
