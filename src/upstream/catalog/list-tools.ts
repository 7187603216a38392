/**
 * All pages of an upstream's tools/list, as the upstream sent them, with caps against lists that never end. Called by
 * connection/connection.ts. Judges no tool: catalog/parse-tool.ts does.
 */
import { depthOf, isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import type { DroppedTool } from '../../base/tool.ts';
import { lostError } from '../link-error.ts';

const MAX_PAGES = 200;
const MAX_TOOLS = 5_000;
const MAX_BYTES = 16 * 1024 * 1024;
/** Deeper than any schema that is kept; also what makes the value safe to serialise. */
const MAX_DEPTH = 128;

export interface ListedTools {
  readonly tools: readonly Json[];
  /** What was left out of the list as a whole, under names in parentheses. */
  readonly dropped: readonly DroppedTool[];
}

/** `fetchPage` asks for the page at a cursor, the first where there is none. */
export async function listTools(fetchPage: (cursor: string | undefined) => Promise<JsonObject>): Promise<ListedTools> {
  const tools: Json[] = [];
  const cursors = new Set<string>();
  let bytes = 0;
  let cursor: string | undefined;
  for (let page = 1; ; page += 1) {
    const { tools: items, nextCursor } = await fetchPage(cursor);
    if (!Array.isArray(items)) throw lostError('answered tools/list with something that is no list of tools', false);
    for (const item of items) {
      bytes += bytesOf(item);
      if (tools.length >= MAX_TOOLS) return cutShort(tools, `only the first ${MAX_TOOLS} tools of a server are kept`);
      if (bytes > MAX_BYTES) return cutShort(tools, `the list is longer than ${MAX_BYTES} bytes`);
      tools.push(item);
    }
    // Some servers end the list with an empty cursor where they should leave it out.
    if (typeof nextCursor !== 'string' || nextCursor === '') return { tools, dropped: [] };
    if (cursors.has(nextCursor)) return cutShort(tools, 'the server gave the same page cursor twice');
    if (page >= MAX_PAGES) return cutShort(tools, `only the first ${MAX_PAGES} pages of the list are read`);
    cursors.add(nextCursor);
    cursor = nextCursor;
  }
}

function cutShort(tools: readonly Json[], reason: string): ListedTools {
  return {
    tools,
    dropped: [{ name: '(rest of the list)', reason: `${reason}, so what would have followed is missing` }],
  };
}

function bytesOf(item: Json): number {
  const isTooDeep = depthOf(item, MAX_DEPTH) >= MAX_DEPTH;
  return isTooDeep || !isJsonObject(item) ? 0 : JSON.stringify(item).length;
}
