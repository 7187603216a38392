/**
 * TypeScript types as text, with just enough known about each to join them: how tightly the text binds, which JSON
 * kinds a value of it may have, and into how many variants a union of it falls. Pure; called by the
 * rest of json-schema/; knows nothing of JSON Schema.
 */

/** One bit per JSON kind, so that a type's kinds can be joined and compared in one operation. */
export const KIND = { null: 1, boolean: 2, number: 4, string: 8, array: 16, object: 32 } as const;
export type KindName = keyof typeof KIND;
const ALL_KINDS = 63;

/** TypeScript refuses an intersection that would fall into more than 100,000 variants; far below that it is slow. */
const MAX_VARIANTS = 1_000;

export interface TypeText {
  readonly text: string;
  readonly binding: 'atom' | 'intersection' | 'union';
  /** Bits of `KIND`; 0 for a type that has no values. */
  readonly kinds: number;
  readonly variants: number;
  /** True for `unknown` and `any`: says nothing, so it vanishes from an intersection and swallows a union. */
  readonly isOpaque: boolean;
  /** Set where it is opaque because something had to be left out, not because nothing was said. */
  readonly isCut?: boolean;
  /** Set where the type says no more than its kinds: the text that stands for it inside an intersection. */
  readonly bare?: string;
  /** Whether `{}` is a value of it. */
  readonly takesEmpty: boolean;
}

export const NEVER: TypeText = {
  text: 'never',
  binding: 'atom',
  kinds: 0,
  variants: 1,
  isOpaque: false,
  takesEmpty: false,
};

/**
 * An object without properties: `{}` would take anything. Not `never`, because that is also what an empty array of a
 * program holds, and the type-checker forgives plain JavaScript what it says of `never`.
 */
export const NO_PROPERTIES = atom('{ [key: string]: undefined }', KIND.object, { takesEmpty: true });

/** `unknown` or `any`, with a comment where something had to be left out. */
export function opaque(word: 'unknown' | 'any', why?: string): TypeText {
  const text = why === undefined ? word : `${word} /* ${why} */`;
  return {
    text,
    binding: 'atom',
    kinds: ALL_KINDS,
    variants: 1,
    isOpaque: true,
    isCut: why !== undefined,
    takesEmpty: true,
  };
}

export function atom(text: string, kinds: number, more: Partial<TypeText> = {}): TypeText {
  return { text, binding: 'atom', kinds, variants: 1, isOpaque: false, takesEmpty: false, ...more };
}

/** A type by its name alone. While the named type is still being made, nothing is known of it, so the worst holds. */
export function named(text: string, meaning: TypeText | undefined): TypeText {
  if (meaning === undefined) return atom(text, ALL_KINDS, { variants: MAX_VARIANTS, takesEmpty: true });
  if (meaning.isOpaque) return meaning;
  return atom(text, meaning.kinds, { variants: meaning.variants, takesEmpty: meaning.takesEmpty });
}

/** The type that says no more than which kinds a value may have. Objects and arrays hold `word`. */
export function bareType(kinds: number, word: 'unknown' | 'any'): TypeText {
  if (kinds === ALL_KINDS) return opaque(word);
  return unionOf(BARE_TYPES[word].filter((type) => (type.kinds & kinds) !== 0));
}

export function unionOf(parts: readonly TypeText[]): TypeText {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const swallowing = parts.find((part) => part.isOpaque);
  if (swallowing !== undefined) return swallowing;
  const kept = distinct(parts.filter((part) => part.kinds !== 0));
  const [first] = kept;
  if (first === undefined) return NEVER;
  if (kept.length === 1) return first;
  const isBare = kept.every((part) => part.bare !== undefined);
  return {
    text: kept.map((part) => part.text).join(' | '),
    binding: 'union',
    kinds: kept.reduce((kinds, part) => kinds | part.kinds, 0),
    variants: kept.reduce((sum, part) => sum + part.variants, 0),
    isOpaque: false,
    takesEmpty: kept.some((part) => part.takesEmpty),
    ...(isBare ? { bare: kept.map((part) => part.bare).join(' | ') } : {}),
  };
}

