import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject } from '../../../../src/base/json.ts';
import { type Catalog, EMPTY_CATALOG, type Tool } from '../../../../src/base/tool.ts';
import { renderDeclarations } from '../../../../src/compile/declarations.ts';
import { toExpression } from '../json-schema/type-errors.ts';
import { realCatalog, sampleOf } from './catalogs.ts';
import { createJudge, errorsOf, program } from './judge.ts';

describe('the declarations of the real servers', () => {
  const judge = createJudge();
  let folder = '';
  let catalog: Catalog = EMPTY_CATALOG;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'codeloom-declarations-'));
    catalog = await realCatalog(folder);
  });
  afterAll(async () => {
    await judge.close();
    await rm(folder, { recursive: true, force: true });
  });

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
    expect(await judge.unseen(catalog, bad)).toEqual([]);
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
