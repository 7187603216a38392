/**
 * Failures as the answer to a tools/call: `isError`, `{ error: { code, message, retryable } }` and the same in text.
 * Faults show their one safe sentence; anything else that was thrown becomes INTERNAL and goes to the log in full.
 */
import type { CallToolResult } from '@modelcontextprotocol/server';
import { type Fault, toFault } from '../../base/fault.ts';
import type { Json } from '../../base/json.ts';
import type { Log } from '../../base/log.ts';
import { GuardRefusal } from '../../guard/refusal.ts';
import { cutText, safeText } from './text.ts';

const SHOWN_CHARS = 4_000;

interface ErrorAnswer {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly mistakes?: readonly string[];
  readonly details?: Json;
}

/** An error answer of any code; `beside` are further members of the structured content. `shown` are lines for the text. */
export function renderError(
  error: ErrorAnswer,
  beside: Readonly<Record<string, unknown>> = {},
  shown: readonly string[] = error.mistakes ?? [],
): CallToolResult {
  const lines = [`${error.code}: ${error.message}`, ...shown];
  const text = safeText(cutText(lines.join('\n'), SHOWN_CHARS, 'the rest is in structuredContent'));
  return { content: [{ type: 'text', text }], structuredContent: { ...beside, error }, isError: true };
}

export function renderFault(fault: Fault): CallToolResult {
  const { code, message, retryable } = fault;
  const details = fault instanceof GuardRefusal ? { details: { ...fault.details } } : {};
  return renderError({ code, message, retryable, ...details });
}

/** Every mistake in the arguments of one call; nothing has been done. */
export function renderMistakes(tool: string, mistakes: readonly string[]): CallToolResult {
  const message = `The arguments of ${tool} do not fit its inputSchema; nothing was done.`;
  return renderError({ code: 'ARGUMENTS_INVALID', message, retryable: false, mistakes });
}

/** Whatever a tool threw. Details of the unexpected are logged here, once, and never shown. */
export function renderThrown(thrown: unknown, tool: string, log: Log): CallToolResult {
  const fault = toFault(thrown);
  if (fault.code === 'INTERNAL') log.error({ err: fault.cause ?? fault, tool }, 'a tool failed unexpectedly');
  else log.debug({ code: fault.code, reason: fault.message, err: fault.cause, tool }, 'a tool call was refused');
  return renderFault(fault);
}
