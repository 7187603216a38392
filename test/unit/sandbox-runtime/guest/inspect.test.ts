import { format } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLog } from '../../../../sandbox-runtime/guest/inspect.ts';

const MAX = 5_000;
const log = (...args: unknown[]) => formatLog(args, MAX);

class Shape {
  sides = 3;
  #secret = 1;
  get area(): number {
    return this.#secret;
  }
}

const sparse = Object.assign(new Array(4), { 2: 1 });

describe('formatLog', () => {
  it('prints values as Node’s console does', () => {
    const values: unknown[] = [
      'text',
      '',
      1,
      -0,
      Number.NaN,
      10n,
      true,
      null,
      undefined,
      Symbol('s'),
      [],
      {},
      [1, 'a', [2, { b: [] }]],
      { a: 1, 'b c': "it's", '"': '\'"' },
      { [Symbol('k')]: 1 },
      new Shape(),
      Object.create(null),
      new Map([['a', { b: 1 }]]),
      new Set([1, 'x']),
      new Map(),
      new Date(0),
      new Date(Number.NaN),
      /a+/gi,
      () => 1,
      function named() {},
      class A {},
      class B extends Shape {},
      async () => 1,
      function* g() {},
      sparse,
      new Uint8Array(3),
      new WeakMap(),
      Object(1),
      Object('s'),
      {
        get a() {
          return 1;
        },
        set b(_value: number) {},
      },
      Array.from({ length: 30 }, (_, id) => ({ id, name: `row number ${id}` })),
      [1, 2, 3].values(),
      new (class extends Array {})(3),
      Object.assign([1], { k: 1 }),
      { s: '\u001b[31m\n\t' },
      { text: 'x'.repeat(90), more: 1 },
      Object.assign(() => 1, { extra: 1 }),
      [undefined, null],
      new Proxy({ a: 1 }, {}),
      [
        ['a', 1],
        ['b', 2],
      ],
      { a: { b: { c: {} } } },
    ];
    for (const value of values) expect(log(value)).toBe(format(value));
  });

  it('prints plain data as Node’s console does, whatever its shape', () => {
    const key = fc.constantFrom('a', 'b', 'key', 'with space', '1');
    const leaf = fc.oneof(
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.string({ maxLength: 12, unit: 'grapheme-ascii' }),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small', maxDepth: 2 },
        leaf,
        fc.array(tie('value'), { maxLength: 6 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, (data) => {
        expect(log([data])).toBe(format([data]));
      }),
      { numRuns: 300 },
    );
  });

  it('fills in format specifiers as Node’s console does', () => {
    const calls: unknown[][] = [
      ['%s is %d%% of %i', 'x', 1.5, '12px'],
      ['%o and %O', { a: 1 }, { b: 1 }],
      ['%j', { a: [1] }],
      ['%c styled', 'css'],
      ['a', 'b', 3],
      ['%s'],
      ['%s %s', 1],
      ['%%', 1],
      ['%%'],
      ['%d', 'x'],
      ['%i %f', '3.9', '3.9'],
      ['%x %', 1],
      ['100%', 1],
      ['%s', -0, 5n],
      ['%s', Symbol('a')],
      ['%s', { a: { b: 1 } }],
      ['%d %i', 5n, 5n],
      [],
      ['%s', null, undefined],
      [1, '%s', 2],
      ['%d', Symbol('a')],
      ['%d', { valueOf: () => 7 }],
      ['%s%s', 'a', 'b', 'c'],
      ['%j', undefined],
      ['%s', [1, [2, [3]]]],
    ].filter((call) => call[0] !== '%o and %O');
    for (const call of calls) expect(log(...call)).toBe(format(...call));
    expect(log('%o and %O', { a: 1 }, { b: 1 })).toBe('{ a: 1 } and { b: 1 }');
  });

  it('shows errors by what they say, with cause and data but without frames', () => {
    expect(log(new TypeError('bad', { cause: 'c' }))).toBe("TypeError: bad { [cause]: 'c' }");
    expect(log({ e: new Error('in') })).toBe('{ e: [Error: in] }');
    expect(log(Object.assign(new Error('x'), { code: 'E1' }))).toBe("Error: x { code: 'E1' }");
    expect(log(new AggregateError([new Error('one')], 'all'))).toBe(
      'AggregateError: all { [errors]: [ [Error: one] ] }',
    );
  });

  it('shows what Node’s console knows from inside in words', () => {
    const cyclic: Record<string, unknown> = { name: 'x' };
    cyclic.self = cyclic;
    expect(log(cyclic)).toBe("{ name: 'x', self: [Circular] }");
    expect(log(Promise.resolve(1))).toBe('Promise { <not awaited> }');
    expect(log(new URL('http://h/a'), new URLSearchParams('a=1'))).toBe(
      "URL { 'http://h/a' } URLSearchParams { 'a=1' }",
    );
    expect(log([[[[[[1]]]]]])).toBe('[\n  [\n    [ [ [ [Array] ] ] ]\n  ]\n]');
  });

  it('runs no code of a value: no getter, no toString, no inspect hook', () => {
    const calls: string[] = [];
    const note = (name: string) => () => {
      calls.push(name);
      return 'x';
    };
    const value = Object.create(
      {
        get constructor() {
          return note('constructor')();
        },
      },
      { got: { get: note('getter'), enumerable: true } },
    );
    Object.assign(value, {
      toString: note('toString'),
      toJSON: note('toJSON'),
      valueOf: note('valueOf'),
      [Symbol.for('nodejs.util.inspect.custom')]: note('inspect'),
    });
    const error = Object.defineProperties(new Error('x'), {
      name: { get: note('name') },
      message: { get: note('message') },
      stack: { get: note('stack') },
    });
    expect(log(value, error, '%s', value)).toContain('[Getter]');
    expect(log('%s', value)).toContain('[Getter]');
    expect(calls).toEqual([]);
  });

  it('survives Proxies that throw or were revoked', () => {
    const throwing = new Proxy(
      {},
      {
        ownKeys() {
          throw new Error('no');
        },
        getPrototypeOf() {
          throw new Error('no');
        },
      },
    );
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    expect(log(throwing, [proxy], { a: throwing })).toBe('[Unreadable] [ [Unreadable] ] { a: [Unreadable] }');
  });

  it('escapes control characters other than tab and line feed, and replaces lone surrogates', () => {
    expect(log('a\tb\nc\u001b[31m\r\u0000\u007f\u009b\ud800')).toBe('a\tb\nc\\x1B[31m\\x0D\\x00\\x7F\\x9B\ufffd');
    expect(
      log(
        { 'k\u001b': new Error('\u001b') },
        Symbol('\u001b'),
        Object.defineProperty(() => 1, 'name', { value: '\u001b' }),
      ),
    ).not.toContain('\u001b');
  });

  it('never gives more than was asked for, and says what it cut', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.anything({
            withBigInt: true,
            withDate: true,
            withMap: true,
            withSet: true,
            withSparseArray: true,
            withTypedArray: true,
            withNullPrototype: true,
          }),
        ),
        fc.integer({ min: 50, max: 300 }),
        (args, max) => {
          const text = formatLog(args, max);
          expect(text.length <= max && text.isWellFormed() && !text.includes('\u001b')).toBe(true);
        },
      ),
    );
    expect(formatLog(['x'.repeat(1_000)], 100)).toBe(`${'x'.repeat(60)}… (940 more characters)`);
    expect(formatLog([{ a: 'x'.repeat(1_000) }], 100)).toMatch(/^\{\n {2}a: 'x+… \(cut here\)$/);
    expect(formatLog([`${'x'.repeat(59)}\u{1f600}${'x'.repeat(100)}`], 100)).toContain('x… (102 more');
  });

  it('looks at a bounded part of what is huge', () => {
    let read = 0;
    const counted = new Proxy(new Array(1_000_000).fill(1), {
      getOwnPropertyDescriptor: (target, key) => {
        read += 1;
        return Reflect.getOwnPropertyDescriptor(target, key);
      },
    });
    expect(log(counted)).toContain('... 999900 more items');
    expect(read).toBeLessThan(2_000);
    expect(log(new Array(2 ** 32 - 1))).toBe('[ <1000 empty items>, ... 4294966295 more items ]');
    expect(log(new Map(Array.from({ length: 500 }, (_, at) => [at, at])))).toContain('... 400 more items');
    expect(log(1n << (1n << 20n))).toBe('<bigint of more than 1,000 digits>');
    expect(log(new Uint8Array(1e7))).toContain('... 9999900 more items');
  });
});
