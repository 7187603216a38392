/**
 * Why a connection could not be opened, as one LinkError whose message ends a sentence that starts with "it". Called by
 * open-link.ts. Looks at the child process first: its exit says more than what the handshake saw of it.
 */
import { ProtocolError, SdkError, SdkErrorCode, SseError, type Transport } from '@modelcontextprotocol/client';
import { cutText } from '../clean-text.ts';
import { LinkError, lostError } from '../link-error.ts';
import { StdioTransport } from '../transport/stdio-transport.ts';
import { sendFailure } from './send-failure.ts';

export function connectFailure(thrown: unknown, transport: Transport): LinkError {
  if (thrown instanceof LinkError) return thrown;
  if (thrown instanceof ProtocolError) {
    return new LinkError(
      { kind: 'rpc', code: thrown.code, message: `refused the handshake: ${cutText(thrown.message, 512)}` },
      thrown,
    );
  }
  if (thrown instanceof SdkError && thrown.code === SdkErrorCode.RequestTimeout) {
    return new LinkError({ kind: 'timeout', message: 'did not answer the handshake in time', ms: 0 }, thrown);
  }
  if (transport instanceof StdioTransport && transport.ending !== undefined) {
    return lostError(`${transport.ending} before it was ready`, true, thrown);
  }
  if (thrown instanceof SseError && thrown.code !== undefined) {
    return new LinkError(
      { kind: 'refused', message: `answered with HTTP status ${thrown.code}`, status: thrown.code },
      thrown,
    );
  }
  const failure = sendFailure(thrown, transport);
  if (failure.failure.kind !== 'lost' || !failure.failure.mayHaveRun) return failure;
  return lostError('gave no answer that MCP knows', true, thrown);
}
