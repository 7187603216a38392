import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { structuredClone as ourClone } from '../../../../sandbox-runtime/web/clone/structured-clone.ts';
import { URL as OurUrl } from '../../../../sandbox-runtime/web/url/url.ts';

function nameOfThrown(clone: () => unknown): string {
  try {
    clone();
    return 'nothing';
  } catch (thrown) {
    return (thrown as Error).name;
  }
}

describe('structuredClone', () => {
  it('copies any data as Node does', () => {
    const data = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
      withNullPrototype: true,
    });
    fc.assert(
      fc.property(data, (value) => {
        const [ours, theirs] = [ourClone(value), structuredClone(value)];
        expect(ours).toStrictEqual(theirs);
        if (typeof value === 'object' && value !== null) expect(ours).not.toBe(value);
      }),
      { numRuns: 500 },
    );
  });

  it('copies dates, expressions, errors, buffers and views', () => {
    const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]).buffer;
    const value = {
      date: new Date(5),
      none: new Date(Number.NaN),
      expression: /a\/b/giu,
      error: new RangeError('r', { cause: { deep: 1 } }),
      plain: Object.assign(new Error('x'), { extra: 1 }),
      own: new (class Mine extends Error {
        override name = 'Mine';
      })('m'),
      buffer,
      words: new Uint16Array(buffer, 2, 2),
      view: new DataView(buffer, 1, 3),
      floats: new Float64Array([0.5, -0]),
      big: new BigInt64Array([-1n]),
      clamped: new Uint8ClampedArray([300]),
      resizable: new ArrayBuffer(2, { maxByteLength: 9 }),
      instance: new (class Point {
        x = 1;
        #y = 2;
        get z() {
          return this.#y;
        }
      })(),
      holes: Object.assign(new Array(3), { 1: 1 }),
      extra: Object.assign([1], { key: 2 }),
      proto: JSON.parse('{"__proto__":1}'),
      boxed: [Object(1), Object('s'), Object(true), Object(2n)],
    };
    const copy = ourClone(value) as typeof value;
    expect(copy).toStrictEqual(structuredClone(value));
    expect([
      copy.words.buffer === copy.buffer,
      copy.view.buffer === copy.buffer,
      copy.buffer === buffer,
      copy.resizable.maxByteLength,
      copy.error.stack,
    ]).toEqual([true, true, false, 9, value.error.stack]);
  });

  it('keeps cycles and what is shared', () => {
    const shared = { n: 1 };
    const value: Record<string, unknown> = { a: shared, b: [shared], map: new Map() };
    value.self = value;
    (value.map as Map<unknown, unknown>).set(value.map, value);
    const copy = ourClone(value) as Record<string, unknown>;
    expect([
      copy.self === copy,
      copy.a === (copy.b as unknown[])[0],
      (copy.map as Map<unknown, unknown>).get(copy.map) === copy,
    ]).toEqual([true, true, true]);
  });

  it('refuses what cannot be copied, as Node does', () => {
    for (const value of [
      () => 1,
      { a: [() => 1] },
      Symbol('s'),
      new WeakMap(),
      new WeakSet(),
      Promise.resolve(),
      [].values(),
      Object(Symbol('s')),
      new WeakRef({}),
    ]) {
      expect([nameOfThrown(() => ourClone(value)), nameOfThrown(() => structuredClone(value))]).toEqual([
        'DataCloneError',
        'DataCloneError',
      ]);
    }
    expect(() =>
      ourClone({
        get a() {
          throw new Error('mine');
        },
      }),
    ).toThrow('mine');
    expect(() => ourClone([new OurUrl('http://h')])).toThrow('cannot copy a URL or URLSearchParams');
    expect(() => ourClone()).toThrow('takes one argument');
  });

  it('moves the buffers that are to be transferred', () => {
    const buffer = new Uint8Array([1, 2]).buffer;
    const copy = ourClone({ view: new Uint8Array(buffer, 1) }, { transfer: [buffer] }) as { view: Uint8Array };
    expect([buffer.detached, [...copy.view], copy.view.buffer.byteLength]).toEqual([true, [2], 2]);
    expect(nameOfThrown(() => ourClone(buffer))).toBe('DataCloneError');
    expect(nameOfThrown(() => ourClone(1, { transfer: [{}] }))).toBe('DataCloneError');
  });
});
