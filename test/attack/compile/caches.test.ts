import fc from 'fast-check';
import { expect, it } from 'vitest';
import { resolveLimits } from '../../../src/base/limits.ts';
import { readProgram } from '../../../src/compile/program-form.ts';
import { describeAttacked, scripted, UNABORTED } from '../fixtures/attacked.ts';

const typed = (type: string) =>
  scripted([{ name: 'take', inputSchema: { type: 'object', properties: { value: { type } }, required: ['value'] } }]);

describeAttacked(
  'what one program leaves for another',
  { upstreams: { one: typed('string'), two: typed('number') } },
  ({ run }) => {
    const check = async (code: string, more: object = {}) => {
      const { kind, diagnostics = [] } = await run(code, { typecheck: true, ...more });
      return kind === 'type-error' ? diagnostics : [];
    };

    it('1101 no declaration in the global scope outlives the program that made it', async () => {
      const poison = [
        'declare global { const stolen: any; interface Array<T> { steal(): T } interface String { steal(): string } } return 1',
        'declare global { interface ToolError { stolen: 1 } interface Console { stolen(): void } } return 1',
        'declare global { namespace Mcp { interface one_tools { stolen(): Promise<any> } } } return 1',
        'export {}; declare global { var mcp: any; var args: any } export default 1',
      ];
      const victims = [
        'return stolen',
        'return [1].steal()',
        'return "a".steal()',
        'console.stolen()',
        'return await mcp.one.stolen()',
        'return await mcp.one.take({ value: 1 })',
        'return mcp.nothing',
      ];
      for (const code of poison) await run(code, { typecheck: true });
      for (const code of victims) expect([code, await check(code, { workspace: 'customer' })]).not.toEqual([code, []]);
      expect(await check('return await mcp.one.take({ value: "right" })', { workspace: 'customer' })).toEqual([]);
    });

    it('1102 the same text is checked anew against other declarations', async () => {
      const code = (server: string) =>
        `const tools: any = null; return (tools as typeof mcp.${server}).take.length + ((x: Parameters<typeof mcp.${server}.take>[0]["value"]) => 1)("text")`;
      expect(await check(code('one'))).toEqual([]);
      expect(await check(code('two'))).toHaveLength(1);
      // One text, two lists of upstreams.
      const same = 'return await mcp.one.take({ value: "x" })';
      expect(await check(same, { servers: ['one'] })).toEqual([]);
      expect(await check(same, { servers: ['two'] })).not.toEqual([]);
      expect(await check(same, { servers: ['one'] })).toEqual([]);
    });

    it('1103 the same text is checked anew against another schema of its args', async () => {
      const request = (type: string) => ({
        argsSchema: { type: 'object', properties: { n: { type } }, required: ['n'] },
        args: { n: type === 'number' ? 1 : 'x' },
      });
      const code = 'const n: number = args.n; return n';
      expect(await check(code, request('number'))).toEqual([]);
      expect(await check(code, request('string'))).toHaveLength(1);
      expect(await check(code)).toEqual([]);
    });

    it('1104 a program that ran unchecked counts as checked for nobody', async () => {
      const code = 'const n: number = "text"; return n';
      expect((await run(code, { typecheck: false })).result).toBe('text');
      expect(await check(code, { workspace: 'customer' })).toHaveLength(1);
    });

    it('1105 a program in the wrapped text of another has positions and frames of its own', async () => {
      const inner = 'throw new Error("of the inner")';
      const outer = `export default async () => {\n${inner}\n};\n`;
      const [one, other, again] = [await run(inner), await run(outer), await run(inner)];
      expect([one, other, again].map(({ error }) => error?.line)).toEqual([1, 2, 1]);
      expect(other.error?.frame).toContain('  2 | ');
    });

    it('1106 a program whose directives were made harmless is not mistaken for one that never had any', async () => {
      // Both have the same text for the compilers; each is shown its own source.
      const [one, other] = ['// @ts-nocheck', '// @ts_nocheck'].map((comment) => `throw new Error("x") ${comment}`);
      const frames = [(await run(one ?? '')).error?.frame, (await run(other ?? '')).error?.frame];
      expect(frames[0]?.slice(0, 30)).toBe(frames[1]?.slice(0, 30));
      expect(await check(`const n: number = "text" ${'// @ts-nocheck'}`)).toHaveLength(1);
    });

    it('1107 what one caller leaves in the middle is not what the next gets', async () => {
      const code = 'const all: { a: 1 }[] = [{ a: 2 }]; return all';
      const leaving = new AbortController();
      const left = run(code, { typecheck: true }, leaving.signal);
      leaving.abort(new Error('left'));
      expect((await left).kind).toBe('cancelled');
      expect(await check(code, { workspace: 'customer' })).toHaveLength(1);
      expect((await run('return "whole"', { workspace: 'customer' }, UNABORTED)).result).toBe('whole');
    });

    it('1108 sixty programs at once get each their own result, error and diagnostics', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 60 }, async (_, at) => {
          const codes = [`return ${at}`, `const v${at}: number = "${at}"; return 1`, `throw new Error("e${at}")`];
          return run(codes[at % 3] ?? '', { typecheck: true, workspace: `w${at % 4}` });
        }),
      );
      for (const [at, { result, diagnostics, error, kind }] of outcomes.entries()) {
        if (at % 3 === 0) expect(result).toBe(at);
        else if (at % 3 === 1) expect([kind, diagnostics?.length]).toEqual(['type-error', 1]);
        else expect(error?.message).toBe(`e${at}`);
      }
    });
  },
);

const LIMITS = resolveLimits();
const hashOf = (source: string) => {
  const program = readProgram(source, LIMITS);
  return 'text' in program ? program : undefined;
};

it('1109 two programs have one key only where they have one text, one form and one shift of positions', () => {
  const piece = fc.constantFrom(
    'return 1',
    '\n',
    'export default 1',
    'async () => 1',
    ';',
    '//',
    '@ts-ignore',
    '@ts_ignore',
    '#!',
    '\ud800',
    '\ufffd',
    '\r',
    '\r\n',
    '{',
    '}',
    'import "a"',
    '/*',
    '*/',
    '`',
    'x',
    ' ',
  );
  const source = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(source, source, (one, other) => {
      const [left, right] = [hashOf(one), hashOf(other)];
      if (left === undefined || right === undefined || left.hash !== right.hash) return;
      expect([left.text, left.form]).toEqual([right.text, right.form]);
      for (let offset = 0; offset <= left.text.length; offset += 1)
        expect(left.positionAt(offset)).toEqual(right.positionAt(offset));
      // The sources differ in nothing but what was made harmless.
      expect(left.source.length).toBe(right.source.length);
    }),
    { numRuns: 3_000 },
  );
});
