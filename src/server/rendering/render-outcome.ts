/**
 * An Outcome as the answer to a tools/call: exact in `structuredContent`, and a short text beside it from which an agent
 * whose client shows only text can repair its program. Pure; called by every tool that runs one.
 */
import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Diagnostic } from '../../compile/diagnostics.ts';
import { type Outcome, type OutcomeError, withoutContent } from '../../program/outcome.ts';
import { codeFrame } from './code-frame.ts';
import { innerErrorLines } from './inner-errors.ts';
import { logLines } from './log-excerpt.ts';
import { artifactBlocks, artifactLines } from './render-artifacts.ts';
import { counted, cutText, safeText } from './text.ts';

/** Of a result, so many characters of JSON are shown: a small one whole, a larger one by its beginning. */
const SHOWN_RESULT_CHARS = 4_096;
const SHOWN_MESSAGE_CHARS = 4_000;
const SHOWN_FAILED_CALLS = 5;
/** Diagnostics beyond these are told without the line that they are about. */
const SHOWN_FRAMES = 3;
export const IN_STRUCTURED_CONTENT = 'the full value is in structuredContent';

/** With the source of the program, the text shows the lines that its diagnostics are about. */
export function renderOutcome(outcome: Outcome, source?: string): CallToolResult {
  return {
    content: [
      { type: 'text', text: outcomeText(outcome, source) },
      ...artifactBlocks(outcome.runId, outcome.artifacts ?? []),
    ],
    structuredContent: { ...withoutContent(outcome) },
    isError: outcome.kind !== 'completed',
  };
}

/** The text alone, also for tools that add something of their own. */
export function outcomeText(outcome: Outcome, source?: string): string {
  const parts = [headline(outcome)];
  if (outcome.kind !== 'completed' && outcome.error !== undefined) parts.push(...errorLines(outcome.error));
  if (outcome.kind === 'completed' || outcome.result !== undefined) parts.push(resultText(outcome.result));
  parts.push(...diagnosticLines(outcome.diagnostics ?? [], source), ...failedCallLines(outcome), ...logLines(outcome));
  parts.push(...artifactLines(outcome.artifacts ?? [], outcome.truncated?.artifacts ?? 0));
  return safeText(parts.join('\n'));
}

/** A line for each, and for the first ones the line of the program with a caret. */
export function diagnosticLines(diagnostics: readonly Diagnostic[], source?: string): readonly string[] {
  return diagnostics.flatMap((diagnostic, at) => {
    const isFramed = source !== undefined && at < SHOWN_FRAMES;
    const frame = isFramed ? codeFrame(source, diagnostic.line, diagnostic.column) : [];
    return [diagnosticLine(diagnostic), ...frame];
  });
}

/** `3:14 TS2339 Property 'x' does not exist. Did you mean 'y'?` */
export function diagnosticLine({ line, column, code, message, hint }: Diagnostic): string {
  return `${line}:${column} ${code} ${message}${hint === undefined ? '' : ` ${hint}`}`;
}

/** `result: {…}`, cut where it is large. */
export function resultText(result: Outcome['result']): string {
  if (result === undefined) return 'result: undefined';
  const text = JSON.stringify(result);
  return `result: ${cutText(text, SHOWN_RESULT_CHARS, IN_STRUCTURED_CONTENT)}`;
}

function headline({ kind, timings, toolCalls, isolation }: Outcome): string {
  return `${kind} in ${Math.round(timings.totalMs)} ms, ${counted(toolCalls.length, 'tool call')} (${isolation})`;
}

/** The position comes first: behind a message of several mistakes it would seem to be the last one's. */
function errorLines(error: OutcomeError): readonly string[] {
  const { name, message, line, column, frame, mistakes = [] } = error;
  const position = line === undefined ? '' : ` at ${line}:${column ?? 1}`;
  const shown = cutText(message, SHOWN_MESSAGE_CHARS, IN_STRUCTURED_CONTENT);
  return [
    `${name}${position}: ${shown}`,
    ...mistakes,
    ...(frame === undefined ? [] : [frame]),
    ...innerErrorLines(error),
  ];
}

function failedCallLines({ toolCalls }: Outcome): readonly string[] {
  const failed = toolCalls.filter(({ ok }) => !ok);
  const lines = failed
    .slice(0, SHOWN_FAILED_CALLS)
    .map(({ server, tool, code }) => `failed call: ${server}.${tool}${code === undefined ? '' : ` (${code})`}`);
  const more = failed.length - lines.length;
  return more > 0 ? [...lines, `and ${counted(more, 'more failed call')}`] : lines;
}
