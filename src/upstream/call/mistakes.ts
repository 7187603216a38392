/**
 * What is wrong with a value, in words that repair it: where, what was expected, what came. Called by call-tool.ts with
 * what a check found; knows nothing of calls.
 */
import type { ErrorObject } from 'ajv';
import { isJsonObject, type Json } from '../../base/json.ts';
import { nearest, nearestHint } from '../../base/nearest.ts';
import { cutText } from '../clean-text.ts';

const MAX_MISTAKES = 5;
/** Beyond these, mistakes are only counted: a stranger decides how many there are, and each takes a look at the value. */
const MAX_DESCRIBED = 20;
const SHOWN_CHARS = 60;
const SHOWN_CHOICES = 10;

/** What the keywords that limit a number of things count. */
const COUNTED: ReadonlyMap<string, string> = new Map([
  ['minLength', 'characters'],
  ['maxLength', 'characters'],
  ['minItems', 'items'],
  ['maxItems', 'items'],
  ['minProperties', 'properties'],
  ['maxProperties', 'properties'],
]);

export interface Mistake {
  /** As it would be written in a program; empty for the value itself. */
  readonly path: string;
  readonly message: string;
}

export interface Mistakes {
  readonly shown: readonly Mistake[];
  readonly more: number;
}

/** The mistakes of `value`, most telling first for each place, at most five. */
export function describeMistakes(errors: readonly ErrorObject[], value: Json): Mistakes {
  const told = new Map<string, Mistake>();
  const findings = withoutBranches(errors);
  for (const error of findings.slice(0, MAX_DESCRIBED)) {
    const mistake = describe(error, value);
    const key = `${mistake.path}\n${mistake.message}`;
    if (!told.has(key)) told.set(key, mistake);
  }
  const all = [...told.values()];
  const uncounted = Math.max(0, findings.length - MAX_DESCRIBED);
  return { shown: all.slice(0, MAX_MISTAKES), more: Math.max(0, all.length - MAX_MISTAKES) + uncounted };
}

interface Finding
  extends Pick<ErrorObject, 'keyword' | 'instancePath' | 'schemaPath' | 'params' | 'parentSchema' | 'propertyName'> {
  /** For a choice between shapes: the types that its branches would have taken, where that is all they asked. */
  readonly types?: readonly string[];
}

const CHOICES: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'contains', 'propertyNames']);

/** What the branches of a failed choice said comes before the choice itself, and is told only where it helps. */
function withoutBranches(errors: readonly ErrorObject[]): readonly Finding[] {
  const kept: Finding[] = [];
  for (const error of errors) {
    // Only says that `then` or `else` failed, which says itself why.
    if (error.keyword === 'if') continue;
    if (!CHOICES.has(error.keyword)) {
      kept.push(error);
      continue;
    }
    const branches: Finding[] = [];
    for (let last = kept.at(-1); last !== undefined && belongsTo(error, last); last = kept.at(-1)) {
      branches.unshift(last);
      kept.pop();
    }
    kept.push(...bestOf(error, branches));
  }
  return kept;
}

function belongsTo(choice: ErrorObject, { instancePath, propertyName }: Finding): boolean {
  if (choice.keyword === 'propertyNames') return propertyName !== undefined && instancePath === choice.instancePath;
  return instancePath === choice.instancePath || instancePath.startsWith(`${choice.instancePath}/`);
}

/** Where only types were wrong, the types that would be right; where one branch was meant, what is wrong with it. */
function bestOf(choice: ErrorObject, branches: readonly Finding[]): readonly Finding[] {
  if (choice.keyword !== 'anyOf' && choice.keyword !== 'oneOf') return [choice];
  const isAtChoice = ({ instancePath }: Finding) => instancePath === choice.instancePath;
  if (branches.length > 0 && branches.every((error) => error.keyword === 'type' && isAtChoice(error))) {
    return [{ ...choice, types: branches.flatMap(({ params }) => params.type as string | string[]) }];
  }
  const byBranch = Map.groupBy(branches, ({ schemaPath }) => branchOf(choice, schemaPath));
  // A branch of another type, or with another value of what tells the shapes apart, was not meant.
  const isForeign = (error: Finding) =>
    ['const', 'enum'].includes(error.keyword) || (error.keyword === 'type' && isAtChoice(error));
  const [meant, ...others] = [...byBranch.values()].filter((found) => !found.some(isForeign));
  return meant !== undefined && others.length === 0 && byBranch.size > 1 ? meant : [choice];
}

