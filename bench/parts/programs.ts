/** Programs to compile: of a usual size, each different from all others, right against the declarations of its catalog. */
import { resolveLimits } from '../../src/base/limits.ts';
import { renderDeclarations } from '../../src/compile/declarations.ts';
import { type Program, readProgram } from '../../src/compile/program-form.ts';
import { catalogOf, typedServer } from './catalogs.ts';

/** Declarations of a server `tracker` with so many tools. */
export function declarationsOf(tools: number): string {
  return renderDeclarations(tools === 0 ? catalogOf() : catalogOf(typedServer('tracker', tools)));
}

/** About ten lines; makes calls where there are tools. */
export function programNumber(turn: number, tools: number): Program {
  const program = readProgram(tools === 0 ? plainText(turn) : callingText(turn), resolveLimits());
  if (!('text' in program)) throw new Error('A program of the suite has no form.');
  return program;
}

function plainText(turn: number): string {
  return `interface Item { id: number; title: string; open: boolean }
const items: Item[] = Array.from({ length: ${10 + (turn % 90)} }, (_, id) => ({ id, title: 'item ' + id, open: id % 2 === 0 }));
const byState = new Map<boolean, Item[]>();
for (const item of items) byState.set(item.open, [...(byState.get(item.open) ?? []), item]);
const titles = (byState.get(true) ?? []).map((item) => item.title.toUpperCase()).sort();
const turn: number = ${turn};
return { turn, count: titles.length, first: titles[0] ?? 'none' };`;
}

function callingText(turn: number): string {
  return `const query = { owner: 'o', repository: 'r${turn}', state: 'open', perPage: ${1 + (turn % 99)} } as const;
const lists = await Promise.all([mcp.tracker.list_item_0(query), mcp.tracker.list_item_10(query)]);
const items = lists.flatMap((list) => list.items);
const open = items.filter((item) => item.open === true);
for (const item of open.slice(0, 3)) {
  await mcp.tracker.get_item_1({ ...query, labels: item.labels ?? [], filter: { author: item.title } });
}
const turn: number = ${turn};
return { turn, total: lists[0]?.total ?? 0, titles: open.map((item) => item.title.trim()).sort() };`;
}
