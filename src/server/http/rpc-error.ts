/**
 * HTTP refusals as JSON-RPC errors without an id: what a client sees when its request never reached a tool.
 */

/** Codes as the SDK's own transports use them, so that clients meet one vocabulary. */
export const RPC = {
  parse: -32700,
  invalidRequest: -32600,
  internal: -32603,
  refused: -32000,
  noSession: -32001,
} as const;

export function rpcError(
  status: number,
  code: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status, headers });
}
