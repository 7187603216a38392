import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderExact } from '../../../../sandbox-runtime/guest/json/render-exact.ts';
import { type RenderOptions, renderValue } from '../../../../sandbox-runtime/guest/render-value.ts';

const OPTIONS: RenderOptions = { maxBytes: 100_000, maxDepth: 64, what: 'result' };

function render(value: unknown, options: Partial<RenderOptions> = {}) {
  return renderValue(value, { ...OPTIONS, ...options });
}

/** The JSON text, or the refusal as the sentence that a program's author reads. */
function shown(value: unknown, options: Partial<RenderOptions> = {}): string {
  const rendering = render(value, options);
  if (rendering.kind === 'json') return rendering.text;
  if (rendering.kind === 'too-large') return `too large: ${rendering.bytes}`;
  return rendering.kind === 'absent' ? 'absent' : `${rendering.path} ${rendering.reason}`;
}

describe('the table in docs/values.md', () => {
  const text = readFileSync(new URL('../../../../docs/values.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `(?<code>.+?)` \| (?<wanted>.+?) \|/gm)].map((row) => row.groups ?? {});

  it('has examples for every kind of value', () => {
    expect(rows.length).toBeGreaterThan(35);
  });

  it.each(rows)('is true of $code', async ({ code, wanted }) => {
    const value: unknown = new Function(`return (${code});`)();
    if (value instanceof Promise) value.catch(() => {});
    const answer = shown(value);
    const said = wanted?.replaceAll('\\|', '|') ?? '';
    if (said.startsWith('refused: ')) expect(answer).toBe(`result ${said.slice('refused: '.length)}`);
    else expect(`\`${answer}\``).toBe(said === 'no result' ? '`absent`' : said);
  });
});

describe('plain data', () => {
  it('is exactly what JSON.stringify makes of it, on both paths', () => {
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: 'medium' }), (value) => {
        expect(shown(value)).toBe(JSON.stringify(value));
        expect(renderExact(value, OPTIONS)).toBe(JSON.stringify(value));
      }),
    );
  });

  it('becomes well-formed text whatever strings and keys are in it', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })),
        fc.constantFrom('\ud800', 'a\udfffb', '\\ud800'),
        (record, odd) => {
          const text = shown({ ...record, [odd]: odd });
          expect(text.isWellFormed() && !/[^\\]\\ud[89a-f]/.test(text)).toBe(true);
          expect(JSON.parse(text)[odd.toWellFormed()]).toBe(odd.toWellFormed());
        },
      ),
    );
  });

  it('keeps own keys that have a meaning elsewhere', () => {
    const value = JSON.parse('{"__proto__":{"x":1},"constructor":2,"toString":3}') as unknown;
    expect(shown(value)).toBe('{"__proto__":{"x":1},"constructor":2,"toString":3}');
    expect(shown(new Map(Object.entries(value as object)))).toBe('{"__proto__":{"x":1},"constructor":2,"toString":3}');
  });

  it('may be shared, but not cyclic, and a cycle is told with both of its ends', () => {
    const shared = { n: [1] };
    expect(shown({ a: shared, b: [shared, shared] })).toBe('{"a":{"n":[1]},"b":[{"n":[1]},{"n":[1]}]}');
    const cyclic: { rows: unknown[] } = { rows: [0, { deep: 'x' }] };
    cyclic.rows.push({ back: cyclic.rows });
    expect(shown(cyclic)).toBe('result.rows[2].back refers back to result.rows; JSON has no cycles');
    const map = new Map<string, unknown>();
    map.set('self', new Set([map]));
    expect(shown(map)).toBe('result.self[0] refers back to result; JSON has no cycles');
  });
});

describe('limits', () => {
  it('holds bytes exactly: at the limit it passes, one over it is refused with the size', () => {
    for (const value of ['aaaa', 'éé', '\u{1f600}', ['aa'], { k: 1 }, [1, 22], new Set([1, 22]), '"\n']) {
      const bytes = Buffer.byteLength(shown(value));
      expect(render(value, { maxBytes: bytes }).kind).toBe('json');
      expect(render(value, { maxBytes: bytes - 1 }).kind).toBe('too-large');
    }
    expect(render('x'.repeat(5_000), { maxBytes: 1_234 })).toEqual({ kind: 'too-large', bytes: 5_002 });
  });

  it('stops early at what would be huge: holes, shared branches, endless getters', () => {
    let doubled: unknown = 'leaf';
    for (let level = 0; level < 60; level++) doubled = [doubled, doubled];
    const endless = new Proxy([], { get: (_, key) => (key === 'length' ? 2 ** 53 - 1 : 1) });
    for (const value of [new Array(2 ** 32 - 1), doubled, endless, { a: new Map([[1, doubled]]) }]) {
      expect(render(value).kind).toBe('too-large');
    }
  });

  it('counts levels of nesting exactly', () => {
    const nested = (levels: number, wrap: (inner: unknown) => unknown): unknown =>
      levels === 0 ? 1 : wrap(nested(levels - 1, wrap));
    for (const wrap of [
      (inner: unknown) => [inner],
      (inner: unknown) => ({ a: inner }),
      (inner: unknown) => new Set([inner]),
    ]) {
      expect(render(nested(5, wrap), { maxDepth: 5 }).kind).toBe('json');
      expect(shown(nested(6, wrap), { maxDepth: 5 })).toMatch(
        /^result\S{10,15} is nested more than 5 levels deep; flatten it$/,
      );
    }
  });

  it('survives nesting beyond the stack with a path that can be read', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 200_000; level++) deep = [deep];
    const rendering = render(deep, { maxDepth: Number.POSITIVE_INFINITY });
    expect(rendering).toMatchObject({ kind: 'refused', reason: expect.stringContaining('could not be read') });
    expect(rendering.kind === 'refused' && rendering.path.length < 500).toBe(true);
  });
});

