/** What a torture case is, and the parts that schemas are made of. */
export interface TortureCase {
  readonly title: string;
  readonly schema: Record<string, unknown>;
  readonly valid: readonly unknown[];
  readonly invalid: readonly unknown[];
  readonly draft?: '07';
}

export const string = { type: 'string' };
export const number = { type: 'number' };
export const closed = { additionalProperties: false };
export const object = (properties: object, required: readonly string[] = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
});
export const proto = (json: string): unknown => JSON.parse(json);
