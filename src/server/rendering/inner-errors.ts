/**
 * What an error was caused by and what it is made of, as lines below it. Called for outcomes that are shown as text: to
 * an agent by render-outcome.ts, to a person by the command line.
 */
import type { InnerError } from '../../program/outcome.ts';
import { cutText } from './text.ts';

const MAX_LINES = 10;
const MESSAGE_CHARS = 500;

/** `caused by RangeError at 3:9: too far`, and `1. TypeError: …` for each part of an AggregateError, deeper ones indented. */
export function innerErrorLines(error: InnerError): readonly string[] {
  const lines = linesBelow(error, '  ');
  const more = lines.length - MAX_LINES;
  return more > 0 ? [...lines.slice(0, MAX_LINES), `  and ${more} more in structuredContent`] : lines;
}

function linesBelow({ cause, errors = [] }: InnerError, indent: string): readonly string[] {
  const parts = errors.flatMap((each, at) => [
    `${indent}${at + 1}. ${headline(each)}`,
    ...linesBelow(each, `${indent}  `),
  ]);
  return cause === undefined
    ? parts
    : [...parts, `${indent}caused by ${headline(cause)}`, ...linesBelow(cause, `${indent}  `)];
}

function headline({ name, message, line, column }: InnerError): string {
  const position = line === undefined ? '' : ` at ${line}:${column ?? 1}`;
  return `${name}${position}: ${cutText(message, MESSAGE_CHARS, 'it is whole in structuredContent')}`;
}
