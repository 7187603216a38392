/**
 * A default function that expects `{ mcp, args }`, as code modes elsewhere have it: ours is called with `args` alone, so
 * it would fail at the first call of a tool, with words about undefined. Called by typecheck.ts. Reads tokens; what it
 * does not recognise it leaves to the program's run.
 */
import type { Diagnostic } from '../diagnostics.ts';
import type { Program } from '../program-form.ts';
import { lex } from '../syntax/lex.ts';
import type { Snapshot } from '../typescript/snapshot.ts';

interface Word {
  readonly text: string;
  readonly start: number;
  readonly depth: number;
}

const MIGHT_BE = /[({,]\s*(?:mcp|args)\s*[,}:)=]/;
const WORD_CHARS = 100;

export async function findDefaultParameter(program: Program, snapshot: Snapshot): Promise<readonly Diagnostic[]> {
  if (program.form === 'body' || !MIGHT_BE.test(program.text)) return [];
  const words = readWords(program.text);
  const open = parametersOf(words);
  const wrong = open === undefined ? undefined : wrongParameter(words, open);
  const args = wrong === undefined ? undefined : await snapshot.typeOfGlobal('args');
  const known = args === undefined ? [] : await snapshot.properties(args);
  if (wrong === undefined || known.some(({ name }) => name === wrong.text)) return [];
  return [
    {
      ...program.positionAt(wrong.start),
      code: 'parameter',
      message: `The default function is called with \`args\` alone, so its parameter has no ${wrong.text}.`,
      hint: 'Take no parameter, or `(args)`: `mcp`, `args` and `console` are in scope already.',
    },
  ];
}

function readWords(text: string): readonly Word[] {
  const words: Word[] = [];
  lex(text, ({ kind, start, end, depth }) => {
    if (kind !== 'comment') words.push({ text: text.slice(start, Math.min(end, start + WORD_CHARS)), start, depth });
  });
  return words;
}

/** Where the parameters of the default function begin: its opening parenthesis. */
function parametersOf(words: readonly Word[]): number | undefined {
  const at = words.findIndex(
    ({ text, depth }, index) => text === 'export' && depth === 0 && words[index + 1]?.text === 'default',
  );
  if (at === -1) return undefined;
  const next = words[at + 2];
  const isName = next !== undefined && /^[\p{ID_Start}$_]/u.test(next.text) && !/^(?:async|function)$/.test(next.text);
  return isName ? declarationOf(words, next.text) : functionAt(words, at + 2);
}

/** `export default main`, with `function main(…)` or `const main = …` elsewhere. */
function declarationOf(words: readonly Word[], name: string): number | undefined {
  const at = words.findIndex(({ text, depth }, index) => {
    const before = words[index - 1]?.text ?? '';
    return text === name && depth === 0 && /^(?:function|const|let|var)$/.test(before);
  });
  if (at === -1) return undefined;
  return words[at + 1]?.text === '=' ? functionAt(words, at + 2) : functionAt(words, at - 1);
}

/** `async function name(`, `async (`, `((`. */
function functionAt(words: readonly Word[], from: number): number | undefined {
  const [first, second] = [words[from]?.text, words[from + 1]?.text];
  if (first === 'async') return functionAt(words, from + 1);
  if (first === 'function') return second === '(' ? from + 1 : words[from + 2]?.text === '(' ? from + 2 : undefined;
  if (first !== '(') return undefined;
  return second === 'async' || second === 'function' || second === '(' ? functionAt(words, from + 1) : from;
}

function wrongParameter(words: readonly Word[], open: number): Word | undefined {
  const first = words[open + 1];
  if (first?.text === 'mcp') return first;
  if (first?.text !== '{') return undefined;
  const close = words.findIndex(({ depth }, index) => index > open + 1 && depth <= first.depth);
  const keys = words
    .slice(open + 2, close === -1 ? undefined : close)
    .filter(({ depth }, index, all) => depth === first.depth + 1 && (index === 0 || all[index - 1]?.text === ','));
  const mcp = keys.find(({ text }) => text === 'mcp');
  // `args` beside other names may be a property of the caller's.
  return mcp ?? (keys.length === 1 && keys[0]?.text === 'args' ? keys[0] : undefined);
}
