import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Registry } from '../../../src/registry/registry.ts';
import { sqliteBench } from '../../fault/registry/sqlite-bench.ts';

/** What a registry comes to, as one would write it down: per name the content of each revision, undefined where deleted. */
type Model = Map<string, (string | undefined)[]>;

const NAMES = ['a', 'A', 'a.b', 'a_b', 'c'];

interface Step {
  readonly what: 'create' | 'update' | 'delete' | 'rollback';
  readonly name: string;
  readonly code: string;
  /** A revision to go back to. */
  readonly revision: number;
  /** How far the expected revision is from the current one; absent: none is expected. */
  readonly off: number | undefined;
  readonly instance: 0 | 1;
}

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom('create', 'update', 'delete', 'rollback'),
  name: fc.constantFrom(...NAMES),
  code: fc.constantFrom('1', '2', '3'),
  revision: fc.integer({ min: 1, max: 5 }),
  off: fc.constantFrom(undefined, 0, 0, 1),
  instance: fc.constantFrom(0, 1),
});

const fold = (name: string) => name.toLowerCase().replaceAll('.', '_');
const isLive = (revisions: readonly unknown[] | undefined) => revisions?.at(-1) !== undefined;

/** The content of the new revision, or the code of the fault. */
function predict(model: Model, { what, name, code, revision, off }: Step): { code?: string } | string {
  const revisions = model.get(name) ?? [];
  const isTaken = [...model].some(([other, theirs]) => other !== name && fold(other) === fold(name) && isLive(theirs));
  if (what === 'create') return isLive(revisions) || isTaken ? 'REGISTRY_CONFLICT' : { code };
  if (what === 'rollback' ? revisions.length === 0 : !isLive(revisions)) return 'TOOL_UNKNOWN';
  if (off === 1) return 'REGISTRY_CONFLICT';
  if (what === 'delete') return {};
  if (what === 'update') return { code };
  if (revision > revisions.length) return 'TOOL_UNKNOWN';
  const old = revisions[revision - 1];
  if (old === undefined) return 'ARGUMENTS_INVALID';
  return isTaken ? 'REGISTRY_CONFLICT' : { code: old };
}

async function perform(
  registry: Registry,
  { what, name, code, revision, off }: Step,
  current: number,
): Promise<string> {
  const options = off === undefined ? { by: 'model' } : { by: 'model', expectedRevision: current + off };
  const definition = { name, description: 'x', code };
  try {
    if (what === 'create') await registry.create(definition, { by: 'model' });
    else if (what === 'update') await registry.update(definition, options);
    else if (what === 'delete') await registry.delete(name, options);
    else await registry.rollback(name, revision, options);
    return 'stored';
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown);
  }
}

async function stateOf(registry: Registry): Promise<unknown> {
  const { tools } = await registry.list();
  const histories = await Promise.all(NAMES.map((name) => registry.history(name)));
  return {
    listed: tools.map((tool) =>
      tool.kind === 'tool' ? `${tool.definition.name} ${tool.definition.code}` : tool.reason,
    ),
    histories: histories.map(({ revisions }) =>
      revisions.toReversed().map((each) => (each.kind === 'tool' ? each.definition.code : each.kind)),
    ),
  };
}

function modelState(model: Model): unknown {
  const live = [...model].filter(([, revisions]) => isLive(revisions));
  return {
    listed: live.map(([name, revisions]) => `${name} ${revisions.at(-1)}`).sort(),
    histories: NAMES.map((name) => (model.get(name) ?? []).map((code) => code ?? 'deleted')),
  };
}

describe('the registry', () => {
  it('is what its writes make of it, through any number of them over two instances', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const bench = await sqliteBench();
        const registries = [bench.open(), bench.open()] as const;
        const model: Model = new Map();
        for (const each of steps) {
          const predicted = predict(model, each);
          const revisions = model.get(each.name) ?? [];
          const end = await perform(registries[each.instance], each, revisions.length);
          expect(end).toBe(typeof predicted === 'string' ? predicted : 'stored');
          if (typeof predicted !== 'string') model.set(each.name, [...revisions, predicted.code]);
        }
        for (const registry of registries) expect(await stateOf(registry)).toEqual(modelState(model));
        await bench.close();
      }),
      { numRuns: 60 },
    );
  });
});
