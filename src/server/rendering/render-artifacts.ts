/**
 * Files that came out of a sandbox as content blocks: pictures as such, all else as embedded resources. Pure; called by
 * every tool whose sandbox may leave files.
 */
import { isUtf8 } from 'node:buffer';
import type { CallToolResult } from '@modelcontextprotocol/server';
import type { JsonObject } from '../../base/json.ts';
import { type Artifact, base64Chars } from '../../run/artifacts/kept-artifacts.ts';
import { isPicture } from '../../run/artifacts/mime-type.ts';

type ContentBlock = CallToolResult['content'][number];

const SHOWN_FILES = 10;

/** One entry per file, for an `outputSchema`. */
export const ARTIFACTS_SCHEMA: JsonObject = {
  type: 'array',
  description: 'Files from /workspace/out; their content is in the content blocks.',
  items: {
    type: 'object',
    properties: { path: { type: 'string' }, mimeType: { type: 'string' }, bytes: { type: 'number' } },
    required: ['path', 'mimeType', 'bytes'],
  },
};

/** One block per file, in the order of `artifacts`. */
export function artifactBlocks(runId: string, artifacts: readonly Artifact[]): readonly ContentBlock[] {
  return artifacts.map(({ path, mimeType, content }) => {
    if (isPicture(mimeType)) return { type: 'image', data: content.toString('base64'), mimeType };
    const uri = `codeloom://runs/${runId}/out/${path.split('/').map(encodeURIComponent).join('/')}`;
    return { type: 'resource', resource: { uri, mimeType, ...textOrBlob(content) } };
  });
}

/** Which files there are, for clients that show only text. */
export function artifactLines(artifacts: readonly Artifact[], leftOut: number): readonly string[] {
  const shown = artifacts.slice(0, SHOWN_FILES).map(({ path, mimeType, bytes }) => {
    return `file: ${path} (${mimeType}, ${bytes} bytes)`;
  });
  const more = artifacts.length - shown.length;
  return [
    ...shown,
    ...(more > 0 ? [`and ${more} more files`] : []),
    ...(leftOut > 0 ? [`files left out: ${leftOut} (see the logs)`] : []),
  ];
}

/** Text only where it is no larger that way: a character of control takes six of JSON. */
function textOrBlob(content: Buffer): { readonly text: string } | { readonly blob: string } {
  if (isUtf8(content) && !content.includes(0)) {
    const text = content.toString('utf8');
    if (Buffer.byteLength(JSON.stringify(text)) <= base64Chars(content.length) + 2) return { text };
  }
  return { blob: content.toString('base64') };
}
