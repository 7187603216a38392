/**
 * The console output of a run, or of a command, in a few lines: the first and the last of it, because the last ones tell
 * most where it failed. Pure; called by render-outcome.ts and sandbox.exec. The places where something is missing are marked.
 */
import type { Outcome } from '../../program/outcome.ts';
import { counted } from './text.ts';

const SHOWN_CHARS = 1_000;
/** Of what is shown, the beginning's part: half of it, or less where the program or the command failed. */
const HEAD_SHARE = { completed: 0.5, failed: 0.25 };
/** So much is given up for a cut between lines. */
const MAX_SNAP_CHARS = 150;

/** `3 log lines:` and the lines; nothing where there are none. */
export function logLines({ kind, logs, truncated }: Outcome): readonly string[] {
  if (logs.length === 0) return [];
  const { logLines: dropped = 0, afterLogLine } = truncated ?? {};
  const lines = logs.map(({ level, text }) => (level === 'log' ? text : `[${level}] ${text}`));
  if (dropped > 0 && afterLogLine !== undefined) {
    lines.splice(afterLogLine, 0, `…(${counted(dropped, 'line')} ${were(dropped)} dropped here)…`);
  }
  const more = dropped === 0 ? '' : `, ${dropped} more ${were(dropped)} dropped`;
  const kept = logs.length === 1 ? 'the line is' : `the ${logs.length} lines are`;
  const excerpt = { chars: SHOWN_CHARS, hasFailed: kind !== 'completed', whole: `${kept} in structuredContent` };
  return [`${counted(logs.length, 'log line')}${more}:`, cutMiddle(lines.join('\n'), excerpt)];
}

export interface Excerpt {
  readonly chars: number;
  /** More of the end is shown then. */
  readonly hasFailed: boolean;
  /** Where what is left out can be read. */
  readonly whole: string;
}

/** Cut between lines where one ends or begins near enough, else within a line. */
export function cutMiddle(text: string, { chars, hasFailed, whole }: Excerpt): string {
  if (text.length <= chars) return text;
  const headChars = Math.floor(chars * (hasFailed ? HEAD_SHARE.failed : HEAD_SHARE.completed));
  const head = text.slice(0, headChars);
  const tail = text.slice(headChars - chars);
  const headEnd = head.lastIndexOf('\n');
  const tailStart = tail.indexOf('\n') + 1;
  const shownHead = head.length - headEnd > MAX_SNAP_CHARS ? head : head.slice(0, headEnd);
  const shownTail = tailStart > MAX_SNAP_CHARS ? tail : tail.slice(tailStart);
  const left = text.length - shownHead.length - shownTail.length;
  return `${shownHead}\n…(${left} characters left out; ${whole})…\n${shownTail}`;
}

function were(count: number): string {
  return count === 1 ? 'was' : 'were';
}
