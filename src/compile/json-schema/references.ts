/**
 * Where a `$ref` leads inside its own document: JSON pointers, anchors, and `$id`s of embedded schemas. Nothing is
 * ever fetched; what is not in the document leads nowhere. Called by schema-type.ts.
 */
import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';

/** Steps spent on looking for anchors and circles in one document; past it, a reference counts as circular. */
const MAX_STEPS = 50_000;
const MAX_REF_CHARS = 2_000;
const REFERENCES = ['$ref', '$dynamicRef', '$recursiveRef'] as const;

export interface Place {
  readonly schema: Json;
  /** The schema with the nearest `$id`: what a `#` means here. */
  readonly resource: JsonObject;
}

export interface Target extends Place {
  /** The last word of the reference, to name a type by; empty for the root. */
  readonly name: string;
}

export interface References {
  /** What the schema's `$ref` and its kin lead to; undefined for each that leads nowhere. */
  targets(schema: JsonObject, resource: JsonObject): readonly (Target | undefined)[];
  /** True where the target is itself by nothing but references and combinators: no type can say that. */
  isCircular(target: Target): boolean;
}

interface Landmarks {
  readonly ids: ReadonlyMap<string, JsonObject>;
  readonly anchors: ReadonlyMap<string, JsonObject>;
}

export function createReferences(root: JsonObject): References {
  const circular = new Map<Json, boolean>();
  const resolve = createResolver(root);
  let stepsLeft = MAX_STEPS;

  function targets(schema: JsonObject, resource: JsonObject): readonly (Target | undefined)[] {
    return REFERENCES.flatMap((keyword) => {
      const ref = schema[keyword];
      return typeof ref === 'string' ? [resolve(ref, resource)] : [];
    });
  }

  function reachesItself(start: Place): boolean {
    const seen = new Set<Json>();
    const pending = [...unguarded(start, targets)];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (next.schema === start.schema || --stepsLeft < 0) return true;
      if (!isJsonObject(next.schema) || seen.has(next.schema)) continue;
      seen.add(next.schema);
      for (const place of unguarded(next, targets)) pending.push(place);
    }
    return false;
  }

  return {
    targets,
    isCircular(target) {
      if (!isJsonObject(target.schema)) return false;
      const answer = circular.get(target.schema) ?? reachesItself(target);
      circular.set(target.schema, answer);
      return answer;
    },
  };
}

/** The schemas that hold for the very same value as this one does. */
function unguarded({ schema, resource: outer }: Place, targets: References['targets']): readonly Place[] {
  if (!isJsonObject(schema)) return [];
  const resource = resourceOf(schema, outer);
  const referenced = targets(schema, resource).filter((target) => target !== undefined);
  return [...referenced, ...inPlaceMembers(schema).map((member) => ({ schema: member, resource }))];
}

/** From a reference and the resource that it stands in to its target. Looks for landmarks only when one is named. */
function createResolver(root: JsonObject): (ref: string, resource: JsonObject) => Target | undefined {
  let landmarks: Landmarks | undefined;
  return (ref, resource) => {
    if (ref.length > MAX_REF_CHARS) return undefined;
    const [base = '', fragment = ''] = ref.split('#', 2);
    if (base !== '' || (fragment !== '' && !fragment.startsWith('/'))) landmarks ??= findLandmarks(root);
    const start = base === '' ? resource : landmarks?.ids.get(base);
    if (start === undefined) return undefined;
    if (fragment.startsWith('/')) return followPointer(fragment, start);
    const schema = fragment === '' ? start : landmarks?.anchors.get(fragment);
    return schema && { schema, resource: start, name: fragment || base };
  };
}

/** What `#` means inside this schema. A fragment-only `$id` (draft-07) is an anchor and starts no resource. */
export function resourceOf(schema: JsonObject, outer: JsonObject): JsonObject {
  const id = schema.$id;
  return typeof id === 'string' && !id.startsWith('#') ? schema : outer;
}

function inPlaceMembers(schema: JsonObject): readonly Json[] {
  const { allOf, anyOf, oneOf, then, else: otherwise, dependentSchemas } = schema;
  const lists = [allOf, anyOf, oneOf].flatMap((list) => (Array.isArray(list) ? list : []));
  return [
    ...lists,
    then ?? true,
    otherwise ?? true,
    ...(isJsonObject(dependentSchemas) ? Object.values(dependentSchemas) : []),
  ];
}

function followPointer(fragment: string, start: JsonObject): Target | undefined {
  const segments = pointerSegments(fragment);
  if (segments === undefined) return undefined;
  let at: Json = start;
  let resource = start;
  for (const segment of segments) {
    // Own keys only: `#/constructor` must not lead into Object.prototype, nor `#/allOf/length` to a number.
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, segment)) return undefined;
    at = (at as JsonObject)[segment] ?? null;
    if (isJsonObject(at)) resource = resourceOf(at, resource);
  }
  if (!isJsonObject(at) && typeof at !== 'boolean') return undefined;
  return { schema: at, resource, name: segments.findLast((segment) => !/^\d*$/.test(segment)) ?? '' };
}

function pointerSegments(fragment: string): readonly string[] | undefined {
  try {
    const segments = decodeURIComponent(fragment).slice(1).split('/');
    return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
  } catch {
    return undefined;
  }
}

/** One walk over the document, with its own stack: the depth is a stranger's. */
function findLandmarks(root: JsonObject): Landmarks {
  const ids = new Map<string, JsonObject>();
  const anchors = new Map<string, JsonObject>();
  const pending: Json[] = [root];
  let steps = 0;
  for (let next = pending.pop(); next !== undefined && steps < MAX_STEPS; next = pending.pop()) {
    steps += 1;
    if (isJsonObject(next)) noteLandmarks(next, ids, anchors);
    if (typeof next === 'object' && next !== null) for (const child of Object.values(next)) pending.push(child);
  }
  return { ids, anchors };
}

function noteLandmarks(schema: JsonObject, ids: Map<string, JsonObject>, anchors: Map<string, JsonObject>): void {
  const { $id, $anchor, $dynamicAnchor } = schema;
  for (const anchor of [$anchor, $dynamicAnchor]) if (typeof anchor === 'string') anchors.set(anchor, schema);
  if (typeof $id !== 'string') return;
  if ($id.startsWith('#')) anchors.set($id.slice(1), schema);
  else ids.set($id.replace(/#$/, ''), schema);
}
