// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a stranger writes
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject } from '../../../src/base/json.ts';
import { type Catalog, EMPTY_CATALOG, type Tool } from '../../../src/base/tool.ts';
import { renderArgsType, renderDeclarations } from '../../../src/compile/declarations.ts';
import { createTypechecker } from '../../../src/compile/typescript/typecheck.ts';
import { catalogOf, realCatalog, sampleOf } from './catalogs.ts';
import { LIMITS, NEVER, read, SILENT } from './fixture.ts';
import { hostileName, hostileText, schemaDocument } from './json-schema/arbitrary-schema.ts';
import { toExpression, typeErrors } from './json-schema/type-errors.ts';

const string = { type: 'string' };

/** What the compiler says of a program against the catalog's declarations, and of the declarations themselves. */
const errorsOf = (catalog: Catalog, program = '', args = '') =>
  typeErrors({ 'declarations.d.ts': renderDeclarations(catalog) + args, 'program.ts': `${program}\nexport {};\n` });

/** Lines that must compile, and lines that must not: an expectation that is not met is an error itself. */
const program = (good: readonly string[], bad: readonly string[]) =>
  [...good, ...bad.map((line) => `// @ts-expect-error\n${line}`)].join('\n');

const checker = createTypechecker({ limits: LIMITS, log: SILENT });
afterAll(() => checker.close());

/** Of the programs those in which our own type-checker finds nothing wrong. */
async function unseen(catalog: Catalog, programs: readonly string[]): Promise<readonly string[]> {
  const declarations = renderDeclarations(catalog);
  const found = await Promise.all(programs.map((each) => checker.check(read(each), declarations, NEVER)));
  return programs.filter((_, index) => found[index]?.length === 0);
}

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
      await unseen(
        FILES,
        BAD.filter((line) => !line.includes('number')),
      ),
    ).toEqual([]);
    expect(await unseen(FILES, ['await mcp.my_files.ping({});'])).toHaveLength(1);
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

describe('the declarations of the real servers', () => {
  let folder = '';
  let catalog: Catalog = EMPTY_CATALOG;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'codeloom-declarations-'));
    catalog = await realCatalog(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('take right arguments of every tool, and refuse wrong and unknown ones', async () => {
    const tools = catalog.servers.flatMap((server) => server.tools.map((tool) => ({ server, tool })));
    expect(tools.length).toBeGreaterThan(30);
    const good = tools.flatMap(({ server, tool }) => [
      `await mcp.${server.identifier}.${tool.identifier}(${toExpression(sampleOf(tool.inputSchema))});`,
      `await mcp[${JSON.stringify(server.name)}][${JSON.stringify(tool.name)}](${toExpression(sampleOf(tool.inputSchema))});`,
    ]);
    const bad = tools.flatMap(({ server, tool }) =>
      wrongArgs(tool).map((args) => `await mcp.${server.identifier}.${tool.identifier}(${args});`),
    );
    expect(await errorsOf(catalog, program(good, bad))).toEqual([]);
    expect(await unseen(catalog, bad)).toEqual([]);
  });

  it('type every result that has a schema', async () => {
    const typed = catalog.servers.flatMap(({ identifier, tools }) =>
      tools
        .filter(({ outputSchema }) => outputSchema !== undefined)
        .map((tool) => `mcp.${identifier}.${tool.identifier}`),
    );
    expect(typed.length).toBeGreaterThan(10);
    const type = (path: string) => `Awaited<ReturnType<typeof ${path}>>`;
    const good = typed.map((path) => `null! as ${type(path)} satisfies object;`);
    const bad = typed.flatMap((path) => [`(null! as ${type(path)}).nope;`, `1 satisfies ${type(path)};`]);
    expect(await errorsOf(catalog, program(good, bad))).toEqual([]);
  });

  it('say what the server says of itself', () => {
    const text = renderDeclarations(catalog);
    expect(text).toContain('/** Message to echo */');
    expect(text).toContain('@default 3 @minimum 1 @maximum 10');
    expect(text).toContain('@name "get-sum"');
  });
});

function wrongArgs({ inputSchema }: Tool): readonly string[] {
  const sample = sampleOf(inputSchema);
  const right = isJsonObject(sample) ? sample : {};
  const properties = Object.keys(isJsonObject(inputSchema.properties) ? inputSchema.properties : {});
  return [
    toExpression({ ...right, nope: 1 }),
    '"text"',
    ...properties.map((name) => toExpression({ ...right, [name]: { nope: 1 } })),
    ...Object.keys(right).map((name) => toExpression({ ...right, [name]: undefined })),
  ];
}

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
