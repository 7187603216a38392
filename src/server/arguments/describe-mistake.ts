/**
 * Validation errors as sentences for an agent: `servers[0]: expected a string, got the number 3.` One sentence per
 * mistake, each with path, what was expected and what came. Called by compile-schema.ts only.
 */
import type { ErrorObject } from 'ajv';
import { isJsonObject } from '../../base/json.ts';
import { nearestHint } from '../../base/nearest.ts';
import {
  describeChoices,
  describeConstant,
  describeSchema,
  describeTypes,
  describeValue,
  quote,
} from './describe-value.ts';

const SHOWN_MISTAKES = 10;
const SHOWN_MEMBERS = 4;
const MIN_SHORT_CHARS = 3;

/** `root` names the whole value in a path: empty for arguments, whose members stand for themselves. */
export function describeMistakes(errors: readonly ErrorObject[], root: string): readonly string[] {
  const unions = errors.filter((error) => error.keyword === 'anyOf' || error.keyword === 'oneOf');
  // The errors inside each branch of a union say nothing of their own: the union's error speaks for them.
  return tell(
    errors.filter((error) => !unions.some((union) => error.schemaPath.startsWith(`${union.schemaPath}/`))),
    root,
  );
}

/** The same for a schema that breaks the rules of its dialect: one sentence for each place, and the most telling. */
export function describeSchemaMistakes(errors: readonly ErrorObject[], root: string): readonly string[] {
  const places = Map.groupBy(errors, ({ instancePath }) => instancePath);
  const around = new Set([...places.keys()].flatMap(pathsAround));
  const isUnion = ({ keyword }: ErrorObject) => keyword === 'anyOf' || keyword === 'oneOf';
  const told = [...places].flatMap(([path, found]) => {
    // Where something inside a value is wrong, that is why the value fits no branch.
    if (found.some(isUnion) && around.has(path)) return [];
    // A list is held to the branch for lists, all else to the choices.
    const wanted = found.filter((error) => (error.keyword === 'enum') !== Array.isArray(error.data) && !isUnion(error));
    const [best = found[0]] = [...wanted.filter(({ keyword }) => keyword === 'enum'), ...wanted];
    return best === undefined ? [] : [best];
  });
  return tell(told, root);
}

/** `/a` of `/a/b`, and so on; the whole value is no place of a choice. */
function pathsAround(path: string): readonly string[] {
  const keys = path.split('/');
  return keys.slice(2).map((_key, at) => keys.slice(0, at + 2).join('/'));
}

/** Words are made for those that are shown, and for no more: a stranger may make thousands. */
function tell(errors: readonly ErrorObject[], root: string): readonly string[] {
  const sentences = new Set<string>();
  for (const [at, error] of errors.entries()) {
    if (sentences.size === SHOWN_MISTAKES) return [...sentences, `There are ${errors.length - at} more mistakes.`];
    sentences.add(describe(error, root));
  }
  return [...sentences];
}

function describe(error: ErrorObject, root: string): string {
  const segments = segmentsOf(error.instancePath);
  if (error.keyword === 'required' || error.keyword === 'dependentRequired') {
    const missing = String(error.params.missingProperty);
    const expected = describeSchema(propertySchemas(error).get(missing));
    return `${pathText([...segments, missing], root)}: expected ${expected}, got nothing.`;
  }
  if (error.keyword === 'additionalProperties' || error.keyword === 'unevaluatedProperties') {
    const name = String(error.params.additionalProperty ?? error.params.unevaluatedProperty);
    const known = [...propertySchemas(error).keys()];
    const got = isJsonObject(error.data) && Object.hasOwn(error.data, name) ? describeValue(error.data[name]) : 'one';
    const names = known.length === 0 ? 'no members' : describeChoices(known);
    return `${pathText([...segments, name], root)}: expected ${names}, got ${got} under an unknown name.${nameHint(name, known)}`;
  }
  return `${pathText(segments, root)}: expected ${expectation(error)}, got ${describeValue(error.data)}.${choiceHint(error)}`;
}

