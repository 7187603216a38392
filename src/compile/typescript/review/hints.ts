/**
 * What would be right: one sentence for a diagnostic, made from what the compiler knows of the types around it. Called
 * by typecheck.ts for the few diagnostics that are reported. Asks only while the compiler still holds the program.
 */
import { insteadOfImport, type NodePlace } from '../../esbuild/import-advice.ts';
import { insteadOf } from '../../mistakes/absent-names.ts';
import type { Program } from '../../program-form.ts';
import type { Snapshot, TsDiagnostic } from '../snapshot.ts';
import { type Calls, findCalls, findTool } from './callee.ts';
import { type Advice, AWAIT, adviseProperty } from './property-advice.ts';
import { showShape } from './show-shape.ts';
import { isUnknownProperty } from './unknown-property.ts';

const UNKNOWN_NAME: ReadonlySet<number> = new Set([
  2304, 2503, 2552, 2580, 2581, 2582, 2583, 2584, 2591, 2592, 2593, 2867, 2868, 18004,
]);
const UNKNOWN_MODULE: ReadonlySet<number> = new Set([2306, 2307, 2691, 2732, 2792, 2846, 2882, 5097]);
const WRONG_ARGUMENT: ReadonlySet<number> = new Set([
  2322, 2345, 2353, 2554, 2555, 2559, 2560, 2561, 2739, 2740, 2741, 2769, 2820,
]);
const POSSIBLY_NOTHING: ReadonlySet<number> = new Set([2531, 2532, 2533, 18047, 18048, 18049]);
const NO_NUMBER: ReadonlySet<number> = new Set([2362, 2363]);
const TOP_LEVEL_RETURN = 1108;
const FORGOT_AWAIT = 2773;
/** `declare`, `declare global` and `namespace` where statements stand. */
const ONLY_IN_MODULES: ReadonlySet<number> = new Set([1184, 1234, 1235]);
/** Imports and exports that stand inside of braces. */
const ONLY_AT_TOP: ReadonlySet<number> = new Set([1232, 1233, 1258]);
const SHOWN_CHARS = 80;

/** Makes the advice for one diagnostic after another. */
export function createAdviser(
  program: Program,
  snapshot: Snapshot,
  node: NodePlace,
): (diagnostic: TsDiagnostic) => Promise<Advice> {
  const { text } = program;
  let found: Calls | undefined;
  const calls = () => {
    found ??= findCalls(text);
    return found;
  };
  return async (diagnostic) => {
    const { code, pos, end } = diagnostic;
    const named = text.slice(pos, end);
    if (isUnknownProperty(diagnostic)) return adviseProperty(diagnostic, text, calls, snapshot);
    if (diagnostic.relatedInformation?.some((related) => related.code === FORGOT_AWAIT)) return AWAIT;
    // A missing module of Node's is reported as a missing name, with advice to install types.
    if (UNKNOWN_MODULE.has(code) || (UNKNOWN_NAME.has(code) && /^["']/.test(named)))
      return adviseImport(named.slice(1, -1), node);
    if (UNKNOWN_NAME.has(code)) return adviseName(named, snapshot, node);
    if (WRONG_ARGUMENT.has(code) && /^(?:Type|Argument of type) 'Promise</.test(diagnostic.text)) return AWAIT;
    if (WRONG_ARGUMENT.has(code)) return adviseArgument(diagnostic, calls(), text, snapshot);
    if (ONLY_IN_MODULES.has(code) && program.form !== 'module' && /^(?:declare|namespace|module)\b/.test(named))
      return {
        hint: 'TypeScript has this at the top level of a module only: write an ES module with `export default` of a function.',
      };
    if (ONLY_AT_TOP.has(code))
      return { hint: 'Put it first in the program, outside of all braces; inside of them write `await import(…)`.' };
    if (NO_NUMBER.has(code)) return { hint: 'Convert it first: `Number(…)`, or `.getTime()` of a Date.' };
    if (POSSIBLY_NOTHING.has(code)) return { hint: 'Check it first, or write `?.` and `??`.' };
    if (code === TOP_LEVEL_RETURN)
      return {
        hint: 'Return from the default function of the module, or drop its `export`s and write a function body.',
      };
    return {};
  };
}

async function adviseName(name: string, snapshot: Snapshot, node: NodePlace): Promise<Advice> {
  const mcp = await snapshot.typeOfGlobal('mcp');
  const servers = mcp === undefined ? [] : (await snapshot.properties(mcp)).map((property) => property.name);
  const hint = servers.includes(name) ? `"${name}" is a server: write mcp.${name}.` : insteadOf(name, node);
  return hint === undefined ? {} : { hint };
}

function adviseImport(specifier: string, node: NodePlace): Advice {
  return { message: `The module "${clip(specifier)}" cannot be imported.`, hint: insteadOfImport(specifier, node) };
}

async function adviseArgument(
  diagnostic: TsDiagnostic,
  calls: Calls,
  text: string,
  snapshot: Snapshot,
): Promise<Advice> {
  const tool = await findTool(diagnostic, calls, text, snapshot);
  const parameter = tool === undefined ? undefined : await snapshot.parameter(tool.type);
  if (tool === undefined || parameter === undefined) return {};
  return { hint: `${tool.text ?? 'It'} takes ${await showShape(parameter, snapshot)}.` };
}

function clip(text: string): string {
  return text.length <= SHOWN_CHARS ? text : `${text.slice(0, SHOWN_CHARS)}…`;
}