describe('values that carry code', () => {
  it('reports a getter, a trap or a toJSON that throws with its path', () => {
    const fails = () => {
      throw new Error('out of order\nsecond line');
    };
    expect(
      shown({
        a: [
          {
            get b() {
              return fails();
            },
          },
        ],
      }),
    ).toBe('result.a[0].b could not be read: out of order');
    expect(shown({ 'odd key': new Proxy({}, { ownKeys: fails }) })).toBe(
      'result["odd key"] could not be read: out of order',
    );
    expect(shown([{ toJSON: fails }])).toBe('result[0] could not be read through its toJSON: out of order');
    expect(
      shown({
        a: {
          get toJSON() {
            throw null;
          },
        },
      }),
    ).toBe('result.a could not be read through its toJSON: no message');
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(shown([proxy])).toMatch(/^result\[0\] could not be read/);
  });

  it('asks toJSON once for each value, with its key, and bounds what it makes', () => {
    const keys: unknown[] = [];
    const asked = {
      toJSON: (key: unknown) => {
        keys.push(key);
        return 'seen';
      },
    };
    expect(shown({ a: asked, b: [asked] })).toBe('{"a":"seen","b":["seen"]}');
    expect(keys).toEqual(['a', '0']);
    const itself = { n: 1, toJSON: () => itself };
    expect(shown(Object.defineProperty(itself, 'toJSON', { enumerable: false }))).toBe('{"n":1}');
    const more = () => ({ toJSON: () => ({ more: more() }) });
    expect(shown(more())).toMatch(/is nested more than 64 levels deep/);
    expect(shown({ gone: { toJSON: () => undefined }, list: [{ toJSON: () => undefined }] })).toBe('{"list":[null]}');
    expect([shown({ toJSON: () => undefined }), shown({ toJSON: () => undefined }, { what: 'arguments' })]).toEqual([
      'absent',
      '{}',
    ]);
  });

  it('is not taken in by names and tags', () => {
    const tagged = {
      [Symbol.toStringTag]: 'Promise',
      ...JSON.parse('{"then":1,"length":1e9,"constructor":{"name":"Map"}}'),
    };
    expect(shown(tagged)).toBe('{"then":1,"length":1000000000,"constructor":{"name":"Map"}}');
    expect(shown({ a: Object.create(Map.prototype) })).toMatch(
      /^result\.a looks like a builtin object but cannot be read as one/,
    );
    expect(shown(new Proxy(new Date(), {}))).toMatch(/^result looks like a builtin object/);
    expect(shown(new Proxy([1, { a: 2 }], {}))).toBe('[1,{"a":2}]');
  });

  it('honours what a program put on builtin prototypes, as JSON.stringify does', () => {
    const withOnPrototype = (key: string, value: unknown, enumerable: boolean) => {
      Object.defineProperty(Object.prototype, key, { value, enumerable, configurable: true, writable: true });
      const texts = [shown({ a: 1 }), JSON.stringify({ a: 1 })];
      Reflect.deleteProperty(Object.prototype, key);
      return texts;
    };
    expect(withOnPrototype('toJSON', () => 'all alike', false)).toEqual(['"all alike"', '"all alike"']);
    expect(withOnPrototype('extra', 1, true)).toEqual(['{"a":1}', '{"a":1}']);
  });
});

describe('dates', () => {
  it('are the same on both paths, and follow a toJSON of their own', () => {
    class Day extends Date {
      override toJSON(): string {
        return 'a day';
      }
    }
    const dates = [new Date(0), new Date(Number.NaN), new Day(0), Object.assign(new Date(0), { toJSON: () => 'own' })];
    const text = '["1970-01-01T00:00:00.000Z",null,"a day","own"]';
    expect([shown(dates), renderExact(dates, OPTIONS), JSON.stringify(dates)]).toEqual([text, text, text]);
    expect(shown(Object.create(Date.prototype))).toMatch(/could not be read|looks like a builtin object/);
  });
});

describe('arguments', () => {
  it('are an empty object where there are none', () => {
    expect(shown(undefined, { what: 'arguments' })).toBe('{}');
  });

  it('must be finite numbers, because a tool would act on the wrong one', () => {
    expect(shown({ limit: Number.NaN }, { what: 'arguments' })).toBe(
      'arguments.limit is NaN, which JSON has no form for; pass a finite number or null',
    );
    expect(shown({ run: () => 1 }, { what: 'arguments' })).toBe('arguments.run is a function; pass data');
  });
});
