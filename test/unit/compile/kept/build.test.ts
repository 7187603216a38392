import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Build, readBuild, renderBuild, withCheck } from '../../../../src/compile/kept/build.ts';
import { buildEdition } from '../../../../src/compile/kept/edition.ts';

const SOURCE_MAP = JSON.stringify({ version: 3, sources: ['program.ts'], names: [], mappings: ';AAAA' });
const BUILD: Build = { checkedAs: ['c1'], bundledAs: 'b1', code: '(async()=>1)', sourceMap: SOURCE_MAP };

function render(build: object): string {
  return JSON.stringify({ ...BUILD, ...build });
}

describe('a build that is kept', () => {
  it('comes back as it was, whatever its code holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string(), { maxLength: 8 }), (code, checkedAs) => {
        const build = { ...BUILD, code: `${code}\u0000\ud800`, checkedAs };
        const text = renderBuild(build) ?? '';
        // What a database takes.
        expect(text.isWellFormed() && !text.includes('\0')).toBe(true);
        expect(readBuild(text)).toEqual({ kind: 'build', build });
      }),
    );
  });

  it('is none where it would take too much room', () => {
    const huge = 'x'.repeat(16 * 1024 * 1024);
    expect(renderBuild({ ...BUILD, code: huge })).toBeUndefined();
    // Escaped, it grows.
    expect(renderBuild({ ...BUILD, code: '\0'.repeat(4 * 1024 * 1024) })).toBeUndefined();
    expect(readBuild(render({ code: huge }))).toMatchObject({ kind: 'broken', reason: 'It is too large.' });
  });

  it.each([
    ['no JSON', 'good()'],
    ['a list', '[]'],
    ['without code', render({ code: undefined })],
    ['with code that is none', render({ code: 1 })],
    ['without a hash', render({ bundledAs: null })],
    ['without checks', render({ checkedAs: 'c1' })],
    ['with checks that are none', render({ checkedAs: [1] })],
    ['with more checks than are kept', render({ checkedAs: Array.from({ length: 9 }, String) })],
    ['with a source map that is no JSON', render({ sourceMap: '{' })],
    ['with a source map of another version', render({ sourceMap: SOURCE_MAP.replace('3', '2') })],
    ['with a source map without names', render({ sourceMap: SOURCE_MAP.replace('names', 'eman') })],
    ['with a source map of maps', render({ sourceMap: SOURCE_MAP.replace('{', '{"sections":[],') })],
    ['with mappings that are none', render({ sourceMap: SOURCE_MAP.replace('";AAAA"', '[[1]]') })],
  ])('is broken %s', (_how, text) => {
    expect(readBuild(text)).toMatchObject({ kind: 'broken', reason: expect.stringMatching(/\.$/) });
  });

  it('remembers the last eight checks, the newest first and each once', () => {
    const { checkedAs: _, ...rest } = BUILD;
    let checks: readonly string[] = [];
    for (let at = 0; at < 10; at += 1) checks = withCheck(rest, `c${at}`, checks).checkedAs;
    expect(checks).toEqual(['c9', 'c8', 'c7', 'c6', 'c5', 'c4', 'c3', 'c2']);
    expect(withCheck(rest, 'c5', checks).checkedAs).toEqual(['c5', 'c9', 'c8', 'c7', 'c6', 'c4', 'c3', 'c2']);
  });

  it('names the compilers that made it', () => {
    expect(buildEdition()).toMatch(/^codeloom \S+, esbuild \d\S+, typescript \d\S+, scope [0-9a-f]{12}, layout \d+$/);
    expect(buildEdition()).toBe(buildEdition());
  });
});