/**
 * Where the parts would fall into too many variants, later ones are left out. What is left out, here or before, may
 * have had properties of its own: so the rest is opened, or it would refuse them.
 */
export function intersectionOf(parts: readonly TypeText[]): TypeText {
  const saying = distinct(parts.filter((part) => !part.isOpaque));
  const kinds = commonKinds(saying);
  if (kinds === 0) return NEVER;
  const needed = withoutImplied(saying);
  const kept = withinVariants(needed);
  const isCut = kept.length < needed.length || parts.some((part) => part.isCut);
  const isOpened = isCut && kept.length > 0 && (kinds & KIND.object) !== 0;
  const operands = isOpened ? distinct([...kept, bareType(kinds, 'unknown')]) : agreeing(kept, kinds);
  const [first] = operands;
  const takesEmpty = saying.every((part) => part.takesEmpty);
  if (first === undefined) return parts.find((part) => part.isCut) ?? parts[0] ?? opaque('unknown');
  if (operands.length === 1) return { ...first, takesEmpty };
  return {
    text: operands.map((part, index) => operand(isOpened && index >= kept.length ? part : neutral(part))).join(' & '),
    binding: 'intersection',
    kinds,
    variants: operands.reduce((product, part) => product * part.variants, 1),
    isOpaque: false,
    takesEmpty,
  };
}

/** Without the bare parts that the others imply. */
function withoutImplied(parts: readonly TypeText[]): readonly TypeText[] {
  const shaped = parts.filter((part) => part.bare === undefined);
  const kinds = commonKinds(shaped);
  return parts.filter((part) => part.bare === undefined || shaped.length === 0 || (kinds & ~part.kinds) !== 0);
}

/**
 * TypeScript keeps `{ a: string } & string`, which no JSON value is. Where no part says all that is left of the kinds,
 * one is added that does.
 */
function agreeing(parts: readonly TypeText[], kinds: number): readonly TypeText[] {
  return parts.length < 2 || parts.some((part) => part.kinds === kinds)
    ? parts
    : [...parts, bareType(kinds, 'unknown')];
}

function neutral(part: TypeText): TypeText {
  return { ...part, text: part.bare ?? part.text };
}

/** `doc` is an inline comment to stand before the element. */
export function arrayOf(element: TypeText, doc = ''): TypeText {
  const text = `${doc}${element.binding === 'atom' ? element.text : `(${element.text})`}[]`;
  return atom(text, KIND.array, element.isOpaque && doc === '' ? { bare: text } : {});
}

/** The text as an operand of `&`, or as an optional element of a tuple. */
export function operand(part: TypeText): string {
  return part.binding === 'union' ? `(${part.text})` : part.text;
}

function commonKinds(parts: readonly TypeText[]): number {
  return parts.reduce((kinds, part) => kinds & part.kinds, ALL_KINDS);
}

function distinct(parts: readonly TypeText[]): readonly TypeText[] {
  return [...new Map(parts.map((part) => [part.text, part])).values()];
}

function withinVariants(parts: readonly TypeText[]): readonly TypeText[] {
  let product = 1;
  return parts.filter((part) => {
    if (product * part.variants > MAX_VARIANTS) return false;
    product *= part.variants;
    return true;
  });
}

function bareTypes(word: 'unknown' | 'any'): readonly TypeText[] {
  const scalars = (['string', 'number', 'boolean', 'null'] as const).map((name) =>
    atom(name, KIND[name], { bare: name }),
  );
  const object = atom(`{ [key: string]: ${word} }`, KIND.object, { bare: 'object', takesEmpty: true });
  return [object, atom(`${word}[]`, KIND.array, { bare: `${word}[]` }), ...scalars];
}

const BARE_TYPES = { unknown: bareTypes('unknown'), any: bareTypes('any') } as const;
