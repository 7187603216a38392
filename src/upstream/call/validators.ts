/**
 * Checks of values against JSON Schemas that upstreams wrote: draft 2020-12, or draft-07 where `$schema` says so or the
 * schema makes sense in no other way. Called by call-tool.ts for arguments and results. Compiled checks are kept by
 * the hash of their schema.
 *
 * A schema is hostile until it has been run. Nothing it refers to is fetched. Compiling, and checks that may be slow,
 * run against a clock; a schema that overruns once, or that cannot be compiled, is not checked any more, and the log
 * says so: the upstream checks its own input anyway, and a stalled event loop would hurt every client.
 */
import type { ErrorObject, Options, ValidateFunction } from 'ajv';
import type { FormatName } from 'ajv-formats';
import { contentHash, hasMoreMembers, type Json, type JsonObject } from '../../base/json.ts';
import type { Log } from '../../base/log.ts';
import { loadAjv } from '../../base/schema/load-ajv.ts';
import { createTimeBox, type TimeBox } from '../../base/schema/time-box.ts';
import { isHazardous } from './schema-hazards.ts';

const COMPILE_MS = 500;
const CHECK_MS = 100;
const MAX_KEPT = 1_000;
/** Of a value with more members only the first mistake is told. */
const MAX_THOROUGH_MEMBERS = 10_000;
/** Formats whose check is linear in the length of the text. */
const FORMATS: FormatName[] = [
  'date',
  'time',
  'date-time',
  'duration',
  'uri',
  'uri-reference',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uuid',
];

const OPTIONS: Options = {
  strict: false,
  // Schemas are not judged, only used; and an unknown `$schema` must not stop anything.
  validateSchema: false,
  meta: false,
  logger: false,
  messages: false,
  // Errors carry the schema they come from, for hints about the names it knows.
  verbose: true,
  // Keys such as `constructor` are what they are in the data, not in Object.prototype.
  ownProperties: true,
};

/** The mistakes of a value, at least one where it is wrong; empty where it is right or cannot be checked. */
export type Check = (value: Json) => readonly ErrorObject[];

export interface Validators {
  /** The check for a schema; `about` names it in the log. */
  for(schema: JsonObject, about: string): Check;
}

const unchecked: Check = () => [];

interface Workshop {
  readonly timeBox: TimeBox;
  readonly log: Log;
}

export function createValidators(log: Log): Validators {
  const workshop = { timeBox: createTimeBox(), log };
  // Snapshots hand out the same frozen objects as long as nothing changes, so most look-ups hash nothing.
  const bySchema = new WeakMap<JsonObject, Check>();
  const byHash = new Map<string, Check>();
  return {
    for: (schema, about) => {
      const known = bySchema.get(schema);
      if (known !== undefined) return known;
      const hash = contentHash(JSON.stringify(schema));
      const check = byHash.get(hash) ?? makeCheck(schema, about, workshop);
      byHash.delete(hash);
      byHash.set(hash, check);
      const [oldest] = byHash.keys();
      if (byHash.size > MAX_KEPT && oldest !== undefined) byHash.delete(oldest);
      bySchema.set(schema, check);
      return check;
    },
  };
}

function makeCheck(schema: JsonObject, about: string, workshop: Workshop): Check {
  const { timeBox, log } = workshop;
  const first = compile(schema, false, workshop);
  if (first === undefined) {
    log.warn(`The schema of ${about} cannot be used, so values are not checked against it.`);
    return unchecked;
  }
  const isSlow = isHazardous(schema);
  let thorough: ValidateFunction | undefined;
  let isGivenUp = false;
  const giveUp = (why: string): readonly ErrorObject[] => {
    isGivenUp = true;
    log.warn(`A value ${why} the schema of ${about}, which is not checked any more.`);
    return [];
  };
  const run = (validate: ValidateFunction, value: Json, isTimed: boolean): readonly ErrorObject[] => {
    const work = () => (validate(value) ? [] : [...(validate.errors ?? [])]);
    try {
      if (!isTimed) return work();
      const outcome = timeBox(CHECK_MS, work);
      return outcome.kind === 'done' ? outcome.value : giveUp(`took more than ${CHECK_MS} ms to check against`);
    } catch (thrown) {
      // References in a circle through combinators alone end with the stack.
      log.debug({ err: thrown }, 'a check of a schema failed');
      return giveUp('could not be checked against');
    }
  };
  return (value) => {
    if (isGivenUp) return [];
    const mistakes = run(first, value, isSlow);
    if (mistakes.length === 0) return mistakes;
    // All mistakes at once cost more than the first, and are wanted only where there are some, and not by the thousand.
    if (hasMoreMembers(value, MAX_THOROUGH_MEMBERS)) return mistakes;
    thorough ??= compile(schema, true, workshop) ?? first;
    const all = run(thorough, value, true);
    return all.length === 0 ? mistakes : all;
  };
}

function compile(schema: JsonObject, allErrors: boolean, { timeBox, log }: Workshop): ValidateFunction | undefined {
  const { Ajv, Ajv2020, addFormats } = loadAjv();
  for (const Dialect of isDraft07(schema) ? [Ajv] : [Ajv2020, Ajv]) {
    try {
      const outcome = timeBox(COMPILE_MS, () => {
        // An instance for each schema: two with the same `$id` must not meet, and one that failed leaves nothing.
        const ajv = new Dialect({ ...OPTIONS, allErrors });
        addFormats(ajv, { mode: 'fast', formats: FORMATS });
        return ajv.compile(schema);
      });
      return outcome.kind === 'done' ? outcome.value : undefined;
    } catch (thrown) {
      log.debug({ err: thrown }, 'a schema does not compile');
    }
  }
  return undefined;
}

function isDraft07({ $schema }: JsonObject): boolean {
  return typeof $schema === 'string' && /draft-0[4-7]/.test($schema);
}
