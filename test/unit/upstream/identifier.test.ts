import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { toIdentifiers } from '../../../src/upstream/identifier.ts';

const HOSTILE = [
  '__proto__',
  'constructor',
  'then',
  'toString',
  'a b',
  'a.b',
  'a-b',
  'a_b',
  'class',
  'class_',
  '1st',
  '_1st',
  '',
  '*/',
  'naïve',
  '名前',
  '\u202e',
  '\u2028',
  '\ud800',
  '\udc00',
  'x'.repeat(10_000),
];

const of = (...names: readonly string[]) => Object.fromEntries(toIdentifiers(names));

/** Throws where the text cannot be both a variable and a property of strict code. */
function useAsIdentifier(identifier: string): void {
  new Function(`"use strict"; const ${identifier} = { ${identifier}: 1 }; return ${identifier}.${identifier};`);
}

describe('toIdentifiers', () => {
  test.each([
    ['read_file', 'read_file'],
    ['readFile', 'readFile'],
    ['$get', '$get'],
    ['get-user', 'get_user'],
    ['get.user/name', 'get_user_name'],
    ['--x--', 'x'],
    ['1st', '_1st'],
    ['naïve café', 'naive_cafe'],
    ['名前', 'unnamed'],
    ['', 'unnamed'],
    ['class', 'class_'],
    ['then', 'then_'],
    ['toString', 'toString_'],
    ['__proto__', 'proto_'],
  ])('makes of %j %s', (name, identifier) => expect(of(name)).toEqual({ [name]: identifier }));

  it('never gives the plain form to one of several that would share it', () => {
    const { 'a b': spaced, 'a.b': dotted } = of('a b', 'a.b');
    expect(spaced).toMatch(/^a_b_[0-9a-f]{4}$/);
    expect(dotted).toMatch(/^a_b_[0-9a-f]{4}$/);
    expect(spaced).not.toBe(dotted);
  });

  it('leaves a name that is an identifier alone, whoever else would like it', () => {
    expect(of('a-b', 'a_b')).toEqual({ a_b: 'a_b', 'a-b': expect.stringMatching(/^a_b_[0-9a-f]{4}$/) });
  });

  it('gives a contested name the same suffix among others', () => {
    expect(of('a b', 'a.b')['a b']).toBe(of('a-b', 'z', 'a b')['a b']);
  });

  it('tells one lone surrogate from another', () => {
    expect(new Set(toIdentifiers(['\ud800', '\ud801', '\udc00']).values()).size).toBe(3);
  });

  const name = fc.oneof(
    fc.constantFrom(...HOSTILE),
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.string({ maxLength: 3 }),
  );
  const names = fc.array(name, { maxLength: 30 });

  it('gives every name one identifier of its own that strict code takes', () => {
    fc.assert(
      fc.property(names, (list) => {
        const identifiers = toIdentifiers(list);
        expect([...identifiers.keys()].toSorted()).toEqual([...new Set(list)].toSorted());
        expect(new Set(identifiers.values()).size).toBe(identifiers.size);
        for (const identifier of identifiers.values()) {
          expect(identifier).toMatch(/^[A-Za-z_$][\w$]*$/);
          expect(identifier.length).toBeLessThan(140);
          useAsIdentifier(identifier);
        }
      }),
    );
  });

  it('never gives one name an identifier that is another name', () => {
    fc.assert(
      fc.property(names, (list) => {
        const known = new Set(list);
        for (const [own, identifier] of toIdentifiers(list)) {
          if (known.has(identifier)) expect(identifier).toBe(own);
        }
      }),
    );
  });

  it('does not care in what order the names come, or how often', () => {
    fc.assert(
      fc.property(names, fc.infiniteStream(fc.nat()), (list, numbers) => {
        const shuffled = [...list, ...list]
          .map((each) => ({ each, at: numbers.next().value as number }))
          .toSorted((left, right) => left.at - right.at)
          .map(({ each }) => each);
        expect([...toIdentifiers(shuffled)]).toEqual([...toIdentifiers(list)]);
      }),
    );
  });

  it('takes no name that every object has', () => {
    const identifiers = toIdentifiers(HOSTILE);
    for (const identifier of identifiers.values()) expect(identifier in {}).toBe(false);
    expect([...identifiers.values()]).not.toContain('then');
  });

  it('stays quick with thousands of names that all want the same form', () => {
    const list = Array.from(
      { length: 5_000 },
      (_, index) => `a${' '.repeat((index % 100) + 1)}${'-'.repeat(index / 100)}`,
    );
    expect(new Set(toIdentifiers(list).values()).size).toBe(new Set(list).size);
  });
});
