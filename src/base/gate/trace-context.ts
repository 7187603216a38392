/**
 * The trace that a request belongs to, as the W3C Trace Context has it and MCP carries it in `_meta`: parsed at the edge
 * (src/server/), carried with the request, and sent on to upstreams. Names and numbers of a trace, nothing else: baggage
 * is never taken.
 */

export interface TraceContext {
  /** Always of version 00. */
  readonly traceparent: string;
  readonly tracestate?: string;
}

const VERSION_LENGTH = 2;
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2})(-.*)?$/;
const TRACESTATE_MEMBER =
  /^[a-z0-9][a-z0-9_*/@-]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
/** A later version may have more fields behind those that are known; so much of it is looked at. */
const MAX_TRACEPARENT_CHARS = 512;
/** What the recommendation asks everybody to pass on; a longer one is left out whole. */
const MAX_TRACESTATE_CHARS = 512;
const MAX_TRACESTATE_MEMBERS = 32;

/** Undefined for whatever is no trace context: a request with a broken one is answered like one with none. */
export function parseTraceContext(traceparent: unknown, tracestate: unknown): TraceContext | undefined {
  if (typeof traceparent !== 'string' || traceparent.length > MAX_TRACEPARENT_CHARS) return undefined;
  const [, version, ids, more] = TRACEPARENT.exec(traceparent.trim()) ?? [];
  if (version === undefined || ids === undefined) return undefined;
  if (more !== undefined && version === '0'.repeat(VERSION_LENGTH)) return undefined;
  const state = parseState(tracestate);
  return { traceparent: `00-${ids}`, ...(state === undefined ? {} : { tracestate: state }) };
}

function parseState(tracestate: unknown): string | undefined {
  if (typeof tracestate !== 'string' || tracestate.length > MAX_TRACESTATE_CHARS) return undefined;
  const members = tracestate
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');
  const isFit = members.length > 0 && members.length <= MAX_TRACESTATE_MEMBERS;
  return isFit && members.every((member) => TRACESTATE_MEMBER.test(member)) ? members.join(',') : undefined;
}
