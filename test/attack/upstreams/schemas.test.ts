/**
 * F 103–108 and catastrophic patterns: schemas of an upstream from its list to the call of its tool, with the type-check.
 * What the declarations make of such schemas alone is in test/unit/compile/json-schema/hostile-schemas.test.ts.
 */
import { expect, it } from 'vitest';
import { describeAttacked, UNABORTED, upstream } from '../fixtures/attacked.ts';
import { DROPPED, KEPT } from '../fixtures/hostile-schemas.ts';

describeAttacked('schemas of an upstream', { upstreams: { hostile: upstream('hostile-schemas') } }, (attacked) => {
  const call = (tool: string, args: unknown, typecheck: boolean) => {
    const code = `return await mcp.hostile.${tool}(args)`;
    return attacked.run(code, { typecheck, args: { ...(args as object) } });
  };

  it.each(KEPT.map(([title, , args = {}], at) => [title, args, at] as const))(
    '%s: the tool is called, or its arguments are refused with a sentence',
    async (_title, args, at) => {
      const outcome = await call(`schema_${at}`, args, true);
      if (outcome.kind === 'completed') return expect(outcome.result).toEqual(args);
      const error = {
        name: 'ToolError',
        message: expect.stringMatching(/^The arguments of hostile\.schema_\d+ are wrong:\n/),
      };
      expect(outcome).toMatchObject({ kind: 'program-threw', error });
    },
  );

  it.each(KEPT.map(([title, , args = {}], at) => [title, args, at] as const))(
    '%s, as what a result should be: the result comes, or is refused with a sentence',
    async (_title, args, at) => {
      const outcome = await call(`output_${at}`, args, false);
      if (outcome.kind === 'completed') return expect(outcome.result).toEqual(args);
      const error = {
        name: 'ToolError',
        message: expect.stringMatching(/^The result of hostile\.output_\d+ is not what its output schema promises:\n/),
      };
      expect(outcome).toMatchObject({ kind: 'program-threw', error });
    },
  );

  it.each(DROPPED.map(([title], at) => [title, at] as const))(
    '%s: the tool is not offered, with the reason',
    async (_title, at) => {
      const { servers } = await attacked.codeloom.upstreams.catalog(['hostile'], UNABORTED);
      const [dropped] = servers[0]?.dropped.filter(({ name }) => name === `dropped_${at}`) ?? [];
      expect(dropped?.reason).toMatch(/^its input schema (?:is|has) /);
      expect((await attacked.run(`return mcp.hostile.dropped_${at}({})`, { typecheck: true })).kind).toBe('type-error');
    },
  );

  it.each(['null_schema', 'no_schema'])('107: %s: the tool takes anything', async (tool) => {
    expect(await call(tool, { any: [1] }, true)).toMatchObject({ kind: 'completed', result: { any: [1] } });
  });

  it('108: no schema has ended or changed this process', () => {
    expect(({} as { properties?: unknown }).properties).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
