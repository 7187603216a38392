/**
 * Compiles the schemas of dynamic tools, each within its time. What all of them need is made when the first one comes:
 * a server whose dynamic tools nobody calls pays for none of it.
 */

import type { JsonObject } from '../../base/json.ts';
import { createTimeBox, type TimeBox } from '../../base/schema/time-box.ts';
import { type CompiledSchema, compileStrangerSchema, type SchemaNames } from '../arguments/compile-schema.ts';
import { createSchemaRules } from '../arguments/schema-rules.ts';

export type CompileSchema = (schema: JsonObject, names: SchemaNames) => CompiledSchema;

export function createSchemaCompiler(): CompileSchema {
  const rules = createSchemaRules();
  let timeBox: TimeBox | undefined;
  return (schema, names) => {
    timeBox ??= createTimeBox();
    return compileStrangerSchema(schema, names, timeBox, rules);
  };
}
