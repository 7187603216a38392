/**
 * What an upstream's tool gave, as the answer to a tools/call: the value in `structuredContent`, a short text, and what
 * is for eyes and ears as content blocks, once: what those carry in base64 is in no other place. Pure; called by mcp-exec.
 */
import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Json, JsonObject } from '../../../base/json.ts';
import type { ToolValue } from '../../../run/call-tool.ts';
import { resultText } from '../render-outcome.ts';
import { counted, safeText } from '../text.ts';
import { type ContentBlock, describeBlock, type MediaBlock, mediaBlock } from './media-blocks.ts';

export interface ReplySource {
  readonly server: string;
  readonly tool: string;
}

/** A client gets no more blocks than this, and we look at no more: an upstream may send a hundred thousand. */
const MAX_BLOCKS = 100;

/** Blocks that are malformed, or beyond MAX_BLOCKS or `maxBytes`, are not sent, and the text says how many. */
export function renderReply(
  { server, tool }: ReplySource,
  { value, media = [] }: ToolValue,
  maxBytes: number,
): CallToolResult {
  const sent = fitting(media.slice(0, MAX_BLOCKS), maxBytes);
  const blocks = new Map(sent.map(({ source, block }) => [source, block] as const));
  const lines = [`${server}.${tool}`, resultText(told(value, blocks, describeBlock))];
  const missing = media.length - sent.length;
  if (missing > 0)
    lines.push(
      `not shown: ${counted(missing, 'content block')} (malformed, over ${MAX_BLOCKS}, or over ${maxBytes} bytes)`,
    );
  return {
    content: [{ type: 'text', text: safeText(lines.join('\n')) }, ...blocks.values()],
    structuredContent: { server, tool, result: told(value, blocks, structureOf) },
  };
}

function fitting(media: readonly JsonObject[], maxBytes: number): readonly MediaBlock[] {
  let total = 0;
  return media
    .flatMap((source) => mediaBlock(source) ?? [])
    .filter(({ bytes }) => {
      const fits = total + bytes <= maxBytes;
      if (fits) total += bytes;
      return fits;
    });
}

/** The value with each block that is sent beside it replaced by what is told of it. */
function told(
  value: Json,
  blocks: ReadonlyMap<Json, ContentBlock>,
  tell: (block: ContentBlock, source: Json) => Json,
): Json {
  if (!Array.isArray(value) || blocks.size === 0) return value;
  return value.map((item: Json) => {
    const block = blocks.get(item);
    return block === undefined ? item : tell(block, item);
  });
}

/** Text is kept: some clients give their model the structure and nothing else. */
function structureOf(block: ContentBlock, source: Json): Json {
  const hasText = block.type === 'resource' && 'text' in block.resource;
  return hasText ? source : describeBlock(block);
}
