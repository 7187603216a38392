/**
 * The body of a POST as one JSON-RPC message, read under the cap whether or not its length was declared. Depth is
 * counted on the bytes before parsing: millions of nested arrays fit into a small body and not into memory.
 */
import { isJsonContentType } from '@modelcontextprotocol/server';
import { isJsonObject, type JsonObject, parseJson } from '../../base/json.ts';
import { BodyBudget } from './bounds/body-budget.ts';
import { RPC, rpcError } from './rpc-error.ts';

export type JsonBody =
  | { readonly kind: 'message'; readonly message: JsonObject }
  | { readonly kind: 'refused'; readonly response: Response };

const MAX_DEPTH = 256;

export async function readJsonBody(
  request: Request,
  maxBytes: number,
  budget: BodyBudget = new BodyBudget(maxBytes),
): Promise<JsonBody> {
  const { headers } = request;
  if (!isJsonContentType(headers.get('content-type'))) {
    return refused(415, RPC.refused, 'Unsupported Media Type: the Content-Type must be application/json.');
  }
  if ((headers.get('content-encoding') ?? 'identity') !== 'identity') {
    return refused(415, RPC.refused, 'Unsupported Media Type: send the body without Content-Encoding.');
  }
  const bytes = await readCapped(request, maxBytes, budget);
  if (bytes === 'too-large')
    return refused(413, RPC.refused, `Payload Too Large: the body may have ${maxBytes} bytes (limit bodyBytes).`);
  if (bytes === 'no-room') {
    const message = 'Service Unavailable: too many large bodies are on their way; try again later.';
    return { kind: 'refused', response: rpcError(503, RPC.refused, message, { 'Retry-After': '5' }) };
  }
  if (bytes === 'broken') return refused(400, RPC.parse, 'Parse error: the body did not arrive whole.');
  if (isDeeperThan(bytes, MAX_DEPTH))
    return refused(400, RPC.parse, `Parse error: the body is nested more than ${MAX_DEPTH} levels deep.`);
  const message = parseJson(decode(bytes) ?? '');
  if (message === undefined) return refused(400, RPC.parse, 'Parse error: the body is not valid JSON in UTF-8.');
  if (Array.isArray(message)) {
    return refused(
      400,
      RPC.invalidRequest,
      'Invalid Request: batches are no longer part of MCP; send one message a request.',
    );
  }
  if (!isJsonObject(message)) return refused(400, RPC.invalidRequest, 'Invalid Request: a message is a JSON object.');
  return { kind: 'message', message };
}

function refused(status: number, code: number, message: string): JsonBody {
  return { kind: 'refused', response: rpcError(status, code, message) };
}

async function readCapped(
  request: Request,
  maxBytes: number,
  budget: BodyBudget,
): Promise<Buffer | 'too-large' | 'no-room' | 'broken'> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return 'too-large';
  const chunks: Uint8Array[] = [];
  const room = budget.open();
  let size = 0;
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.length;
      if (size > maxBytes) return 'too-large';
      if (!room.grow(size)) return 'no-room';
      chunks.push(chunk);
    }
  } catch {
    return 'broken';
  } finally {
    room.end();
  }
  return Buffer.concat(chunks);
}

/** Counts brackets outside of strings; in broken JSON the count may be off, which the parser then says. */
function isDeeperThan(bytes: Buffer, maxDepth: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (isInString) {
      if (byte === 0x5c) at += 1;
      else if (byte === 0x22) isInString = false;
    } else if (byte === 0x22) isInString = true;
    else if (byte === 0x5b || byte === 0x7b) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth -= 1;
  }
  return false;
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
