/**
 * Reads a program: checks what can be checked before any compiler sees it, recognises its form (docs/programs.md), and
 * wraps it into the one ES module text that both the type-checker and the bundler get. Called by the spine. Never
 * changes what stands on a line but in place and length, so that positions lead back to the agent's own text.
 */
import { contentHash } from '../base/json.ts';
import type { Limits } from '../base/limits.ts';
import type { Diagnostic } from './diagnostics.ts';
import { createFenceFinder, unfence } from './mistakes/markdown-fence.ts';
import { lex, type Token } from './syntax/lex.ts';
import { COMPILER_LINE_END, lineStarts, type Position, positionAt } from './syntax/positions.ts';
import { createFormReader, type Form } from './syntax/read-form.ts';

export interface Program {
  readonly form: Form['kind'];
  /** The agent's text with `\n` for every line end, no byte order mark, and a fence around it as comments. */
  readonly source: string;
  /** An ES module whose default export is the program, or its value. */
  readonly text: string;
  /** Equal hashes mean equal text and equal positions. */
  readonly hash: string;
  /** The agent's position for an offset in `text`. */
  readonly positionAt: (offset: number) => Position;
  /** The agent's position for a line and column in `text`, lines as compilers count them. Both from 1. */
  readonly toProgramPosition: (line: number, column: number) => Position;
}

/** Deeper nesting is written by no one, and makes the compilers recurse until they die. */
const NESTING_LEVELS = 500;
/** Tokens without `;`, `,` or a brace between: `1+1+1+…`, `!!!!…`, `a=>a=>a=>…` cost the compilers like nesting does. */
const TOKENS_OF_ONE_STATEMENT = 20_000;
const FENCE = ['A Markdown fence stands in the program.', 'Remove the Markdown fence: send the code alone.'] as const;
const TS_DIRECTIVE = /@ts-(?=ignore|expect-error|nocheck)/g;

/** The program, or what is wrong with it. */
export function readProgram(source: string, limits: Limits): Program | readonly Diagnostic[] {
  const bytes = Buffer.byteLength(source);
  if (bytes > limits.sourceBytes) {
    const message = `The program has ${bytes} bytes; the limit sourceBytes allows ${limits.sourceBytes}.`;
    return [
      {
        line: 1,
        column: 1,
        code: 'limit',
        message,
        hint: 'Pass data as args or read it with a tool, instead of writing it into the program.',
      },
    ];
  }
  const normal = normalise(source);
  const nul = normal.indexOf('\0');
  if (nul !== -1)
    return [refusal(normal, nul, 'The program holds a NUL character.', 'Write it as \\0 inside of a string.')];
  const form = createFormReader(normal);
  const edits: Edit[] = normal.startsWith('#!') ? [{ at: 0, text: '//' }] : [];
  let refused: Diagnostic | undefined;
  const guard = createGuard();
  const isFence = createFenceFinder(normal);
  lex(normal.startsWith('#!') ? `//${normal.slice(2)}` : normal, (token) => {
    form.add(token);
    if (token.kind === 'comment') edits.push(...directives(normal, token));
    const message = guard(normal, token);
    if (message !== undefined)
      refused ??= refusal(normal, token.start, message, 'Split it into several statements or functions.');
    // The first two of its backticks were the token before.
    if (isFence(token)) refused ??= refusal(normal, token.start - 2, ...FENCE);
  });
  if (refused !== undefined) return [refused];
  const found = form.read();
  if (found === undefined)
    return [refusal(normal, 0, 'The program is empty.', 'Write statements and `return` a value.')];
  return wrap(normal, found, edits);
}

function normalise(source: string): string {
  const text = source.replace(/^\ufeff/, '').replaceAll(/\r\n?/g, '\n');
  return unfence(text.toWellFormed());
}

/** Replaces as many characters as `text` has. */
interface Edit {
  readonly at: number;
  readonly text: string;
}

function refusal(source: string, offset: number, message: string, hint: string): Diagnostic {
  return { ...positionAt(lineStarts(source), offset), code: 'syntax', message, hint };
}

/** Counts nesting and the length of statements; answers with a message once a program is out of all bounds. */
function createGuard(): (source: string, token: Token) => string | undefined {
  let run = 0;
  return (source, token) => {
    const char =
      token.kind === 'open' || token.kind === 'close' || token.kind === 'punct' ? source.charAt(token.start) : '';
    run = char === ';' || char === ',' || char === '{' || char === '}' ? 0 : run + 1;
    if (token.depth >= NESTING_LEVELS) return `Brackets are nested more than ${NESTING_LEVELS} levels deep.`;
    if (run > TOKENS_OF_ONE_STATEMENT) return `One statement has more than ${TOKENS_OF_ONE_STATEMENT} tokens.`;
    return undefined;
  };
}

