// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a stranger writes
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type Catalog, EMPTY_CATALOG } from '../../../src/base/tool.ts';
import { renderArgsType, renderDeclarations } from '../../../src/compile/declarations.ts';
import { catalogOf } from './declarations/catalogs.ts';
import { createJudge, errorsOf, program } from './declarations/judge.ts';
import { hostileName, hostileText, schemaDocument } from './json-schema/arbitrary-schema.ts';
import { typeErrors } from './json-schema/type-errors.ts';

const string = { type: 'string' };

const judge = createJudge();
afterAll(() => judge.close());

const FILES = catalogOf({
  'my-files': {
    description: 'Files.',
    tools: {
      'read-file': {
        description: 'Reads a file.',
        inputSchema: { type: 'object', properties: { path: string, head: { type: 'integer' } }, required: ['path'] },
        outputSchema: {
          type: 'object',
          properties: { content: string, size: { type: 'number' } },
          required: ['content'],
        },
      },
      list: { title: 'List', inputSchema: { type: 'object', properties: { folder: string } } },
      ping: {},
      raw: { inputSchema: { type: 'object' } },
    },
  },
});

const GOOD = [
  'const read: { content: string; size?: number } = await mcp.my_files.read_file({ path: "a", head: 1 });',
  'const same: string = (await mcp["my-files"]["read-file"]({ path: "a" })).content;',
  'await mcp.my_files.list(); await mcp.my_files.list({}); await mcp.my_files.list({ folder: "a" });',
  'await mcp.my_files.ping(); await mcp.my_files.ping({});',
  'await mcp.my_files.raw(); await mcp.my_files.raw({ what: ["ever"] });',
  'const untyped = await mcp.my_files.list(); untyped.a[0].b().c; const text: string = untyped;',
];
const BAD = [
  'mcp.files;',
  'mcp["my files"];',
  'mcp.my_files.write;',
  'mcp["my-files"]["read file"];',
  'await mcp.my_files.read_file();',
  'await mcp.my_files.read_file({});',
  'await mcp.my_files.read_file({ path: 1 });',
  'await mcp.my_files.read_file({ path: "a", tail: 1 });',
  'await mcp["my-files"]["read-file"]({ path: "a", head: "1" });',
  '(await mcp.my_files.read_file({ path: "a" })).contents;',
  'const size: number = (await mcp.my_files.read_file({ path: "a" })).size;',
  'await mcp.my_files.list({ folders: "a" });',
  'await mcp.my_files.list("a");',
  'await mcp.my_files.ping({ a: 1 });',
  'await mcp.my_files.raw("text");',
];

describe('what a program may write', () => {
  it('is checked by every name of a server and a tool, and refused for any other', async () => {
    expect(await errorsOf(FILES, program(GOOD, BAD))).toEqual([]);
  });

  it('is refused in plain JavaScript too, which is forgiven much else', async () => {
    expect(
      await judge.unseen(
        FILES,
        BAD.filter((line) => !line.includes('number')),
      ),
    ).toEqual([]);
    expect(await judge.unseen(FILES, ['await mcp.my_files.ping({});'])).toHaveLength(1);
  });

  it('is nothing of a server where none is selected', async () => {
    expect(await errorsOf(EMPTY_CATALOG, program([], ['mcp.anything;']))).toEqual([]);
  });

  it('includes a tool named then under its identifier only, as the sandbox has it', async () => {
    const catalog = catalogOf({
      odd: {
        tools: new Map([
          ['then', {}],
          ['catch', {}],
        ]),
      },
    });
    const good = ['await mcp.odd.then_();', 'await mcp.odd["catch"]();'];
    expect(await errorsOf(catalog, program(good, ['mcp.odd["then"];', 'mcp.odd.then;']))).toEqual([]);
  });

  it('has both spellings of every hostile name', async () => {
    const names = [
      '__proto__',
      'constructor',
      'toString',
      'a b',
      'a.b',
      'class',
      '1st',
      '*/',
      '"',
      '`${x}`',
      "'\\",
      '名前',
    ];
    names.push('\u2028', 'a\nb', '\u202e', '\ud800', '');
    const catalog = catalogOf(
      new Map(names.map((name) => [name, { tools: new Map(names.map((each) => [each, {}])) }])),
    );
    const calls = catalog.servers.flatMap((server) =>
      server.tools.flatMap((tool) => [
        `await mcp.${server.identifier}.${tool.identifier}();`,
        `await mcp[${JSON.stringify(server.name)}][${JSON.stringify(tool.name)}]();`,
      ]),
    );
    expect(await errorsOf(catalog, program(calls, ['mcp.a_b;', 'mcp.class_.nope;']))).toEqual([]);
  });
});