/** Which of the branches a schema path leads through: its number, or the definition that it refers to. */
function branchOf(choice: ErrorObject, schemaPath: string): string {
  const isInside = schemaPath.startsWith(`${choice.schemaPath}/`);
  return isInside
    ? (schemaPath.slice(choice.schemaPath.length + 1).split('/')[0] ?? '')
    : schemaPath.split('/').slice(0, 3).join('/');
}

function describe(error: Finding, value: Json): Mistake {
  const { keyword, params } = error;
  const keys = error.instancePath.split('/').slice(1).map(unescapePointer);
  const found = valueAt(value, keys);
  if (keyword === 'required' || keyword === 'dependentRequired' || keyword === 'dependencies') {
    const missing = String(params.missingProperty);
    return { path: pathOf([...keys, missing]), message: `is required, and missing${instead(missing, error, found)}` };
  }
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties') {
    const extra = String(params.additionalProperty ?? params.unevaluatedProperty);
    return { path: pathOf([...keys, extra]), message: `is not a known property.${hint(extra, error, found)}` };
  }
  return { path: pathOf(keys), message: `must ${expected(error)}, not ${show(found)}` };
}

function expected({ keyword, params, types }: Finding): string {
  if (types !== undefined) return `be ${list(types)}`;
  const counted = COUNTED.get(keyword);
  if (counted !== undefined)
    return `have ${keyword.startsWith('min') ? 'at least' : 'at most'} ${params.limit} ${counted}`;
  switch (keyword) {
    case 'type':
      return `be ${list(Array.isArray(params.type) ? params.type : [params.type])}`;
    case 'enum':
      return `be one of ${listChoices(params.allowedValues)}`;
    case 'const':
      return `be ${show(params.allowedValue)}`;
    case 'anyOf':
    case 'oneOf':
      return Array.isArray(params.passingSchemas)
        ? 'fit only one of the allowed shapes'
        : 'fit one of the allowed shapes';
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return `be ${params.comparison} ${params.limit}`;
    case 'multipleOf':
      return `be a multiple of ${params.multipleOf}`;
    case 'uniqueItems':
      return 'have no item twice';
    case 'format':
      return `be written as ${cutText(String(params.format), SHOWN_CHARS)}`;
    case 'pattern':
      return `match ${cutText(String(params.pattern), SHOWN_CHARS * 2)}`;
    case 'propertyNames':
      return `have no property named ${show(params.propertyName)}`;
    default:
      return `satisfy "${keyword}" of its schema`;
  }
}

function hint(extra: string, { parentSchema }: Finding, found: Json | undefined): string {
  const properties: unknown = parentSchema?.properties;
  if (!isJsonObject(properties)) return '';
  const isTaken = (name: string) => isJsonObject(found) && Object.hasOwn(found, name);
  return nearestHint(
    extra,
    Object.keys(properties).filter((name) => !isTaken(name)),
  );
}

/** What was given and means nothing is likely what is missing, with a slip in its name. */
function instead(missing: string, { parentSchema }: Finding, found: Json | undefined): string {
  const properties: unknown = parentSchema?.properties;
  if (!isJsonObject(properties) || !isJsonObject(found)) return '';
  const given = nearest(
    missing,
    Object.keys(found).filter((name) => !Object.hasOwn(properties, name)),
  );
  return given === undefined ? '' : `; did you mean it by ${show(given)}?`;
}

function list(types: readonly unknown[]): string {
  return [
    ...new Set(
      types.map((type) => (type === 'null' ? 'null' : `${/^[aeio]/.test(String(type)) ? 'an' : 'a'} ${String(type)}`)),
    ),
  ].join(' or ');
}

function listChoices(choices: unknown): string {
  if (!Array.isArray(choices)) return 'the allowed values';
  const shown = choices.slice(0, SHOWN_CHOICES).map(show).join(', ');
  return choices.length > SHOWN_CHOICES ? `${shown} and ${choices.length - SHOWN_CHOICES} more` : shown;
}

/** A value in a few characters; of what is large, only what it is. */
function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(cutText(value, SHOWN_CHARS));
}

function unescapePointer(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}

function valueAt(value: Json, keys: readonly string[]): Json | undefined {
  let found: Json | undefined = value;
  for (const key of keys) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as { readonly [key: string]: Json })[key];
  }
  return found;
}

function pathOf(keys: readonly string[]): string {
  const text = keys
    .map((key) =>
      /^\d+$/.test(key) ? `[${key}]` : /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`,
    )
    .join('');
  return cutText(text.startsWith('.') ? text.slice(1) : text, 256);
}
