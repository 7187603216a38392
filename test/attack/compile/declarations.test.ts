import { expect, it } from 'vitest';
import { describeAttacked, scripted, shown } from '../fixtures/attacked.ts';

const INJECTED = 'declare const injected: any;';
/** Each would leave the place that it stands in, if it could. */
const PAYLOADS: readonly (readonly [what: string, text: string])[] = [
  ['the end of a comment', `*/ ${INJECTED} /*`],
  ['the end of a comment in two halves', `*\\/ */${INJECTED}/*/`],
  ['the end of a string', `"; ${INJECTED} "`],
  ['the end of a string behind a backslash', `\\"; ${INJECTED} \\\\"; ${INJECTED}`],
  ['the end of a template', `\`; ${INJECTED} \``],
  ['a substitution', '\x24{injected}'],
  ['the end of a line', `x\n${INJECTED}\n`],
  ['every other end of a line', `x\r${INJECTED}\u2028${INJECTED}\u2029${INJECTED}\u0085`],
  ['the end of all braces', `}}}} ${INJECTED} namespace X { interface Y {`],
  ['a type in place of a name', `x: any; [key: string]: any; y`],
  ['a directive', '@ts-nocheck\n// @ts-nocheck\n/// <reference types="node" />\n// @ts-ignore'],
  ['the end of a script', `</script>--> ${INJECTED}`],
  ['what turns text around', `\u202e;yna :detcejni tsnoc eralced\u2066`],
];

/** A schema with the text in every place that a schema has. */
function schemaWith(text: string): object {
  return {
    type: 'object',
    title: text,
    description: text,
    properties: {
      [text]: { type: 'string', description: text, default: text, examples: [text] },
      literal: { const: text },
      choice: { enum: [text, `${text}2`] },
      pattern: { type: 'string', pattern: text, format: text },
      defined: { $ref: `#/$defs/${encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'))}` },
      titled: { type: 'object', title: text, properties: { [text]: { type: 'number', description: text } } },
      rows: { type: 'array', items: { title: text, enum: [text] }, description: text },
      more: { type: 'object', patternProperties: { [text]: { const: text } }, additionalProperties: { title: text } },
      $comment: { $comment: text, $anchor: text, $id: text, deprecated: true, description: text },
    },
    required: ['literal', text],
    $defs: { [text]: { type: 'object', title: text, description: text, properties: { [text]: { const: text } } } },
  };
}

const upstreams = PAYLOADS.map(([, text], at) => {
  const tools = ['take', text.slice(0, 100), 'untyped'].map((name) => ({
    name,
    title: text,
    description: text,
    inputSchema: name === 'untyped' ? {} : schemaWith(text),
    ...(name === 'take' ? { outputSchema: schemaWith(text) } : {}),
  }));
  return { name: `evil${at}`, description: text, transport: scripted(tools) };
});
const TYPED = {
  name: 'take',
  inputSchema: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'], additionalProperties: false },
};

describeAttacked(
  'declarations that an upstream has written',
  { upstreams: [...upstreams, { name: 'typed', transport: scripted([TYPED]) }] },
  ({ run }) => {
    it.each(PAYLOADS.map(([what], at) => [what, at] as const))(
      '1120 %s injects no name, no type and no leniency',
      async (_what, at) => {
        const servers = [`evil${at}`, 'typed'];
        const check = async (code: string) => (await run(code, { servers, typecheck: true })).diagnostics ?? [];
        // Whatever stands in the declarations, they are read to their end and what is right passes.
        expect(await check(`return typeof mcp.evil${at}.take + typeof mcp.typed.take`)).toEqual([]);
        for (const wrong of [
          'return injected',
          'return (globalThis as { injected: 1 }).injected + injected',
          'const n: number = "text"; return n',
          'return await mcp.typed.take({ n: "text" })',
          'return await mcp.typed.take({ n: 1, m: 2 })',
          `return await mcp.evil${at}.nothing()`,
          `return await mcp.evil${at}.take()`,
          `return await mcp.evil${at}.take({ literal: 5 })`,
          'return process.env',
          'return Mcp',
        ]) {
          expect([wrong, await check(wrong)]).not.toEqual([wrong, []]);
        }
      },
    );

    it('1121 the tools of one upstream change nothing of the types of another', async () => {
      const servers = upstreams.map(({ name }) => name);
      const wrong = await run('return await mcp.typed.take({ n: "text" })', {
        servers: [...servers, 'typed'],
        typecheck: true,
      });
      expect(wrong).toMatchObject({ kind: 'type-error', diagnostics: [{ line: 1, code: 'TS2322' }] });
      expect(
        (
          await run('const { args } = await mcp.typed.take({ n: 1 }); return args', {
            servers: [...servers, 'typed'],
            typecheck: true,
          })
        ).result,
      ).toEqual({ n: 1 });
    });

    it('1122 a diagnostic about hostile names shows no control character', async () => {
      const servers = upstreams.map(({ name }) => name);
      for (const name of servers) {
        const { wire, text } = shown(await run(`return await mcp.${name}.tkae({})`, { servers, typecheck: true }));
        expect(wire + text).not.toMatch(/(?![\n\t])[\p{Cc}\p{Bidi_Control}\u2028]/u);
      }
    });
  },
);

const HIJACKING = [
  'Promise',
  'Array',
  'Record',
  'Function',
  'Object',
  'String',
  'Number',
  'unknown',
  'any',
  'never',
  'Args',
  'Result',
  'Mcp',
  'Program',
  'ToolError',
  'Console',
  'globalThis',
  'undefined',
  'constructor',
  '__proto__',
];
const hijacked = HIJACKING.map((name) => ({
  name,
  inputSchema: {
    type: 'object',
    title: name,
    properties: { [name]: { $ref: `#/$defs/${name}` }, rows: { type: 'array', items: { $ref: `#/$defs/${name}` } } },
    $defs: {
      [name]: { type: 'object', title: name, properties: { self: { $ref: `#/$defs/${name}` }, n: { type: 'number' } } },
    },
  },
  outputSchema: {
    type: 'object',
    title: name,
    properties: { n: { type: 'number' }, rows: { type: 'array', items: { type: 'number' } } },
    required: ['n'],
  },
}));

describeAttacked(
  'types that are named like those of the language',
  { upstreams: { Promise: scripted(hijacked), typed: scripted([TYPED]) } },
  ({ run }) => {
    it('1123 take the place of none', async () => {
      const check = async (code: string) =>
        (await run(code, { servers: ['Promise', 'typed'], typecheck: true })).diagnostics ?? [];
      expect(
        await check(
          'const r = await mcp.Promise.Array({ rows: [{ n: 1 }] }); const n: number = r.n; const all: number[] = r.rows ?? []; return [n, all.map((x) => x.toFixed(1)), await Promise.resolve(1)]',
        ),
      ).toEqual([]);
      for (const wrong of [
        'const s: string = (await mcp.Promise.Promise({})).n; return s',
        'return await mcp.Promise.Array({ rows: 1 })',
        'const p: Promise<string> = Promise.resolve(1); return p',
        'const a: Array<string> = [1]; return a',
        'return await mcp.typed.take({ n: "x" })',
        'const e: ToolError = 1; return e',
      ]) {
        expect([wrong, await check(wrong)]).not.toEqual([wrong, []]);
      }
    });
  },
);
