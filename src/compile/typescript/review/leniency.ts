/**
 * Which of the compiler's complaints an agent does not get to see: those about code that is merely untyped, and, where
 * a program is plain JavaScript, those about what JavaScript allows with its own values. Called by typecheck.ts. Never
 * excuses an unknown name, server or tool, an unknown property of a tool's result or a slip with its declared type, or
 * wrong arguments of a tool.
 */
import type { Program } from '../../program-form.ts';
import type { Snapshot, TsDiagnostic } from '../snapshot.ts';
import { PROGRAM_FILE } from '../virtual-files.ts';
import { calleeAt, findCalls } from './callee.ts';
import { isUnknownProperty, NO_INDEX, propertyName, receiverEnd, sentence } from './unknown-property.ts';
import { selectHabits } from './value-habits.ts';

const ERROR = 1;
/**
 * `this` of a plain function, `resolve()` of a promise whose type nobody wrote down, and types of modules of Node, which
 * are declared without any.
 */
const ALWAYS_EXCUSED: ReadonlySet<number> = new Set([2683, 2794, 2709]);
const NO_INDEX_BUT_GET = 7052;
const NOT_ASSIGNABLE = 2322;
const WRONG_ARGUMENT = 2345;
const NO_OVERLOAD = 2769;
const EXCESS_PROPERTY: ReadonlySet<number> = new Set([2353, 2561]);
const TOO_FEW_ARGUMENTS: ReadonlySet<number> = new Set([2554, 2555]);
const ARGUMENT_NOT_GIVEN = 6210;
const ASSIGNMENT = /^\s*(?:=(?![=>])|(?:\*\*|\+|-|\*|\/|%|&&?|\|\|?|\^|\?\?|<<|>>>?)=|\+\+|--)/;
const LOOK_AHEAD_CHARS = 40;

/** Errors without those that every program is excused from. */
export function dropImplicitAny(diagnostics: readonly TsDiagnostic[]): readonly TsDiagnostic[] {
  return diagnostics.filter((diagnostic) => {
    const { category, code } = diagnostic;
    if (category !== ERROR || ALWAYS_EXCUSED.has(code)) return false;
    if (code === NO_INDEX) return isUnknownProperty(diagnostic);
    return code < 7005 || code > 7053 || code === NO_INDEX_BUT_GET;
  });
}

/** The errors that remain for a program without any type syntax. */
export async function dropForJavaScript(
  diagnostics: readonly TsDiagnostic[],
  program: Program,
  snapshot: Snapshot,
): Promise<readonly TsDiagnostic[]> {
  const { text } = program;
  const kept = diagnostics.filter((diagnostic) => !isUntypedHabit(diagnostic) && !isOwnAssignment(diagnostic, text));
  const own = new Set((await selectOwn(kept, text, snapshot)).filter((diagnostic) => diagnostic !== undefined));
  const assigned = new Set([...own].filter((diagnostic) => isAssigned(diagnostic, text)).map(propertyName));
  const isExcused = (diagnostic: TsDiagnostic) =>
    own.has(diagnostic) && (isBag(diagnostic) || assigned.has(propertyName(diagnostic)));
  const isToOwnFunction = await selectToOwnFunctions(kept, text, snapshot);
  const isHabit = await selectHabits(kept, text, snapshot);
  return kept.filter(
    (diagnostic, index) => !isExcused(diagnostic) && isToOwnFunction[index] !== true && isHabit[index] !== true,
  );
}

function isUntypedHabit(diagnostic: TsDiagnostic): boolean {
  const { code, text, relatedInformation, messageChain } = diagnostic;
  if (code === NO_OVERLOAD && messageChain?.some(isAboutEmptyArray) === true) return true;
  // What an empty array in an object literal holds, and a variable that starts as null and is filled in a callback.
  if (
    / type 'never'\.$/.test(text) &&
    (isUnknownProperty(diagnostic) || code === WRONG_ARGUMENT || code === NOT_ASSIGNABLE)
  )
    return true;
  const isOwnFunction = relatedInformation?.some(
    (related) => related.code === ARGUMENT_NOT_GIVEN && related.fileName === PROGRAM_FILE,
  );
  return TOO_FEW_ARGUMENTS.has(code) && isOwnFunction === true;
}

/** `[].concat(rows)`: the compiler takes the empty array for one that stays empty. */
function isAboutEmptyArray({ text, messageChain }: TsDiagnostic): boolean {
  return / type 'never'\.$/.test(text) || messageChain?.some(isAboutEmptyArray) === true;
}

/** `let x = 1; x = "one"`: the error stands on the variable, and `=` behind it. An argument's stands on the value. */
function isOwnAssignment({ code, pos, end }: TsDiagnostic, text: string): boolean {
  return code === NOT_ASSIGNABLE && /^[\w$]+$/.test(text.slice(pos, end)) && isAssigned({ end }, text);
}

function isAssigned({ end }: { readonly end: number }, text: string): boolean {
  return ASSIGNMENT.test(text.slice(end, end + LOOK_AHEAD_CHARS));
}

/** An object that started as `{}`, or options whose default is that: no property of the type has to be there. */
function isBag(diagnostic: TsDiagnostic): boolean {
  return /type '\{(?:(?: [\w$]+\?: [^;{}]*;)+ )?\}'/.test(sentence(diagnostic));
}

/** Of the unknown properties those of values that the program itself made, and errors that it hangs something on. */
function selectOwn(
  diagnostics: readonly TsDiagnostic[],
  text: string,
  snapshot: Snapshot,
): Promise<(TsDiagnostic | undefined)[]> {
  const select = async (diagnostic: TsDiagnostic) => {
    if (!isUnknownProperty(diagnostic)) return undefined;
    if (/ type '\w{0,40}Error'\./.test(diagnostic.text)) return diagnostic;
    const type = await snapshot.typeAt(receiverEnd(diagnostic, text) - 1);
    return type?.origin === 'program' ? diagnostic : undefined;
  };
  return Promise.all(diagnostics.map(select));
}

/** What a function that is no tool is given: something that may be nothing, or more properties than its default has. */
async function selectToOwnFunctions(
  diagnostics: readonly TsDiagnostic[],
  text: string,
  snapshot: Snapshot,
): Promise<boolean[]> {
  const suspects = diagnostics.map(
    ({ code, text: message }) =>
      EXCESS_PROPERTY.has(code) || (code === WRONG_ARGUMENT && /\b(?:undefined|null)'/.test(message)),
  );
  if (!suspects.includes(true)) return [];
  const calls = findCalls(text);
  const select = async (diagnostic: TsDiagnostic, index: number) => {
    const call = calls.around(diagnostic.pos)[0];
    if (suspects[index] !== true || call === undefined) return false;
    const callee = await calleeAt(call, text, snapshot);
    return callee !== undefined && callee.type.origin !== 'declarations';
  };
  return Promise.all(diagnostics.map(select));
}
