/**
 * From a catalog to the declarations that a program is type-checked against and that its author, an agent, reads.
 * Pure: the same catalog gives the same bytes. Called by the spine and by the `mcp-types` tool. The rest of a
 * program's scope (console, sleep, URL …) is declared elsewhere.
 */
import { isJsonObject, type Json, type JsonObject } from '../base/json.ts';
import type { Catalog, CatalogServer, Tool } from '../base/tool.ts';
import { type DocumentOptions, renderDocument } from './json-schema/schema-type.ts';
import { cleanLine, cleanText, escapeComment, renderDocComment } from './json-schema/text/doc-comment.ts';
import { propertyName, quote } from './json-schema/text/literal-type.ts';
import { KIND, NO_PROPERTIES } from './json-schema/text/type-text.ts';

/** Every tool stays callable past this, but the types of later ones are left out. */
const MAX_TOTAL_CHARS = 2_000_000;
const MAX_TOOL_DESCRIPTION_CHARS = 2_000;
const MAX_LINE_CHARS = 200;
const MAX_DROPPED_LISTED = 20;
const ANY_ARGS = '{ [key: string]: unknown }';

export type DeclarationDetail = 'full' | 'summary' | 'names';

/**
 * `full` is an ambient script that declares `mcp`; `summary` has one line with the signature of each tool, `names` one
 * with its name. Only `full` is meant for a compiler.
 */
export function renderDeclarations(catalog: Catalog, options: { readonly detail?: DeclarationDetail } = {}): string {
  const detail = options.detail ?? 'full';
  if (detail === 'full') return renderFull(catalog);
  if (catalog.servers.length === 0) return 'No servers are selected.\n';
  return catalog.servers.map((server) => renderList(server, detail)).join('');
}

/** The declaration of a program's own `args`: what the schema says, or `any` where there is none: it cannot be known then. */
export function renderArgsType(schema: JsonObject | undefined): string {
  if (schema === undefined) return 'declare const args: any;\n';
  const { type, namedTypes } = renderDocument(schema, {
    style: 'full',
    word: 'any',
    rootName: 'Args',
    namespace: 'Program.',
    names: new Set(),
    indent: '',
  });
  return `declare const args: ${type.text};\n${renderNamespace('Program', namedTypes)}`;
}

function renderFull(catalog: Catalog): string {
  const members = catalog.servers.flatMap((server) => {
    const type = `Mcp.${server.identifier}_tools`;
    const doc = renderDocComment(describe(server.description, server.name, server.identifier), '  ');
    const original = server.name === server.identifier ? [] : [`  ${quote(server.name)}: ${type};\n`];
    return [`${doc}  ${propertyName(server.identifier)}: ${type};\n`, ...original];
  });
  let charsLeft = MAX_TOTAL_CHARS;
  const servers = catalog.servers.map((server) => {
    const text = renderServer(server, charsLeft);
    charsLeft -= text.length;
    return text;
  });
  return `declare const mcp: {\n${members.join('')}};\n${servers.join('')}`;
}

function renderServer(server: CatalogServer, budgetChars: number): string {
  const type = `${server.identifier}_tools`;
  const members: string[] = [];
  const namespaces: string[] = [];
  let charsLeft = budgetChars;
  for (const tool of server.tools) {
    const rendered = charsLeft > 0 ? renderTool(tool, type) : renderBareTool(tool);
    charsLeft -= rendered.member.length + rendered.namespace.length;
    members.push(
      rendered.member,
      hasAlias(tool) ? `    ${quote(tool.name)}: ${type}[${quote(tool.identifier)}];\n` : '',
    );
    namespaces.push(rendered.namespace);
  }
  const dropped = droppedLines(server).map((line) => `    // ${line}\n`);
  return `\ndeclare namespace Mcp {\n  interface ${type} {\n${[...members, ...dropped].join('')}  }\n}\n${namespaces.join('')}`;
}

/** The runtime offers a tool under its own name as well, but for `then`: `await mcp.server` would call it. */
function hasAlias({ name, identifier }: Tool): boolean {
  return name !== identifier && name !== 'then';
}

interface RenderedTool {
  readonly member: string;
  readonly namespace: string;
}

function renderTool(tool: Tool, serverType: string): RenderedTool {
  const path = `Mcp.${serverType}.${tool.identifier}_types`;
  const names = new Set<string>();
  const shared = { style: 'full', namespace: `${path}.`, names, indent: '    ' } as const;
  const args = renderArgs(tool.inputSchema, { ...shared, word: 'unknown', rootName: 'Args' });
  const result = renderResult(tool.outputSchema, { ...shared, word: 'any', rootName: 'Result' });
  const doc = renderDocComment(describe(tool.description ?? tool.title, tool.name, tool.identifier), '    ');
  return {
    member: `${doc}    ${propertyName(tool.identifier)}: (${args.text}) => Promise<${result.text}>;\n`,
    namespace: renderNamespace(path, [...args.namedTypes, ...result.namedTypes]),
  };
}

