/**
 * What would be right: one sentence for a diagnostic, made from what the compiler knows of the types around it. Called
 * by typecheck.ts for the few diagnostics that are reported. Asks only while the compiler still holds the program.
 */
import { nearest } from '../../../base/nearest.ts';
import { insteadOfImport } from '../../esbuild/import-advice.ts';
import type { Program } from '../../program-form.ts';
import type { Snapshot, TsDiagnostic, TypeFacts } from '../snapshot.ts';
import { insteadOf } from './absent-names.ts';
import { type CallsAround, calleeAt, findCalls, findTool } from './callee.ts';
import { isUnknownProperty, propertyName, receiverEnd, sentence } from './unknown-property.ts';

export interface Advice {
  /** In place of the compiler's message, where that would spell out all of `mcp`. */
  readonly message?: string;
  readonly hint?: string;
}

const UNKNOWN_NAME: ReadonlySet<number> = new Set([
  2304, 2503, 2552, 2580, 2581, 2582, 2583, 2584, 2591, 2592, 2593, 2867, 2868, 18004,
]);
const UNKNOWN_MODULE: ReadonlySet<number> = new Set([2306, 2307, 2691, 2732, 2792, 2846, 2882, 5097]);
const WRONG_ARGUMENT: ReadonlySet<number> = new Set([
  2322, 2345, 2353, 2554, 2555, 2559, 2560, 2561, 2739, 2740, 2741, 2769, 2820,
]);
const POSSIBLY_NOTHING: ReadonlySet<number> = new Set([2531, 2532, 2533, 18047, 18048, 18049]);
const TOP_LEVEL_RETURN = 1108;
const FORGOT_AWAIT = 2773;
const AWAIT = { hint: 'A call gives a promise: write `await` before it.' };
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
const SHOWN_NAMES = 15;
const SHOWN_CHARS = 80;

/** Makes the advice for one diagnostic after another. */
export function createAdviser(program: Program, snapshot: Snapshot): (diagnostic: TsDiagnostic) => Promise<Advice> {
  const { text } = program;
  let calls: CallsAround | undefined;
  return async (diagnostic) => {
    const { code, pos, end } = diagnostic;
    const named = text.slice(pos, end);
    if (diagnostic.relatedInformation?.some((related) => related.code === FORGOT_AWAIT)) return AWAIT;
    if (isUnknownProperty(diagnostic)) return adviseProperty(diagnostic, text, snapshot);
    // A missing module of Node's is reported as a missing name, with advice to install types.
    if (UNKNOWN_MODULE.has(code) || (UNKNOWN_NAME.has(code) && /^["']/.test(named)))
      return adviseImport(named.slice(1, -1));
    if (UNKNOWN_NAME.has(code)) return adviseName(named, snapshot);
    if (WRONG_ARGUMENT.has(code) && /^(?:Type|Argument of type) 'Promise</.test(diagnostic.text)) return AWAIT;
    if (WRONG_ARGUMENT.has(code)) {
      calls ??= findCalls(text);
      return adviseArgument(diagnostic, calls, text, snapshot);
    }
    if (POSSIBLY_NOTHING.has(code)) return { hint: 'Check it first, or write `?.` and `??`.' };
    if (code === TOP_LEVEL_RETURN)
      return {
        hint: 'Return from the default function of the module, or drop its `export`s and write a function body.',
      };
    return {};
  };
}

async function adviseProperty(diagnostic: TsDiagnostic, text: string, snapshot: Snapshot): Promise<Advice> {
  if (sentence(diagnostic).includes("on type 'Promise<")) return AWAIT;
  const receiver = await calleeAt(receiverEnd(diagnostic, text), text, snapshot);
  const name = propertyName(diagnostic);
  if (receiver === undefined || name === undefined) return {};
  const names = (await snapshot.properties(receiver.type)).map((property) => property.name);
  const near = nearest(name, names);
  const guess = near === undefined ? '' : `Did you mean "${near}"? `;
  if (receiver.type.origin === 'elsewhere') return near === undefined ? {} : { hint: guess.trimEnd() };
  const owner = receiver.text ?? 'It';
  const advice = { hint: `${guess}${owner} has ${listNames(names)}.` };
  if (owner === 'mcp') return { ...advice, message: `There is no upstream "${name}" in scope.` };
  return /^mcp(?:\??\.[^.[]+|\[[^\]]+\])$/.test(owner)
    ? { ...advice, message: `There is no tool "${name}" in ${owner}.` }
    : advice;
}

async function adviseName(name: string, snapshot: Snapshot): Promise<Advice> {
  const mcp = await snapshot.typeOfGlobal('mcp');
  const servers = mcp === undefined ? [] : (await snapshot.properties(mcp)).map((property) => property.name);
  const hint = servers.includes(name) ? `"${name}" is an upstream: write mcp.${name}.` : insteadOf(name);
  return hint === undefined ? {} : { hint };
}

function adviseImport(specifier: string): Advice {
  return { message: `The module "${clip(specifier)}" cannot be imported.`, hint: insteadOfImport(specifier) };
}

async function adviseArgument(
  diagnostic: TsDiagnostic,
  calls: CallsAround,
  text: string,
  snapshot: Snapshot,
): Promise<Advice> {
  const tool = await findTool(diagnostic, calls, text, snapshot);
  const parameter = tool === undefined ? undefined : await snapshot.parameter(tool.type);
  if (tool === undefined || parameter === undefined) return {};
  return { hint: `${tool.text ?? 'It'} takes ${await showShape(parameter, snapshot)}.` };
}

async function showShape(type: TypeFacts, snapshot: Snapshot): Promise<string> {
  const properties = await snapshot.properties(type);
  if (properties.length === 0) return clip(await snapshot.show(type));
  const shown = properties.slice(0, SHOWN_NAMES).map(async (property) => {
    const type = (await snapshot.showProperty(property)).replace(/ \| undefined$/, '');
    return `${showName(property.name)}${property.isOptional ? '?' : ''}: ${clip(type)}`;
  });
  const more = properties.length > SHOWN_NAMES ? '; …' : '';
  return `{ ${(await Promise.all(shown)).join('; ')}${more} }`;
}

function listNames(all: readonly string[]): string {
  // Upstreams and tools whose name is no identifier are declared under two names; the one to write is enough.
  const writable = new Set(all.filter((name) => IDENTIFIER.test(name)).map(letters));
  const names = all.filter((name) => IDENTIFIER.test(name) || !writable.has(letters(name)));
  if (names.length === 0) return 'no properties';
  const shown = names.slice(0, SHOWN_NAMES).map(showName).join(', ');
  return names.length > SHOWN_NAMES ? `${shown} and ${names.length - SHOWN_NAMES} more` : shown;
}

function letters(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

function showName(name: string): string {
  return IDENTIFIER.test(name) ? clip(name) : JSON.stringify(clip(name));
}

function clip(text: string): string {
  return text.length <= SHOWN_CHARS ? text : `${text.slice(0, SHOWN_CHARS)}…`;
}
