import { expect, it } from 'vitest';
import type { Outcome } from '../../../src/program/outcome.ts';
import { describeAttacked } from '../fixtures/attacked.ts';

const MIB = 1024 * 1024;
const many = (text: string, times: number) => text.repeat(times);
/** Short, so that what has to be killed is killed soon. */
const TYPECHECK_MS = 1_500;

const PERMUTATIONS = (letters: string) =>
  `type P<T, K = T> = [T] extends [never] ? [] : K extends K ? [K, ...P<Exclude<T, K>>] : never; const all: P<${letters}> = [1] as any; return all`;

/** Refused in words that name a limit, or found wrong: in any case nothing of it ran, and nothing was lost. */
function expectRefusal({ kind, diagnostics, toolCalls }: Outcome, code?: RegExp): void {
  expect(['type-error', 'bundle-error']).toContain(kind);
  expect(toolCalls).toEqual([]);
  expect(diagnostics?.length).toBeGreaterThan(0);
  if (code !== undefined) expect(diagnostics?.[0]?.code).toMatch(code);
  expect(JSON.stringify(diagnostics).length).toBeLessThan(40_000);
}

// The source may be sixteen times as large as it is by default, so that what refuses is not only its size.
const LIMITS = { sourceBytes: 4 * MIB, typecheckMs: TYPECHECK_MS, bundleMs: 2_000 };

describeAttacked('programs that weigh on the compilers', { limits: LIMITS }, ({ run }) => {
  it.each<[number, what: string, code: string]>([
    [127, 'brackets nested 200,000 deep', `const x = ${many('[', 200_000)}${many(']', 200_000)}; return 1`],
    [127, 'brackets nested 200,000 deep and never closed', `const x = ${many('[', 200_000)}`],
    [127, 'braces nested 200,000 deep', many('{', 200_000) + many('}', 200_000)],
    [127, 'templates nested 100,000 deep', `return ${many('`${', 100_000)}1${many('}`', 100_000)}`],
    [127, 'type arguments nested 100,000 deep', `type X = ${many('Array<', 100_000)}1${many('>', 100_000)}; return 1`],
    [128, 'parentheses nested 200,000 deep', `return ${many('(', 200_000)}1${many(')', 200_000)}`],
    [128, 'a sum of 500,000 terms', `return ${many('1+', 500_000)}1`],
    [128, '200,000 signs before one number', `return ${many('!', 200_000)}1`],
    [128, 'a chain of 100,000 calls', `const f = () => f; return f${many('()', 100_000)}`],
    [130, 'a sum of 50,000 terms', `return ${many('1+', 50_000)}1`],
    [136, 'parentheses 20,000 deep', `return ${many('(', 20_000)}1${many(')', 20_000)}`],
    [136, '100,000 arrows in a chain', `return ${many('a=>', 100_000)}1`],
    [136, '30,000 conditions in a chain', `return ${many('x?1:', 30_000)}1`],
    [139, 'the same missing name 100,000 times in one statement', `return [${many('a+', 100_000)}a]`],
  ])('%i is refused before any compiler sees it: %s', async (_number, _what, code) => {
    for (const typecheck of [true, false]) expectRefusal(await run(code, { typecheck }), /^syntax$/);
  });

  it.each<[number, what: string, code: string]>([
    [129, 'source of 20 MB', `return 1 // ${many('x', 20 * MIB)}`],
    [129, 'source of ten million characters in one line', `return "${many('a', 10_000_000)}"`],
    [129, 'source of five million lines', many('\n', 5_000_000)],
    [129, 'source that is large only in UTF-8', `return "${many('\u{1f600}', 1_100_000)}"`],
  ])('%i is refused by its size: %s', async (_number, _what, code) => {
    expectRefusal(await run(code, { typecheck: true }), /^limit$/);
  });

  it.each<[number, what: string, code: string]>([
    [
      131,
      'a type that counts to a billion',
      'type C<N extends number, A extends 0[] = []> = A["length"] extends N ? A : C<N, [...A, 0]>; const c: C<1000000000> = [] as any; return c',
    ],
    [132, 'the permutations of nine letters', PERMUTATIONS('"a"|"b"|"c"|"d"|"e"|"f"|"g"|"h"|"i"')],
    [132, 'the permutations of eleven letters', PERMUTATIONS('"a"|"b"|"c"|"d"|"e"|"f"|"g"|"h"|"i"|"j"|"k"')],
    [
      133,
      'a million texts by their parts',
      `type D = 0|1|2|3|4|5|6|7|8|9; type T = \`${many('\x24{D}', 6)}\`; const t: T = "x"; return t`,
    ],
    [
      135,
      'a type that doubles forty times',
      'type E<T, N extends 0[]> = N["length"] extends 40 ? T : E<[T, T], [...N, 0]>; const e: E<1, []> = 5; return e',
    ],
    [
      135,
      'Fibonacci in types',
      'type Add<A extends 0[], B extends 0[]> = [...A, ...B]; type F<N extends number, I extends 0[] = [], A extends 0[] = [], B extends 0[] = [0]> = I["length"] extends N ? A : F<N, [...I, 0], B, Add<A, B>>; const f: F<40>["length"] = "x"; return f',
    ],
    [
      135,
      'a type that nests without end',
      'interface A<T> { next: A<A<T>>; value: T } declare const a: A<1>; const b: A<2> = a; return b',
    ],
    [
      135,
      'a type that is its own parameter',
      'type X<T> = T extends infer U ? X<[U]> : never; const x: X<1> = 1; return x',
    ],
  ])('%i ends as an error, by what the compiler says or at its limit: %s', async (_number, _what, code) => {
    expectRefusal(await run(code, { typecheck: true }));
  });

  it.each<[number, what: string, code: string]>([
    [130, 'a sum of 9,000 terms', `return ${many('1+', 9_000)}1`],
    [
      135,
      'a union of 20,000 members',
      `type U = ${Array.from({ length: 20_000 }, (_, at) => `{k:${at},v${at}:1}`).join('|')}; const u: U = {k:7,v7:1}; return u.k`,
    ],
    [136, 'a chain of 5,000 arrows', `return typeof (${many('a=>', 5_000)}1)`],
    [129, '100,000 lines', `${many('\n', 100_000)}return 1`],
    [
      129,
      '50,000 declarations',
      `${Array.from({ length: 50_000 }, (_, at) => `const c${at} = ${at};`).join('\n')} return c7`,
    ],
  ])('%i is run, or refused by a limit that it names: %s', async (_number, _what, code) => {
    const outcome = await run(code, { typecheck: true });
    if (outcome.kind === 'completed') return;
    expectRefusal(outcome, /^limit$/);
    expect(outcome.diagnostics?.[0]?.message).toMatch(/typecheckMs|typecheckMb|bundleMs|nested too deeply/);
  });

  it('131 with types that cost everything delays another’s program by no more than a moment of its own', async () => {
    const bombs = [1, 2].map((n) =>
      run(PERMUTATIONS(`"${n}"|"b"|"c"|"d"|"e"|"f"|"g"|"h"|"i"|"j"`), { typecheck: true }),
    );
    const first = await Promise.race([
      run('const n: number = 1; return n', { typecheck: true, workspace: 'customer' }).then(({ result }) => result),
      Promise.all(bombs).then(() => 'the bombs ended first'),
    ]);
    expect(first).toBe(1);
    for (const bomb of await Promise.all(bombs)) expectRefusal(bomb);
  });
});