function expectation({ keyword, params, message, parentSchema }: ErrorObject): string {
  switch (keyword) {
    case 'type':
      if (params.type === 'object') return describeObject(parentSchema);
      return describeTypes(params.type);
    case 'enum':
      return describeChoices(params.allowedValues);
    case 'const':
      return describeConstant(params.allowedValue);
    case 'anyOf':
    case 'oneOf':
      return describeSchema(parentSchema);
    case 'pattern':
      return `a string that matches ${quote(String(params.pattern))}`;
    case 'format':
      return `a string in the format ${quote(String(params.format))}`;
    case 'false schema':
      return 'nothing here';
    default:
      return (
        bound(keyword, params.limit) ?? `a value that ${(message ?? 'fits the schema').replace(/^must /, 'would ')}`
      );
  }
}

/** With its members where they are few and all have to be there: `an object { name, version }`. */
function describeObject(schema: unknown): string {
  const required: unknown = isJsonObject(schema) ? schema.required : undefined;
  if (!Array.isArray(required) || required.length === 0 || required.length > SHOWN_MEMBERS)
    return describeTypes('object');
  return `${describeTypes('object')} { ${required.join(', ')} }`;
}

const BOUND_WORDS: ReadonlyMap<string, (limit: unknown) => string> = new Map([
  ['minimum', (limit: unknown) => `a number of at least ${limit}`],
  ['maximum', (limit: unknown) => `a number of at most ${limit}`],
  ['exclusiveMinimum', (limit: unknown) => `a number above ${limit}`],
  ['exclusiveMaximum', (limit: unknown) => `a number below ${limit}`],
  ['minLength', (limit: unknown) => `a string of at least ${limit} characters`],
  ['maxLength', (limit: unknown) => `a string of at most ${limit} characters`],
  ['minItems', (limit: unknown) => `an array of at least ${limit} items`],
  ['maxItems', (limit: unknown) => `an array of at most ${limit} items`],
  ['minProperties', (limit: unknown) => `an object of at least ${limit === 1 ? 'one member' : `${limit} members`}`],
  ['maxProperties', (limit: unknown) => `an object of at most ${limit === 1 ? 'one member' : `${limit} members`}`],
]);

function bound(keyword: string, limit: unknown): string | undefined {
  return BOUND_WORDS.get(keyword)?.(limit);
}

function choiceHint({ keyword, params, data }: ErrorObject): string {
  if (keyword !== 'enum' || typeof data !== 'string' || !Array.isArray(params.allowedValues)) return '';
  return nearestHint(
    data,
    params.allowedValues.filter((choice) => typeof choice === 'string'),
  );
}

/** An abbreviation is further from what it stands for than a slip would be: `args` for `arguments`, and back. */
function nameHint(name: string, known: readonly string[]): string {
  const meant = known.find((each) => isShortFor(name, each) || isShortFor(each, name));
  return meant === undefined ? nearestHint(name, known) : ` Did you mean "${meant}"?`;
}

function isShortFor(short: string, long: string): boolean {
  if (short.length < MIN_SHORT_CHARS || short.length >= long.length || short[0] !== long[0]) return false;
  let at = -1;
  return [...short].every((char) => {
    at = long.indexOf(char, at + 1);
    return at >= 0;
  });
}

function propertySchemas({ parentSchema }: ErrorObject): ReadonlyMap<string, unknown> {
  const properties: unknown = parentSchema?.properties;
  return new Map(isJsonObject(properties) ? Object.entries(properties) : []);
}

function segmentsOf(pointer: string): string[] {
  if (pointer === '') return [];
  const parts = pointer.slice(1).split('/');
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function pathText(segments: readonly string[], root: string): string {
  if (segments.length === 0) return root === '' ? 'the arguments' : root;
  const text = segments.map((segment) => {
    if (/^\d{1,9}$/.test(segment)) return `[${segment}]`;
    return /^[A-Za-z_$][\w$]{0,59}$/.test(segment) ? `.${segment}` : `[${quote(segment)}]`;
  });
  const path = `${root}${text.join('')}`;
  return path.startsWith('.') ? path.slice(1) : path;
}
