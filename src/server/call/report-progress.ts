/**
 * Progress of upstream calls as notifications to the client's own progress token. The protocol wants numbers that rise;
 * a run may have several upstream calls in flight, whose numbers do not, so those are renumbered.
 */
import type { ServerContext } from '@modelcontextprotocol/server';
import type { ToolProgress } from '../../run/call-tool.ts';
import { safeText } from '../rendering/text.ts';

/** An upstream that storms must not drown the client. */
const MAX_NOTIFICATIONS = 1_000;
const MAX_MESSAGE_CHARS = 1_000;

export interface ProgressReport {
  readonly onProgress?: (progress: ToolProgress) => void;
  /** After this nothing is sent any more: the answer ends the token's life. */
  end(): void;
}

export function reportProgress({ mcpReq }: Pick<ServerContext, 'mcpReq'>): ProgressReport {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return { end: () => {} };
  let last = Number.NEGATIVE_INFINITY;
  let sent = 0;
  return {
    onProgress({ progress, total, message }) {
      if (sent >= MAX_NOTIFICATIONS || !Number.isFinite(progress)) return;
      sent += 1;
      const rises = progress > last;
      last = rises ? progress : last + 1;
      const params = {
        progressToken,
        progress: last,
        ...(rises && total !== undefined && Number.isFinite(total) ? { total } : {}),
        ...(message === undefined ? {} : { message: safeText(message.slice(0, MAX_MESSAGE_CHARS)) }),
      };
      // A client that has gone hears nothing; its own signal ends the call.
      mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
    },
    end: () => {
      sent = MAX_NOTIFICATIONS;
    },
  };
}
