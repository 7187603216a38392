import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { describeAttacked, shown } from '../fixtures/attacked.ts';

const CANARY = `canary-${process.pid}-${Date.now()}`;
const folder = mkdtempSync(join(tmpdir(), 'codeloom-imports-'));
const [text, json, map] = ['held.txt', 'held.json', 'held.map'].map((name) => join(folder, name));
writeFileSync(text ?? '', CANARY);
writeFileSync(json ?? '', JSON.stringify({ held: CANARY }));
writeFileSync(map ?? '', JSON.stringify({ version: 3, sources: [CANARY], sourcesContent: [CANARY], mappings: 'AAAA' }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const up = '../'.repeat(20) + (text ?? '').slice(1);

describeAttacked('what a program may read while it is compiled', {}, ({ run }) => {
  it.each<[number, what: string, code: string]>([
    [116, 'a module of Node by its scheme', 'import fs from "node:fs"; return fs.readFileSync("/etc/passwd", "utf8")'],
    [
      116,
      'a module of Node by its bare name',
      'import { execSync } from "child_process"; return String(execSync("id"))',
    ],
    [116, 'a module of Node that it never uses', 'import "fs"; return 1'],
    [116, 'a module of Node when it runs', 'return (await import("node:fs")).readFileSync("/etc/passwd", "utf8")'],
    [
      116,
      'a module of Node by a name that is made',
      'const name = "node:" + "fs"; return (await import(name)).readFileSync("/etc/passwd", "utf8")',
    ],
    [116, 'a module of Node by an export', 'export * from "fs"; export { readFileSync as default } from "fs"'],
    [
      116,
      'a module of Node as a type and a value',
      'import fs = require("fs"); export default () => fs.readdirSync("/")',
    ],
    [117, 'a file as text', `import s from ${JSON.stringify(text)} with { type: "text" }; return s`],
    [118, 'a file as text, from below', `import s from ${JSON.stringify(up)} with { type: "text" }; return s`],
    [118, 'a file as bytes', `import s from ${JSON.stringify(text)} with { type: "bytes" }; return s`],
    [118, 'a file as a file', `import s from ${JSON.stringify(up)} with { type: "file" }; return s`],
    [118, 'a file as JSON', `import s from ${JSON.stringify(json)} with { type: "json" }; return s`],
    [118, 'a file as base64', `import s from ${JSON.stringify(text)} with { type: "base64" }; return s`],
    [119, 'a file of JSON without being asked', `import s from ${JSON.stringify(json)}; return s`],
    [121, 'a file by require', `return require(${JSON.stringify(json)})`],
    [
      121,
      'a file by require where nothing else helps',
      `try { return require(${JSON.stringify(json)}) } catch (e) { throw e }`,
    ],
    [
      121,
      'files by a pattern',
      `return Object.values((import.meta as any).glob(${JSON.stringify(`${folder}/*`)}, { eager: true }))`,
    ],
    [
      121,
      'a file by a URL beside it',
      `return (await import(new URL(${JSON.stringify(json)}, import.meta.url).href)).default`,
    ],
    [121, 'where it lies', 'return (import.meta as any).url.length + (import.meta as any).dirname.length'],
    [122, 'a module of the web', 'import x from "https://127.0.0.1:1/x.js"; return x'],
    [122, 'a module of the web when it runs', 'return (await import("https://127.0.0.1:1/x.js")).default'],
    [123, 'a module in its own name', 'import x from "data:text/javascript,export default 1"; return x'],
    [123, 'a module in a blob', 'return (await import("blob:nodedata:1")).default'],
    [125, 'itself', 'import self from "./program.ts"; return self'],
    [125, 'the compiler’s own files', 'import options from "/codeloom/tsconfig.json"; return options'],
  ])('%i is refused: %s', async (_number, _what, code) => {
    for (const typecheck of [true, false]) {
      const outcome = await run(code, { typecheck });
      expect(['bundle-error', 'type-error', 'program-threw']).toContain(outcome.kind);
      const { wire } = shown(outcome);
      expect(wire).not.toContain(CANARY);
      expect(wire).not.toMatch(/root:x:|node_modules|\n\s+at .*file:/);
    }
  });

  it.each<[number, what: string, code: string]>([
    [125, 'a reference to a path', `/// <reference path=${JSON.stringify(text)} />\nreturn 1`],
    [125, 'a reference to types', '/// <reference types="node" />\nreturn 1'],
    [125, 'a reference to a library', '/// <reference lib="dom" />\nreturn 1'],
    [125, 'a place to take JSX from', `/** @jsxImportSource ${folder} */\nreturn 1`],
    [125, 'a word that switches its check off', '// @ts-nocheck\nreturn 1'],
    [126, 'a source map of the host', `return 1\n//# sourceMappingURL=${map}`],
    [126, 'a source map by URL', `return 1\n//# sourceMappingURL=file://${map}\n//# sourceURL=${text}`],
  ])('%i is ignored: %s', async (_number, _what, code) => {
    const outcome = await run(code, { typecheck: true });
    expect(outcome).toMatchObject({ kind: 'completed', result: 1 });
    // What it names is not there either: the same text with an error in it is found wrong, and shows nothing.
    const wrong = await run(
      code.replace('return 1', 'document.title; const n: number = process.pid; throw new Error("x")'),
      { typecheck: true },
    );
    expect(wrong.kind).toBe('type-error');
    expect(wrong.diagnostics?.length).toBe(2);
    expect(shown(wrong).wire).not.toContain(CANARY);
  });

  it('125 a package that only types need is not looked for: the check refuses it, and without a check nothing is left of it', async () => {
    const code = 'import type { X } from "typescript"; const x: X = 1 as any; return x';
    expect((await run(code, { typecheck: true })).kind).toBe('type-error');
    expect(await run(code)).toMatchObject({ kind: 'completed', result: 1 });
  });

  it('125 whether a file of the host exists cannot be told from what the compiler says', async () => {
    const answers = await Promise.all(
      ['/etc/passwd', '/etc/no-such-file'].map((path) =>
        run(`type T = typeof import(${JSON.stringify(path)}); const t: T = 1 as any; return t`, { typecheck: true }),
      ),
    );
    const [there, missing] = answers.map(({ kind, diagnostics }) =>
      JSON.stringify([kind, diagnostics]).replaceAll(/\/etc\/[\w-]+/g, 'PATH'),
    );
    expect(there).toContain('type-error');
    // Positions differ by the length of the name.
    expect(there?.replaceAll(/"column":\d+/g, '')).toBe(missing?.replaceAll(/"column":\d+/g, ''));
  });

  it('126 the frame of an error names no source but the program, whatever maps it claims to have', async () => {
    const outcome = await run(`throw new Error("x")\n//# sourceMappingURL=${map}`);
    expect(outcome).toMatchObject({ kind: 'program-threw', error: { line: 1 } });
    expect(shown(outcome).wire).not.toContain(CANARY);
    expect(outcome.error?.stack).not.toMatch(/held|file:/);
  });
});
