/**
 * Schemas that are easy to get wrong, each with values that it takes and values that it refuses for a reason that a
 * type can tell. Values that only a validator can tell apart (ranges, patterns, oneOf's exclusivity) are not here.
 */
import { combined } from './torture/combined.ts';
import { objects } from './torture/objects.ts';
import { references } from './torture/references.ts';
import type { TortureCase } from './torture/torture-case.ts';
import { arrays, scalars } from './torture/values.ts';

export const TORTURE_CASES: readonly TortureCase[] = [...scalars, ...arrays, ...objects, ...combined, ...references];
