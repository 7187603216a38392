/**
 * Brings an error that a program threw back to the agent's own lines. Called by the spine with what the sandbox sent,
 * so every character of it is a claim: parsed in linear time, capped, and never trusted to be a stack at all.
 */
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import type { Bundle } from './bundle.ts';
import type { Position } from './syntax/positions.ts';

/** As `ThrownError` of src/run/run-report.ts. */
interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly cause?: Thrown;
  readonly errors?: readonly Thrown[];
}

/** As `InnerError` of src/program/outcome.ts. */
interface LocatedInner {
  readonly name: string;
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
  readonly cause?: LocatedInner;
  readonly errors?: readonly LocatedInner[];
}

/** As `OutcomeError` of src/program/outcome.ts, as far as it is about a thrown error. */
export interface LocatedError extends LocatedInner {
  readonly frame?: string;
  readonly stack?: string;
}

interface Frame {
  readonly name: string;
  readonly position: Position;
}

/** The name that the sandbox gives to the script. */
const SCRIPT = 'program.js:';
/** The name that the source map gives to the program. */
const SOURCE = 'program.ts';
const MAX_NAME_CHARS = 100;
const MAX_MESSAGE_CHARS = 8_000;
const MAX_STACK_CHARS = 64 * 1024;
const MAX_FRAMES = 20;
const FRAME_CHARS = 120;
/** What esbuild calls a default export without a name. */
const NAMELESS = 'program_default';
const CONTROL = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** The error with the agent's positions; without any where it was not thrown from a line of the program. */
export function locateError(bundle: Bundle, thrown: Thrown): LocatedError {
  const { cause, errors } = thrown;
  const inner = (each: Thrown): LocatedInner => {
    const { frame: _frame, stack: _stack, ...located } = locateError(bundle, each);
    return located;
  };
  return {
    ...locateOne(bundle, thrown),
    ...(cause === undefined ? {} : { cause: inner(cause) }),
    ...(errors === undefined ? {} : { errors: errors.map(inner) }),
  };
}

function locateOne(bundle: Bundle, thrown: Thrown): LocatedError {
  const name = clean(thrown.name, MAX_NAME_CHARS) || 'Error';
  const message = clean(thrown.message, MAX_MESSAGE_CHARS);
  // The message may look like frames, so it is not read as such where it stands at the head.
  const header = `${thrown.name}: ${thrown.message}`;
  const frames = readFrames(bundle, thrown.stack.startsWith(header) ? thrown.stack.slice(header.length) : thrown.stack);
  const first = frames[0];
  if (first === undefined) return { name, message };
  const stack = frames.map((frame) => `    at ${frame.name}${showPosition(frame)}`).join('\n');
  return { name, message, ...first.position, frame: drawFrame(bundle.program.source, first.position), stack };
}

/** The agent's position of the first frame of a stack that lies in the program. */
export function locate(bundle: Bundle, stack: string): Position | undefined {
  return readFrames(bundle, stack)[0]?.position;
}

function readFrames(bundle: Bundle, stack: string): readonly Frame[] {
  const map = new TraceMap(bundle.sourceMap);
  const frames: Frame[] = [];
  for (const line of stack.slice(0, MAX_STACK_CHARS).split('\n')) {
    if (frames.length === MAX_FRAMES) break;
    const raw = readFrame(line.trim());
    if (raw === undefined) continue;
    const found = originalPositionFor(map, { line: raw.line, column: raw.column - 1 });
    // Lines of packages are nobody's here: what counts is where the program called them.
    if (found.line === null || found.source !== SOURCE) continue;
    frames.push({ name: raw.name, position: bundle.program.toProgramPosition(found.line, found.column + 1) });
  }
  return frames;
}

/** `at name (program.js:12:5)` or `at program.js:12:5`; all else is no frame of the program. */
function readFrame(
  line: string,
): { readonly name: string; readonly line: number; readonly column: number } | undefined {
  const at = line.lastIndexOf(SCRIPT);
  if (!line.startsWith('at ') || at === -1) return undefined;
  const before = line.slice(3, at).trim();
  const place = /^(\d{1,7}):(\d{1,9})\)?$/.exec(line.slice(at + SCRIPT.length));
  const isWhole = before === '' || before === 'async' || before.endsWith('(');
  if (place === null || !isWhole || Number(place[1]) < 1 || Number(place[2]) < 1) return undefined;
  const name = clean(before.replace(/\($/, '').trim(), MAX_NAME_CHARS)
    .replaceAll('\n', ' ')
    .replace(NAMELESS, '')
    .trim();
  return { name: name === 'async' ? '' : name, line: Number(place[1]), column: Number(place[2]) };
}

function showPosition({ name, position }: Frame): string {
  const place = `program:${position.line}:${position.column}`;
  return name === '' ? place : ` (${place})`;
}

/** The program's line, cut around the column where it is long, with a caret below. */
function drawFrame(source: string, { line, column }: Position): string {
  const text = source.split('\n', line)[line - 1] ?? '';
  const from = column <= FRAME_CHARS - 20 ? 0 : column - FRAME_CHARS / 2;
  const shown = text
    .slice(from, from + FRAME_CHARS)
    .replaceAll('\t', ' ')
    .replaceAll(CONTROL, ' ')
    .toWellFormed();
  const gutter = `  ${line} | `;
  const lead = from === 0 ? '' : '…';
  const tail = from + FRAME_CHARS < text.length ? '…' : '';
  return `${gutter}${lead}${shown}${tail}\n${' '.repeat(gutter.length - 2)}| ${' '.repeat(lead.length + column - 1 - from)}^`;
}

/** Within the cap, without what could move a reader's cursor or hide text. */
function clean(text: string, maxChars: number): string {
  const shown =
    text.length <= maxChars ? text : `${text.slice(0, maxChars)}… (${text.length - maxChars} more characters)`;
  return shown.toWellFormed().replaceAll(CONTROL, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
