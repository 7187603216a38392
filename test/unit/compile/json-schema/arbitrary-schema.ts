// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a stranger writes
/** Arbitrary schemas for the property tests: some that mean something, some that only look as if they did. */
import fc from 'fast-check';

const NAMES = ['a', 'b', 'x-y', '__proto__', 'constructor', '*/', '"', '', '1', 'class', '\u2028', '`${a}`', 'then'];
const REFS = [
  '#',
  '#/$defs/A',
  '#/$defs/B',
  '#/$defs/C',
  '#/properties/a',
  '#/allOf/0',
  '#here',
  '#/',
  'https://example.test/x',
  '#/$defs/%E0',
];
const TYPES = ['string', 'number', 'integer', 'boolean', 'null', 'object', 'array', 'file'];

const name = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...NAMES) }, fc.string({ unit: 'binary', maxLength: 6 }));
const text = fc.oneof(
  fc.constantFrom(
    '*/ x',
    '@ts-expect-error',
    '// @ts-ignore',
    '\u202e\u001b[31m',
    '`${x}`',
    'a\r\nb\u2028c',
    '</script>',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

interface Tied {
  readonly schema: unknown;
}

const small = fc.jsonValue({ maxDepth: 1, depthSize: 'xsmall' });

const { schema } = fc.letrec<Tied>((tie) => {
  const child = tie('schema');
  const list = fc.array(child, { maxLength: 3 });
  const map = fc.dictionary(name, child, { maxKeys: 3, noNullPrototype: true });
  const facts = {
    type: fc.oneof(fc.constantFrom(...TYPES), fc.uniqueArray(fc.constantFrom(...TYPES), { maxLength: 3 })),
    description: text,
    title: text,
    default: small,
    pattern: text,
    nullable: fc.boolean(),
    minItems: fc.integer({ min: -1, max: 4 }),
    maxItems: fc.integer({ min: -1, max: 4 }),
  };
  const values = { const: small, enum: fc.array(small, { maxLength: 4 }) };
  const objects = {
    properties: map,
    required: fc.array(name, { maxLength: 2 }),
    additionalProperties: child,
    unevaluatedProperties: child,
    patternProperties: map,
    propertyNames: fc.oneof(child, fc.record({ enum: fc.array(name, { maxLength: 3 }) })),
    minProperties: fc.nat(2),
  };
  const arrays = { items: fc.oneof(child, list), prefixItems: list, additionalItems: child };
  const combinators = {
    allOf: list,
    anyOf: list,
    oneOf: list,
    not: child,
    if: child,
    // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema
    then: child,
    else: child,
    dependentSchemas: map,
    $ref: fc.constantFrom(...REFS),
    $anchor: fc.constant('here'),
    $id: fc.constantFrom('https://example.test/x', '#here', 'relative'),
  };
  const junk = fc.oneof(fc.boolean(), fc.jsonValue({ maxDepth: 2, depthSize: 'xsmall' }));
  const reference = fc.record({ $ref: fc.constantFrom(...REFS), description: text }, { requiredKeys: ['$ref'] });
  const inner = { ...facts, ...objects, ...arrays, ...combinators };
  return {
    schema: fc.oneof(
      { maxDepth: 4 },
      { weight: 4, arbitrary: someOf({ ...facts, ...values }) },
      { weight: 1, arbitrary: junk },
      { weight: 2, arbitrary: reference },
      { weight: 3, arbitrary: someOf({ ...facts, ...objects }) },
      { weight: 2, arbitrary: someOf({ ...facts, ...arrays }) },
      { weight: 4, arbitrary: someOf(inner) },
    ),
  };
});

/** A few of the keywords: all at once would make every schema huge and few of them mean anything. */
function someOf(keywords: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<Record<string, unknown>> {
  const pairs = Object.entries(keywords).map(([keyword, value]) => fc.tuple(fc.constant(keyword), value));
  return fc
    .uniqueArray(fc.oneof(...pairs), { maxLength: 4, selector: ([keyword]) => keyword })
    .map((members) => Object.fromEntries(members));
}

/** A document with definitions for its references to find. Always an object, as in a tool; the rest may be anything. */
export const schemaDocument = fc
  .record({ root: schema, defs: fc.record({ A: schema, B: schema, C: schema }) })
  .map(({ root, defs }) => ({
    ...(typeof root === 'object' && root !== null ? root : { type: 'object' }),
    $defs: defs,
  }));

export { name as hostileName, text as hostileText };
