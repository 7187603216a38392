/**
 * What JavaScript does with values of unlike types, and without asking whether there is one: `date1 - date2`, `'5' * 1`,
 * `rows.find(…).id`. Called by leniency.ts. Excused in a program without type syntax where the values are its own, not
 * where their types are declared: a tool's results are what the declarations say.
 */
import { lex } from '../../syntax/lex.ts';
import type { Snapshot, TsDiagnostic } from '../snapshot.ts';
import { type Calls, findCalls } from './callee.ts';
import { isDeclared, type Place } from './declared-origin.ts';

/** "Possibly null", of what is not called. */
const POSSIBLY_NOTHING: ReadonlySet<number> = new Set([2531, 2532, 2533, 18047, 18048, 18049]);
const LEFT_OPERAND = 2362;
const RIGHT_OPERAND = 2363;
const UNLIKE_TYPES = 2365;
const NO_OVERLAP = 2367;
/** Whatever they are about: calls of what may be nothing, "is unknown", `++` of a string, `|` between booleans. */
const ALWAYS: ReadonlySet<number> = new Set([2721, 2722, 2723, 18046, 2356, 2447]);
const HABITS: ReadonlySet<number> = new Set([
  ...POSSIBLY_NOTHING,
  ...ALWAYS,
  LEFT_OPERAND,
  RIGHT_OPERAND,
  UNLIKE_TYPES,
  NO_OVERLAP,
]);
/** More than these are excused unread: each costs questions to the compiler. */
const READ_HABITS = 50;
const EXPRESSION_CHARS = 1_000;
/** `x * 1`, `x - 0`, `x / 1`: a number is made of what is none. */
const TO_NUMBER = /^\s*(?:[*/]\s*1|-\s*0)(?![\w.])/;
const BOOLEAN = /\b(?:boolean|true|false)\b/;
const STRING = /^(?:string|"[^"]*"|`[^`]*`)(?: \| (?:"[^"]*"|undefined|null))*$/;
/** Neither a Date nor anything else that decides what it is worth. */
const PRIMITIVE = /^(?:string|number|undefined|null|-?[\d.]+|"[^"]*"|`[^`]*`| \| )+$/;

/** Which of the diagnostics, by index, are about such a habit and are not to be told. */
export async function selectHabits(
  diagnostics: readonly TsDiagnostic[],
  text: string,
  snapshot: Snapshot,
): Promise<readonly boolean[]> {
  let found: Calls | undefined;
  const bindings: Place['bindings'] = new Map();
  let read = 0;
  const select = async (diagnostic: TsDiagnostic) => {
    const { code } = diagnostic;
    if (!HABITS.has(code) || ALWAYS.has(code) || read++ >= READ_HABITS) return HABITS.has(code);
    found ??= findCalls(text);
    const place = { text, calls: found, snapshot, bindings };
    if (POSSIBLY_NOTHING.has(code)) return isOwnNothing(diagnostic, place);
    if (code === LEFT_OPERAND || code === RIGHT_OPERAND) return isOwnOperand(diagnostic, place);
    return isOwnComparison(diagnostic, place);
  };
  return Promise.all(diagnostics.map(select));
}

/** `list?.length > 3` is false where there is no list, and is meant so. */
async function isOwnNothing({ pos, end }: TsDiagnostic, place: Place): Promise<boolean> {
  const isAsked = place.text.slice(Math.max(pos, end - EXPRESSION_CHARS), end).includes('?.');
  return isAsked || !(await isDeclared(pos, end, place));
}

/** An operand of `*`, `-` and the like that is no number. */
async function isOwnOperand({ code, pos, end }: TsDiagnostic, place: Place): Promise<boolean> {
  const { text, snapshot } = place;
  if (code === LEFT_OPERAND && TO_NUMBER.test(text.slice(end, end + 20))) return true;
  if (!(await isDeclared(pos, end, place))) return true;
  const type = await snapshot.typeAt(end - 1);
  // Of `row.items[0]` the compiler does not tell the type at its end.
  return type !== undefined && BOOLEAN.test(await snapshot.show(type));
}

/** The whole of `left > right` or `left === right`, with both types in the message. */
async function isOwnComparison({ code, text: message, pos, end }: TsDiagnostic, place: Place): Promise<boolean> {
  const [, left = '', right = ''] = /types '(.{1,500})' and '(.{1,500})'/.exec(message) ?? [];
  if (!PRIMITIVE.test(left) && !(code === NO_OVERLAP && STRING.test(right))) return true;
  if (!PRIMITIVE.test(right)) return true;
  const named = /^Operator '([^']{1,4})'/.exec(message)?.[1];
  const operator = findOperator(place.text.slice(pos, end), named === undefined ? ['===', '!=='] : [named]);
  if (operator === undefined) return true;
  const [isLeft, isRight] = await Promise.all([
    isDeclared(pos, pos + operator.at, place),
    isDeclared(pos + operator.at + operator.text.length, end, place),
  ]);
  return !isLeft && !isRight;
}

/** The last one outside of all brackets: operators of one rank are read from the left. */
function findOperator(
  expression: string,
  operators: readonly string[],
): { readonly at: number; readonly text: string } | undefined {
  if (expression.length > EXPRESSION_CHARS) return undefined;
  let found: { readonly at: number; readonly text: string } | undefined;
  let skipTo = 0;
  lex(expression, ({ kind, start, depth }) => {
    if (kind !== 'punct' || depth !== 0 || start < skipTo) return;
    const text = /^[-+*/%<>=!&|^?]+/.exec(expression.slice(start))?.[0] ?? '';
    skipTo = start + text.length;
    const operator = operators.find(
      (each) => text === each || (text.startsWith(each) && /^[-+!]+$/.test(text.slice(each.length))),
    );
    if (operator !== undefined) found = { at: start, text: operator };
  });
  return found;
}
