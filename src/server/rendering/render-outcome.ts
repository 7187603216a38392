/**
 * An Outcome as the answer to a tools/call: exact in `structuredContent`, and a short text beside it from which an agent
 * whose client shows only text can repair its program. Pure; called by every tool that runs one.
 */
import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Diagnostic } from '../../compile/diagnostics.ts';
import { type Outcome, type OutcomeError, withoutContent } from '../../outcome.ts';
import { artifactBlocks, artifactLines } from './render-artifacts.ts';
import { counted, cutText, safeText } from './text.ts';

/** A result up to this many characters of JSON is shown whole, a larger one by its beginning. */
const WHOLE_RESULT_CHARS = 4_096;
const RESULT_PREVIEW_CHARS = 500;
const SHOWN_LOG_CHARS = 1_000;
const SHOWN_MESSAGE_CHARS = 4_000;
const SHOWN_FAILED_CALLS = 5;
export const IN_STRUCTURED_CONTENT = 'the full value is in structuredContent';

export function renderOutcome(outcome: Outcome): CallToolResult {
  return {
    content: [{ type: 'text', text: outcomeText(outcome) }, ...artifactBlocks(outcome.runId, outcome.artifacts ?? [])],
    structuredContent: { ...withoutContent(outcome) },
    isError: outcome.kind !== 'completed',
  };
}

/** The text alone, also for tools that add something of their own. */
export function outcomeText(outcome: Outcome): string {
  const parts = [headline(outcome)];
  if (outcome.kind === 'completed') parts.push(resultText(outcome.result));
  else if (outcome.error !== undefined) parts.push(...errorLines(outcome.error));
  parts.push(...(outcome.diagnostics ?? []).map(diagnosticLine), ...failedCallLines(outcome), ...logLines(outcome));
  parts.push(...artifactLines(outcome.artifacts ?? [], outcome.truncated?.artifacts ?? 0));
  return safeText(parts.join('\n'));
}

/** `3:14 TS2339 Property 'x' does not exist. Did you mean 'y'?` */
export function diagnosticLine({ line, column, code, message, hint }: Diagnostic): string {
  return `${line}:${column} ${code} ${message}${hint === undefined ? '' : ` ${hint}`}`;
}

/** `result: {…}`, cut where it is large. */
export function resultText(result: Outcome['result']): string {
  if (result === undefined) return 'result: undefined';
  const text = JSON.stringify(result);
  return `result: ${text.length <= WHOLE_RESULT_CHARS ? text : cutText(text, RESULT_PREVIEW_CHARS, IN_STRUCTURED_CONTENT)}`;
}

function headline({ kind, timings, toolCalls, isolation }: Outcome): string {
  return `${kind} in ${Math.round(timings.totalMs)} ms, ${counted(toolCalls.length, 'tool call')} (${isolation})`;
}

function errorLines({ name, message, line, column, frame }: OutcomeError): readonly string[] {
  const position = line === undefined ? '' : ` at ${line}:${column ?? 1}`;
  const shown = cutText(message, SHOWN_MESSAGE_CHARS, IN_STRUCTURED_CONTENT);
  return [`${name}: ${shown}${position}`, ...(frame === undefined ? [] : [frame])];
}

function failedCallLines({ toolCalls }: Outcome): readonly string[] {
  const failed = toolCalls.filter(({ ok }) => !ok);
  const lines = failed
    .slice(0, SHOWN_FAILED_CALLS)
    .map(({ server, tool, code }) => `failed call: ${server}.${tool}${code === undefined ? '' : ` (${code})`}`);
  const more = failed.length - lines.length;
  return more > 0 ? [...lines, `and ${counted(more, 'more failed call')}`] : lines;
}

function logLines({ logs, truncated }: Outcome): readonly string[] {
  if (logs.length === 0) return [];
  const { logLines: lines = 0 } = truncated ?? {};
  const dropped = lines === 0 ? '' : `, ${lines} more were dropped`;
  const text = logs.map((log) => (log.level === 'log' ? log.text : `[${log.level}] ${log.text}`)).join('\n');
  return [
    `${counted(logs.length, 'log line')}${dropped}:`,
    cutText(text, SHOWN_LOG_CHARS, 'all lines are in structuredContent'),
  ];
}