/** A program may not switch its own checking off, nor name files and libraries to the compiler. */
function directives(source: string, comment: Token): readonly Edit[] {
  const text = source.slice(comment.start, comment.end);
  const edits = [...text.matchAll(TS_DIRECTIVE)].map((match) => ({ at: comment.start + match.index, text: '@ts_' }));
  return /^\/\/\/\s*</.test(text) ? [{ at: comment.start, text: '// ' }, ...edits] : edits;
}

function wrap(source: string, form: Form, edits: readonly Edit[]): Program {
  const semicolons = form.kind === 'function' ? form.semicolons.map((at) => ({ at, text: ' ' })) : [];
  const edited = applyEdits(source, [...edits, ...semicolons]);
  const own = { text: edited, at: 0, isOwn: true };
  if (form.kind === 'module') return toProgram(form, source, [own]);
  if (form.kind === 'body') return toProgram(form, source, bodyPieces(edited, form));
  return toProgram(form, source, [inserted('export default (\n', 0), own, inserted('\n);\n', source.length)]);
}

/** A part of the wrapped text: the agent's own from `at` on, or put in at `at`. */
interface Piece {
  readonly text: string;
  readonly at: number;
  readonly isOwn: boolean;
}

function inserted(text: string, at: number): Piece {
  return { text, at, isOwn: false };
}

/** A function has no imports of its own, so they all stand before it; in a module they count from its head anyway. */
function bodyPieces(source: string, { importsEnd, lateImports }: Extract<Form, { kind: 'body' }>): readonly Piece[] {
  const own = (start: number, end: number) => ({ text: source.slice(start, end), at: start, isOwn: true });
  const head = [
    own(0, importsEnd),
    ...lateImports.flatMap(({ start, end }) => [inserted('\n', start), own(start, end)]),
  ];
  const body: Piece[] = [];
  let done = importsEnd;
  for (const { start, end } of lateImports) {
    // The statement before may have no semicolon of its own.
    body.push(own(done, start), inserted(`;${source.slice(start + 1, end).replaceAll(/[^\n]/g, ' ')}`, start));
    done = end;
  }
  // The rest of the imports' last line keeps its column.
  const column = importsEnd - (source.slice(0, importsEnd).lastIndexOf('\n') + 1);
  const isHeadEmpty = importsEnd === 0 && lateImports.length === 0;
  const opening = `${isHeadEmpty ? '' : '\n'}export default async () => {\n${' '.repeat(column)}`;
  return [...head, inserted(opening, importsEnd), ...body, own(done, source.length), inserted('\n};\n', source.length)];
}

function applyEdits(source: string, edits: readonly Edit[]): string {
  let text = '';
  let done = 0;
  for (const edit of edits.toSorted((left, right) => left.at - right.at)) {
    text += source.slice(done, edit.at) + edit.text;
    done = edit.at + edit.text.length;
  }
  return text + source.slice(done);
}

function toProgram(form: Form, source: string, pieces: readonly Piece[]): Program {
  const text = pieces.map((piece) => piece.text).join('');
  const sourceStarts = lineStarts(source);
  const textStarts = lineStarts(text, COMPILER_LINE_END);
  const pieceStarts: number[] = [];
  let length = 0;
  for (const piece of pieces) {
    pieceStarts.push(length);
    length += piece.text.length;
  }
  const toPosition = (offset: number) => {
    const { line, column } = positionAt(pieceStarts, Math.max(0, offset));
    const { at = 0, isOwn = false } = pieces[line - 1] ?? {};
    return positionAt(sourceStarts, Math.min(isOwn ? at + column - 1 : at, source.length));
  };
  return {
    form: form.kind,
    source,
    text,
    hash: contentHash(form.kind, pieces.map((piece) => `${piece.at} ${piece.isOwn} ${piece.text.length}`).join(), text),
    positionAt: toPosition,
    toProgramPosition: (line, column) => {
      const start = textStarts[Math.min(line, textStarts.length) - 1] ?? 0;
      const next = textStarts[line] ?? text.length + 1;
      return toPosition(Math.min(start + Math.max(0, column - 1), next - 1));
    },
  };
}
