/**
 * An outcome for a person at a terminal: the result on stdout, so that it can be piped on, and how it came to be on
 * stderr. Called by `codeloom run`. Whatever a program wrote is shown without the characters that steer a terminal.
 */
import type { Diagnostic } from '../compile/diagnostics.ts';
import type { Outcome } from '../program/outcome.ts';
import { codeFrame } from '../server/rendering/code-frame.ts';
import { innerErrorLines } from '../server/rendering/inner-errors.ts';
import { artifactLines } from '../server/rendering/render-artifacts.ts';
import { safeText } from '../server/rendering/text.ts';
import type { Colour, Paint, Terminal } from './terminal.ts';

export function printOutcome(outcome: Outcome, code: string, terminal: Terminal): void {
  const { paint } = terminal;
  const tell = (lines: readonly string[]) => {
    for (const line of lines) terminal.tell(line);
  };
  tell(logLines(outcome, paint));
  tell(errorLines(outcome, paint));
  for (const diagnostic of outcome.diagnostics ?? []) tell(diagnosticLines(diagnostic, code, paint));
  tell(toolCallLines(outcome, paint));
  tell(artifactLines(outcome.artifacts ?? [], outcome.truncated?.artifacts ?? 0).map(safeText));
  tell([summaryLine(outcome, paint)]);
  if (outcome.result !== undefined) terminal.print(resultText(outcome.result));
}

/** All lines that were kept, and a line where others were not. */
function logLines({ logs, truncated }: Outcome, paint: Paint): readonly string[] {
  const lines = logs.map(({ level, text }) => `${paint(levelColour(level), level.padEnd(5))} ${safeText(text)}`);
  if (truncated === undefined || truncated.logLines === 0) return lines;
  const gap = paint('dim', `(${truncated.logLines} lines of console output were left out here)`);
  return lines.toSpliced(truncated.afterLogLine ?? lines.length, 0, gap);
}

/** A string as it is, everything else as indented JSON. */
function resultText(result: NonNullable<Outcome['result']> | null): string {
  return safeText(typeof result === 'string' ? result : JSON.stringify(result, undefined, 2));
}

function errorLines({ error }: Outcome, paint: Paint): readonly string[] {
  if (error === undefined) return [];
  const position = error.line === undefined ? '' : ` at ${error.line}:${error.column ?? 1}`;
  const headline = paint('red', safeText(`${error.name}${position}: ${error.message}`));
  const frame = error.frame === undefined ? [] : [safeText(error.frame)];
  return [headline, ...frame, ...innerErrorLines(error).map(safeText)];
}

function diagnosticLines({ line, column, code, message, hint }: Diagnostic, source: string, paint: Paint): string[] {
  const headline = `${paint('cyan', `${line}:${column}`)} ${paint('red', code)} ${safeText(message)}`;
  return [
    headline,
    ...codeFrame(source, line, column),
    ...(hint === undefined ? [] : [`  ${safeText(forCommandLine(hint))}`]),
  ];
}

/** What a request says as `dependencies` is an option here. */
function forCommandLine(hint: string): string {
  const asRequest =
    /where the operator allows them, pass dependencies: \[\{ name: "([^"]*)", version: "…" \}\] beside the program/;
  return hint.replace(asRequest, 'pass --dependency $1@<range>');
}

function toolCallLines({ toolCalls }: Outcome, paint: Paint): readonly string[] {
  return toolCalls.map(({ server, tool, ms, ok, code }) => {
    const mark = ok ? paint('green', 'ok') : paint('red', code ?? 'failed');
    return `${paint('dim', 'call')}  ${safeText(`${server}.${tool}`)} ${mark} ${paint('dim', `${Math.round(ms)} ms`)}`;
  });
}

function summaryLine({ kind, isolation, engine, timings }: Outcome, paint: Paint): string {
  const stages = [
    ['connect', timings.connectMs],
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
