/**
 * A function body whose work is in a function of its own that nobody calls, or whose value nobody returns: it completes
 * without a result. Called by the spine where a run did so, never before, so that no other run pays for it. Reads tokens
 * outside of all brackets; a guess, and told as one.
 */
import type { Diagnostic } from '../diagnostics.ts';
import type { Program } from '../program-form.ts';
import { lex } from '../syntax/lex.ts';
import { lineStarts, positionAt } from '../syntax/positions.ts';

interface Word {
  readonly text: string;
  readonly start: number;
  /** It stands in the body of an arrow function without braces. */
  readonly isInArrow: boolean;
}

interface Outline {
  /** What stands outside of all brackets, and brackets themselves. */
  readonly words: readonly Word[];
  /** How often each word stands anywhere. */
  readonly counts: ReadonlyMap<string, number>;
  /** Some function returns a value. */
  readonly hasValue: boolean;
}

const WORD_CHARS = 100;
const NO_CALL = /^(?:async|function|if|for|while|switch|catch|with)$/;
const ASYNC = /^(?:async|function)$/;

/** The one diagnostic, or nothing where the program may well have meant to have no result. */
export function findNeverReturned({ form, source }: Program): readonly Diagnostic[] {
  if (form !== 'body') return [];
  const { words, counts, hasValue } = readOutline(source);
  // A value is returned somewhere, and this time it was not come by.
  if (words.some(({ text }) => text === 'return')) return [];
  const functions = declaredFunctions(words);
  const calls = words.filter((_, at) => isCall(words, at));
  const uncalled = [...functions].find(([name]) => counts.get(name) === 1);
  if (uncalled !== undefined && calls.length === 0)
    return [tell(source, uncalled[1], `\`${uncalled[0]}\` is declared and never called.`, uncalled[0])];
  const last = calls.findLast(({ text }) => functions.has(text));
  if (last !== undefined && hasValue && isStatement(words, words.indexOf(last)))
    return [tell(source, last, `the value of \`${last.text}\` is not returned.`, last.text)];
  return [];
}

function tell(source: string, { start }: Word, message: string, name: string): Diagnostic {
  const position = positionAt(lineStarts(source), start);
  return {
    ...position,
    code: 'no-result',
    message: `The program returned nothing: ${message}`,
    hint: `End it with \`return await ${name}();\`.`,
  };
}

function readOutline(source: string): Outline {
  const words: Word[] = [];
  const counts = new Map<string, number>();
  let hasValue = false;
  let isInArrow = false;
  let last = '';
  let lastEnd = 0;
  lex(source.startsWith('#!') ? `//${source.slice(2)}` : source, ({ kind, start, end, depth }) => {
    if (kind === 'comment') return;
    const text = source.slice(start, Math.min(end, start + WORD_CHARS));
    // A value behind `return`, or behind the arrow of a function without braces.
    hasValue ||= (last === 'return' && text !== ';' && text !== '}') || (last === '=>' && text !== '{');
    counts.set(text, (counts.get(text) ?? 0) + 1);
    if (depth === 0) {
      const startsLine = kind === 'word' && source.slice(lastEnd, start).includes('\n');
      isInArrow = last === '=>' || (isInArrow && text !== ';' && !startsLine);
      words.push({ text, start, isInArrow });
    }
    last = text;
    lastEnd = end;
  });
  return { words, counts, hasValue };
}

/** `function name`, `const name = async (…) =>`, `const name = function`, by name. */
function declaredFunctions(words: readonly Word[]): ReadonlyMap<string, Word> {
  const found = new Map<string, Word>();
  for (const [at, word] of words.entries()) {
    const name = words[at + 1];
    if (name === undefined) continue;
    if (word.text === 'function' && words[at - 1]?.text !== '=') found.set(name.text === '*' ? '' : name.text, name);
    if (/^(?:const|let|var)$/.test(word.text) && words[at + 2]?.text === '=' && isFunction(words, at + 3))
      found.set(name.text, name);
  }
  found.delete('');
  found.delete('(');
  return found;
}

function isFunction(words: readonly Word[], from: number): boolean {
  const at = ASYNC.test(words[from]?.text ?? '') ? from + 1 : from;
  if (words[from]?.text === 'function' || words[at]?.text === 'function') return true;
  return words[at + 1]?.text === '=>' || (words[at]?.text === '(' && words[at + 2]?.text === '=>');
}

function isCall(words: readonly Word[], at: number): boolean {
  const { text = '', isInArrow } = words[at] ?? {};
  const isName = /^[\p{ID_Start}$_]/u.test(text) && !NO_CALL.test(text);
  const isDeclared = /^(?:function|\*)$/.test(words[at - 1]?.text ?? '');
  return isName && isInArrow !== true && words[at + 1]?.text === '(' && !isDeclared;
}

/** `main();`, `await main();`, `void main().catch(…)`: nothing is done with its value. */
function isStatement(words: readonly Word[], at: number): boolean {
  const isPrefixed = /^(?:await|void)$/.test(words[at - 1]?.text ?? '');
  const before = words[isPrefixed ? at - 2 : at - 1]?.text;
  return before === undefined || before === ';' || before === '}' || before === ')';
}
