import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/base/json.ts';
import { renderDocument } from '../../../../src/compile/json-schema/schema-type.ts';
import type { TortureCase } from './torture/torture-case.ts';
import { TORTURE_CASES } from './torture-schemas.ts';
import { toExpression, typeErrors } from './type-errors.ts';

const AJV_OPTIONS = { strict: false, allErrors: false } as const;

describe('schemas that are easy to get wrong', () => {
  test.each(TORTURE_CASES)(
    '$title: its examples are what a validator says of them',
    ({ schema, valid, invalid, draft }) => {
      const ajv = draft === '07' ? new Ajv(AJV_OPTIONS) : new Ajv2020(AJV_OPTIONS);
      const validate = ajv.compile(schema);
      for (const value of valid) expect(validate(value), `valid: ${JSON.stringify(value)}`).toBe(true);
      for (const value of invalid) expect(validate(value), `invalid: ${JSON.stringify(value)}`).toBe(false);
    },
  );

  test('there are enough of them', () => expect(TORTURE_CASES.length).toBeGreaterThanOrEqual(40));

  test('valid values are assignable to the type, invalid ones are not', async () => {
    const files = Object.fromEntries(
      TORTURE_CASES.map((torture, index) => [`case-${index}.ts`, toSource(torture, index)]),
    );
    const errors = await typeErrors(files);
    expect(
      errors.map((error) => error.replace(/^case-(\d+)/, (_, index) => TORTURE_CASES[Number(index)]?.title ?? '')),
    ).toEqual([]);
  });
});

/** A script in which every line that must not compile says so: an unused expectation is an error as well. */
function toSource({ schema, valid, invalid }: TortureCase, index: number): string {
  const { type, namedTypes } = renderDocument(schema as JsonObject, {
    style: 'full',
    word: 'unknown',
    rootName: 'Root',
    namespace: `Case${index}.`,
    names: new Set(),
    indent: '',
  });
  const good = valid.map((value) => `export const _${valid.indexOf(value)}: T = ${toExpression(value)};`);
  const bad = invalid.map((value, at) => `// @ts-expect-error\nexport const no${at}: T = ${toExpression(value)};`);
  return `declare namespace Case${index} {\n${namedTypes.join('')}}\ntype T = ${type.text};\n${[...good, ...bad].join('\n')}\nexport {};\n`;
}
