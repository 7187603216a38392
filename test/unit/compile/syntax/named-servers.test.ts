// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are programs
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namedServers } from '../../../../src/compile/syntax/named-servers.ts';

const IDENTIFIERS = new Map([
  ['fs', 'fs'],
  ['github', 'github'],
  ['my-server', 'my_server'],
  ['a "b"\n', 'a_b'],
  ['class', 'class_'],
]);
const read = (source: string) => namedServers(source, IDENTIFIERS);
const named = (...names: readonly string[]) => ({ kind: 'named', names: names.toSorted(), unknown: [] });

describe('namedServers', () => {
  it.each([
    ['return mcp.fs.read({})', ['fs']],
    ['return mcp?.fs?.read({})', ['fs']],
    ['mcp["my-server"].get()', ['my-server']],
    ["mcp['my-server'].get()", ['my-server']],
    ['mcp[`my-server`].get()', ['my-server']],
    ['mcp?.["my-server"].get()', ['my-server']],
    ['mcp.my_server.get()', ['my-server']],
    ['mcp[ "a \\"b\\"\\n" ].get()', ['a "b"\n']],
    ['mcp.class_.x(); mcp["class"].y()', ['class']],
    ['mcp!.fs.x(); mcp!["github"].y()', ['fs', 'github']],
    ['mcp\n  // where it is\n  .fs\n  .read()', ['fs']],
    ['await Promise.all([mcp.github.a(), mcp.fs.b(), mcp.github.c()])', ['fs', 'github']],
    ['return `${mcp.fs.read} and ${`${mcp.github.x}`}`', ['fs', 'github']],
    ['\\u006dcp.\\u0066s.read()', ['fs']],
    ['globalThis.mcp.fs.read()', ['fs']],
    ['type Files = typeof mcp.fs; let f: (typeof mcp)["github"]', undefined],
    ['type Files = typeof mcp["fs"]', ['fs']],
    ["#!/usr/bin/env it's\nmcp.fs.read()", ['fs']],
  ])('reads what is accessed: %s', (source, names) => {
    expect(read(source)).toEqual(names === undefined ? { kind: 'any' } : named(...names));
  });

  it.each([
    ['const { fs } = mcp; return fs.read()', ['fs']],
    ['const { fs, github: hub, "my-server": mine } = mcp\nreturn hub', ['fs', 'github', 'my-server']],
    ['let { fs: { read, stat = [1, 2] }, github = { a: 1, b: 2 } } = mcp;', ['fs', 'github']],
    ['const a = 1, { fs } = mcp, b = 2', ['fs']],
    ['({ fs } = mcp)', ['fs']],
    ['export default async ({ fs } = mcp) => fs', ['fs']],
    ['const { read } = mcp.fs', ['fs']],
    ['const { fs, github = mcp.github, } = mcp', ['fs', 'github']],
    ['const {} = mcp', []],
  ])('reads what is taken apart: %s', (source, names) => {
    expect(read(source)).toEqual(named(...names));
  });

  it.each([
    'return 1',
    '// mcp.fs.read()\n/* mcp[x] */ return 1',
    'return "mcp.fs" + \'mcp[x]\' + `mcp.github`',
    'return /mcp.fs/.test("x")',
    'return args.mcp.fs',
    'return args?.mcp[0]',
    'return { mcp: 1 }',
    'return { a: 1, mcp: 2 }',
    'const mcpx = 1, xmcp = 2; return mcpx.fs + xmcp.github + $mcp.fs',
  ])('counts nothing that is not `mcp` itself: %s', (source) => {
    expect(read(source)).toEqual(named());
  });

  it.each([
    'mcp[name]',
    'mcp["my-" + kind]',
    'mcp[`${name}`]',
    'mcp[0]',
    'Object.keys(mcp)',
    'const m = mcp; return m.fs',
    'use(mcp)',
    'return { mcp }',
    'return [...mcp]',
    'const { fs, ...rest } = mcp',
    'const { [name]: one } = mcp',
    'const { fs }: any = mcp',
    'const { fs }: { fs: X } = mcp',
    'const { fs } = mcp as any',
    'const { fs } = mcp ?? {}',
    'const [fs] = mcp',
    '(mcp as any).fs',
    'for (const name in mcp) {}',
    'return ok ? mcp : other',
    '"fs" in mcp',
    'globalThis["mcp"]',
    'const g = globalThis',
    'mcp.fs.read(); return mcp',
    'return mcp',
    'mcp',
    'mcp.',
    'mcp["fs',
    '} = mcp',
  ])('says that it may be any: %s', (source) => {
    expect(read(source)).toEqual({ kind: 'any' });
  });

  it('tells apart what nobody configured, as the program spells it', () => {
    expect(read('mcp.gitub.x(); mcp.fs.y(); mcp["no such"].z(); mcp.gitub.x(); const { toString: t } = mcp')).toEqual({
      kind: 'named',
      names: ['fs'],
      unknown: ['gitub', 'no such', 'toString'],
    });
  });

  it('takes names for names, whatever objects have of their own', () => {
    const names = ['__proto__', 'constructor'];
    const identifiers = new Map(names.map((name) => [name, `${name}_`]));
    expect(namedServers('mcp.__proto__; mcp.constructor.x()', identifiers)).toEqual(named(...names));
    expect(namedServers('mcp.__proto__', new Map())).toMatchObject({ names: [], unknown: ['__proto__'] });
  });

  it('finds every name however it is quoted', () => {
    const name = fc.string({ unit: 'binary', maxLength: 12 });
    fc.assert(
      fc.property(name, (text) => {
        const identifiers = new Map([[text, 'x']]);
        const source = `mcp[${JSON.stringify(text)}].a()`;
        expect(namedServers(source, identifiers)).toEqual(named(text));
      }),
    );
  });

  it('survives any text, and one that is all brackets in no time worth measuring', () => {
    const piece = fc.constantFrom(
      'mcp',
      '.',
      '?.',
      '[',
      ']',
      '{',
      '}',
      '(',
      '=',
      ',',
      '"x"',
      '`',
      '${',
      'const',
      '\n',
      '...',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        expect(['named', 'any']).toContain(read(pieces.join(' ')).kind);
      }),
    );
    for (const text of ['{', '}', '} = mcp;', '{ a = ', 'mcp["x"];', '({ mcp: 1 });']) {
      expect(read(text.repeat(Math.floor(250_000 / text.length))).kind).toMatch(/named|any/);
    }
  });
});