function renderBareTool(tool: Tool): RenderedTool {
  return { member: `    ${propertyName(tool.identifier)}: (args?: ${ANY_ARGS}) => Promise<any>;\n`, namespace: '' };
}

interface RenderedPart {
  readonly text: string;
  readonly namedTypes: readonly string[];
}

/** Arguments are always one object on the wire, whatever the schema says or fails to say. */
function renderArgs(schema: Json, options: DocumentOptions): RenderedPart {
  const { type, namedTypes } = renderDocument(schema, options);
  const isObject = !type.isOpaque && (type.kinds & KIND.object) !== 0;
  if (!isObject) return { text: `args?: ${ANY_ARGS}`, namedTypes: [] };
  // A schema that names no property and does not ask for more gets none.
  if (type.bare !== undefined && !isOpen(schema)) return { text: `args?: ${NO_PROPERTIES.text}`, namedTypes };
  return { text: `args${type.takesEmpty ? '?' : ''}: ${type.text}`, namedTypes };
}

/** `{ "type": "object" }` alone says nothing of properties, an empty `properties` says that there are none. */
function isOpen(schema: Json): boolean {
  return (
    isJsonObject(schema) && (Object.hasOwn(schema, 'additionalProperties') || !Object.hasOwn(schema, 'properties'))
  );
}

/** A result that says nothing of itself is `any`, so that it can be used without casts. */
function renderResult(schema: JsonObject | undefined, options: DocumentOptions): RenderedPart {
  if (schema === undefined) return { text: 'any', namedTypes: [] };
  const { type, namedTypes } = renderDocument(schema, options);
  return { text: type.text, namedTypes };
}

function renderNamespace(path: string, statements: readonly string[]): string {
  return statements.length === 0 ? '' : `declare namespace ${path} {\n${statements.join('')}}\n`;
}

function describe(description: string | undefined, name: string, identifier: string): readonly string[] {
  const text = cleanText(description ?? '', MAX_TOOL_DESCRIPTION_CHARS);
  const original = name === identifier ? [] : [`@name ${cleanLine(quote(name), MAX_LINE_CHARS)}`];
  return [...(text === '' ? [] : [text]), ...original];
}

function renderList(server: CatalogServer, detail: 'summary' | 'names'): string {
  const path = `mcp.${server.identifier}`;
  const lines = server.tools.map((tool) => {
    const signature = detail === 'summary' ? renderSignature(tool) : '';
    const note = detail === 'summary' ? firstLine(tool.description ?? tool.title) : '';
    return `  ${tool.identifier}${signature}${remark(tool.name, tool.identifier, note)}\n`;
  });
  const dropped = droppedLines(server).map((line) => `  // ${line}\n`);
  return `${path}${remark(server.name, server.identifier, firstLine(server.description))}\n${[...lines, ...dropped].join('')}`;
}

function renderSignature(tool: Tool): string {
  const shared = { style: 'line', namespace: '', names: new Set<string>(), indent: '' } as const;
  const args = renderArgs(tool.inputSchema, { ...shared, word: 'unknown', rootName: 'Args' });
  const result = renderResult(tool.outputSchema, { ...shared, word: 'any', rootName: 'Result' });
  return `(${args.text}): Promise<${result.text}>`;
}

function remark(name: string, identifier: string, note: string): string {
  const words = [
    ...(name === identifier ? [] : [cleanLine(quote(name), MAX_LINE_CHARS)]),
    ...(note === '' ? [] : [note]),
  ];
  return words.length === 0 ? '' : `  // ${words.join(': ')}`;
}

function firstLine(text: string | undefined): string {
  const [line = ''] = cleanText(text ?? '', MAX_TOOL_DESCRIPTION_CHARS).split('\n');
  return cleanLine(line, MAX_LINE_CHARS);
}

function droppedLines(server: CatalogServer): readonly string[] {
  const lines = server.dropped.slice(0, MAX_DROPPED_LISTED).map(({ name, reason }) => {
    return escapeComment(
      `Not offered: ${cleanLine(quote(name), MAX_LINE_CHARS)}: ${cleanLine(reason, MAX_LINE_CHARS)}`,
    );
  });
  const more = server.dropped.length - lines.length;
  return more > 0 ? [...lines, `Not offered: ${more} more.`] : lines;
}
