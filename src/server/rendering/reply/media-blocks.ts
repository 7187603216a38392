/**
 * Pictures, sounds and embedded resources of an upstream as content blocks for the client, who parses the whole answer
 * strictly: a block that it would not take is left where it was. Pure; called by render-reply.ts.
 */
import { type CallToolResult, isSpecType } from '@modelcontextprotocol/server';
import type { JsonObject } from '../../../base/json.ts';
import { safeText } from '../text.ts';

export type ContentBlock = CallToolResult['content'][number];

export interface MediaBlock {
  /** As the upstream sent it. */
  readonly source: JsonObject;
  /** What the client gets: the members that are known, and no others. */
  readonly block: ContentBlock;
  readonly bytes: number;
}

/** The block with its size as JSON, or undefined where it is not what the protocol has. */
export function mediaBlock(source: JsonObject): MediaBlock | undefined {
  const block = readBlock(source);
  return block === undefined ? undefined : { source, block, bytes: Buffer.byteLength(JSON.stringify(block)) };
}

/** What is told of a block beside it: enough to name it, without what it carries. */
export function describeBlock(block: ContentBlock): JsonObject {
  if (block.type === 'image' || block.type === 'audio') {
    const { type, mimeType, data } = block;
    return { type, mimeType, bytes: Buffer.byteLength(data, 'base64') };
  }
  if (block.type !== 'resource') return { type: block.type };
  const { uri, mimeType, ...carried } = block.resource;
  const bytes = 'text' in carried ? Buffer.byteLength(carried.text) : Buffer.byteLength(carried.blob, 'base64');
  return { type: block.type, uri, ...(mimeType === undefined ? {} : { mimeType }), bytes };
}

function readBlock(source: JsonObject): ContentBlock | undefined {
  if (isSpecType.ImageContent(source) || isSpecType.AudioContent(source)) {
    const { type, data, mimeType } = source;
    return { type, data, mimeType: safeText(mimeType) };
  }
  if (!isSpecType.EmbeddedResource(source)) return undefined;
  const { uri, mimeType, ...carried } = source.resource;
  const about = { uri: safeText(uri), ...(mimeType === undefined ? {} : { mimeType: safeText(mimeType) }) };
  // What is no text beside a blob is a member that the protocol does not know.
  if ('text' in carried && typeof carried.text === 'string')
    return { type: 'resource', resource: { ...about, text: carried.text.toWellFormed() } };
  return 'blob' in carried ? { type: 'resource', resource: { ...about, blob: carried.blob } } : undefined;
}
