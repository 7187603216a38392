/**
 * An outcome for a person at a terminal: the result on stdout, so that it can be piped on, and how it came to be on
 * stderr. Called by `codeloom run`. Whatever a program wrote is shown without the characters that steer a terminal.
 */
import type { Diagnostic } from '../compile/diagnostics.ts';
import type { Outcome } from '../outcome.ts';
import { artifactLines } from '../server/rendering/render-artifacts.ts';
import { safeText } from '../server/rendering/text.ts';
import type { Colour, Paint, Terminal } from './terminal.ts';

/** Columns of a line that a code frame shows, so that minified programs do not flood the screen. */
const FRAME_CHARS = 100;

export function printOutcome(outcome: Outcome, code: string, terminal: Terminal): void {
  const { paint } = terminal;
  const tell = (lines: readonly string[]) => {
    for (const line of lines) terminal.tell(line);
  };
  tell(outcome.logs.map(({ level, text }) => `${paint(levelColour(level), level.padEnd(5))} ${safeText(text)}`));
  if (outcome.truncated !== undefined && outcome.truncated.logLines > 0) {
    tell([paint('dim', `(${outcome.truncated.logLines} lines of console output were left out)`)]);
  }
  tell(errorLines(outcome, paint));
  for (const diagnostic of outcome.diagnostics ?? []) tell(diagnosticLines(diagnostic, code, paint));
  tell(toolCallLines(outcome, paint));
  tell(artifactLines(outcome.artifacts ?? [], outcome.truncated?.artifacts ?? 0).map(safeText));
  tell([summaryLine(outcome, paint)]);
  if (outcome.result !== undefined) terminal.print(resultText(outcome.result));
}

/** A string as it is, everything else as indented JSON. */
function resultText(result: NonNullable<Outcome['result']> | null): string {
  return safeText(typeof result === 'string' ? result : JSON.stringify(result, undefined, 2));
}

function errorLines({ error }: Outcome, paint: Paint): readonly string[] {
  if (error === undefined) return [];
  const position = error.line === undefined ? '' : ` (${error.line}:${error.column ?? 1})`;
  const headline = paint('red', safeText(`${error.name}: ${error.message}${position}`));
  return error.frame === undefined ? [headline] : [headline, safeText(error.frame)];
}

function diagnosticLines({ line, column, code, message, hint }: Diagnostic, source: string, paint: Paint): string[] {
  const headline = `${paint('cyan', `${line}:${column}`)} ${paint('red', code)} ${safeText(message)}`;
  return [headline, ...codeFrame(source, line, column), ...(hint === undefined ? [] : [`  ${safeText(hint)}`])];
}

/** The line with a caret below the column; nothing where the program has no such line. */
export function codeFrame(source: string, line: number, column: number): readonly string[] {
  const text = source.split(/\r\n|[\n\r\u2028\u2029]/)[line - 1];
  if (text === undefined) return [];
  const start = Math.max(0, Math.min(column - 1 - FRAME_CHARS / 2, text.length - FRAME_CHARS));
  const shown = safeText(text.slice(start, start + FRAME_CHARS).replaceAll('\t', ' '));
  const before = safeText(text.slice(start, column - 1).replaceAll('\t', ' '));
  const gutter = `${line} | `.padStart(8);
  return [`${gutter}${shown}`, `${' '.repeat(gutter.length + before.length)}^`];
}

function toolCallLines({ toolCalls }: Outcome, paint: Paint): readonly string[] {
  return toolCalls.map(({ server, tool, ms, ok, code }) => {
    const mark = ok ? paint('green', 'ok') : paint('red', code ?? 'failed');
    return `${paint('dim', 'call')}  ${safeText(`${server}.${tool}`)} ${mark} ${paint('dim', `${Math.round(ms)} ms`)}`;
  });
}

function summaryLine({ kind, isolation, engine, timings }: Outcome, paint: Paint): string {
  const stages = [
    ['type-check', timings.typecheckMs],
    ['bundle', timings.bundleMs],
    ['start', timings.startMs],
    ['run', timings.runMs],
  ] as const;
  const shown = stages.map(([stage, ms]) => `${stage} ${ms.toFixed(1)} ms`).join(', ');
  const verdict = paint(kind === 'completed' ? 'green' : 'red', kind);
  return `${verdict} in ${timings.totalMs.toFixed(1)} ms on ${engine} (${isolation}) ${paint('dim', shown)}`;
}

function levelColour(level: Outcome['logs'][number]['level']): Colour {
  if (level === 'error') return 'red';
  return level === 'warn' ? 'yellow' : 'dim';
}
