/**
 * The dialects of JSON Schema that strangers may write in: which one a schema is in, and what it has against it. Its
 * rules take twenty milliseconds to make, so whoever compiles many schemas makes them once. Called by compile-schema.ts.
 */
import type { Ajv, ErrorObject, Options } from 'ajv';
import type { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonObject } from '../../base/json.ts';
import { loadAjv } from '../../base/schema/load-ajv.ts';

/** `ownProperties` keeps names such as `constructor` from being found on a prototype. */
const OPTIONS: Options = { strict: false, allErrors: true, verbose: true, ownProperties: true, logger: false };

/** What the schema's own dialect has against it. */
export type SchemaRules = (schema: JsonObject) => readonly ErrorObject[];

/** Nothing of a schema that is held to them stays behind. */
export function createSchemaRules(): SchemaRules {
  const made = new Map<boolean, Ajv | Ajv2020>();
  return (schema) => {
    const rules = made.get(isOlder(schema)) ?? newCompiler(schema);
    made.set(isOlder(schema), rules);
    return rules.validateSchema(spelled(schema)) === true ? [] : (rules.errors ?? []);
  };
}

/** A new compiler each time: what one schema registers under its `$id` is never seen by another. */
export function newCompiler(schema: JsonObject, more: Options = {}): Ajv | Ajv2020 {
  const { Ajv, Ajv2020, addFormats } = loadAjv();
  const options = { ...OPTIONS, ...more };
  const ajv = isOlder(schema) ? new Ajv(options) : new Ajv2020(options);
  addFormats(ajv);
  return ajv;
}

/** The schema as its compiler takes it: drafts 04 and 06 are read by the rules of 07. */
export function spelled(schema: JsonObject): JsonObject {
  return isOlder(schema) ? { ...schema, $schema: 'http://json-schema.org/draft-07/schema#' } : schema;
}

function isOlder({ $schema }: JsonObject): boolean {
  return typeof $schema === 'string' && /draft-0[467]/.test($schema);
}