describe('the text', () => {
  it('is the same for the same catalog, byte for byte', () => {
    const copy = JSON.parse(JSON.stringify(FILES)) as Catalog;
    for (const detail of ['full', 'summary', 'names'] as const) {
      expect(renderDeclarations(copy, { detail })).toBe(renderDeclarations(FILES, { detail }));
    }
  });

  it('is one that people can read', () => {
    expect(renderDeclarations(FILES)).toBe(`declare const mcp: {
  /** Files. @name "my-files" */
  my_files: Mcp.my_files_tools;
  "my-files": Mcp.my_files_tools;
};

declare namespace Mcp {
  interface my_files_tools {
    /** List */
    list: (args?: { folder?: string }) => Promise<any>;
    ping: (args?: { [key: string]: undefined }) => Promise<any>;
    raw: (args?: { [key: string]: unknown }) => Promise<any>;
    /** Reads a file. @name "read-file" */
    read_file: (args: {
      path: string;
      /** @integer */
      head?: number;
    }) => Promise<{ content: string; size?: number }>;
    "read-file": my_files_tools["read_file"];
  }
}
`);
  });

  it('has one line a tool where less is wanted', () => {
    expect(renderDeclarations(FILES, { detail: 'summary' })).toBe(`mcp.my_files  // "my-files": Files.
  list(args?: { folder?: string }): Promise<any>  // List
  ping(args?: { [key: string]: undefined }): Promise<any>
  raw(args?: { [key: string]: unknown }): Promise<any>
  read_file(args: { path: string; head?: number }): Promise<{ content: string; size?: number }>  // "read-file": Reads a file.
`);
    expect(renderDeclarations(FILES, { detail: 'names' })).toBe(
      'mcp.my_files  // "my-files": Files.\n  list\n  ping\n  raw\n  read_file  // "read-file"\n',
    );
    expect(renderDeclarations(EMPTY_CATALOG, { detail: 'names' })).toBe('No servers are selected.\n');
  });

  it('names the first tools that are not offered, with the reason, and counts the rest', () => {
    const dropped = Array.from({ length: 25 }, (_, index) => ({ name: `tool\n${index}*/`, reason: 'it is\nodd */' }));
    for (const detail of ['full', 'names'] as const) {
      const text = renderDeclarations(catalogOf({ s: { tools: {}, dropped } }), { detail });
      expect(text).toContain('// Not offered: "tool\\n0*\\/": it is odd *\\/\n');
      expect(text).toContain('// Not offered: 5 more.\n');
    }
  });

  it('can be ended or silenced by no description', async () => {
    const description = '*/ } declare const mcp: any; /* @ts-nocheck\n// @ts-ignore\n@ts-expect-error \u202e\u001b[31m';
    const tool = { description, inputSchema: { type: 'object', properties: { a: { ...string, description } } } };
    const catalog = catalogOf({ s: { description, tools: { t: tool } } });
    expect(await errorsOf(catalog, program(['mcp.s.t({ a: "" });'], ['mcp.s.t({ a: 1 });', 'mcp.x;']))).toEqual([]);
    expect(renderDeclarations(catalog)).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]|@ts-/u);
    expect(renderDeclarations(catalog, { detail: 'summary' })).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  });

  it('stays within bounds with thousands of large tools, and each of them stays callable', async () => {
    const properties = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`property_${index}`, string]));
    const tools = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, index) => [`tool-${index}`, { inputSchema: { type: 'object', properties } }]),
    );
    const catalog = catalogOf({ big: { tools }, small: { tools: { last: {} } } });
    expect(renderDeclarations(catalog).length).toBeLessThan(2_500_000);
    const good = [
      'await mcp.big.tool_0({ property_1: "" });',
      'await mcp.big["tool-2999"]({ a: 1 });',
      'await mcp.small.last();',
    ];
    const bad = ['await mcp.big.tool_0({ a: 1 });', 'mcp.big.tool_3000;', 'await mcp.big.tool_999("x");'];
    expect(await errorsOf(catalog, program(good, bad))).toEqual([]);
  });

  it('compiles whatever the names, descriptions and schemas are', async () => {
    const tool = fc.record({ inputSchema: schemaDocument, outputSchema: schemaDocument, description: hostileText });
    const tools = fc.array(fc.tuple(hostileName, tool), { maxLength: 4 }).map((entries) => new Map(entries));
    const servers = fc
      .array(fc.tuple(hostileName, fc.record({ tools, description: hostileText })), { minLength: 1, maxLength: 3 })
      .map((entries) => catalogOf(new Map(entries)));
    await fc.assert(
      // Many catalogs to one start of the compiler, which is also why a failure is not shrunk.
      fc.asyncProperty(fc.array(servers, { minLength: 40, maxLength: 40 }), async (catalogs) => {
        const files = catalogs.map((catalog, index) => {
          const alone = `${renderDeclarations(catalog)}${renderArgsType(catalog.servers[0]?.tools[0]?.inputSchema)}`;
          return [`catalog-${index}.ts`, `namespace Alone${index} {\n${alone}\n}\nexport {};\n`] as const;
        });
        expect(await typeErrors(Object.fromEntries(files))).toEqual([]);
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });
});

describe('the args of a program', () => {
  it('are anything where they have no schema', async () => {
    expect(renderArgsType(undefined)).toBe('declare const args: any;\n');
    expect(await errorsOf(EMPTY_CATALOG, 'args.a.b.c; const x: number = args;', renderArgsType(undefined))).toEqual([]);
  });

  it('are what their schema says', async () => {
    const schema = {
      type: 'object',
      properties: { tree: { $ref: '#/$defs/tree' } },
      required: ['tree'],
      $defs: { tree: { type: 'object', properties: { next: { $ref: '#/$defs/tree' }, any: {} } } },
    };
    const good = ['args.tree.next?.next?.any.thing;'];
    const bad = ['args.nope;', 'args.tree.nope;', 'args.tree.next.next;', 'args.tree.next?.next?.nope;'];
    expect(await errorsOf(EMPTY_CATALOG, program(good, bad), renderArgsType(schema))).toEqual([]);
  });
});
