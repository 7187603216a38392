// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are programs
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, createBundler } from '../../../src/compile/bundle.ts';
import { locate, locateError } from '../../../src/compile/locate-error.ts';
import { LIMITS, NEVER, read, SILENT } from './fixture.ts';
import { runToError } from './run-script.ts';

const bundler = createBundler({ limits: LIMITS, log: SILENT });
beforeAll(() => bundler.warm());
afterAll(() => bundler.close());

async function bundleOf(source: string): Promise<Bundle> {
  const made = await bundler.bundle(read(source), NEVER);
  if (!('code' in made)) throw new Error(JSON.stringify(made));
  return made;
}

describe('an error of a program', () => {
  it.each([
    ['a body', 'const a: number = 1;\n  throw new Error("x")', 2, 9],
    ['a body with imports of types', 'const a = 1;\r\n\r\nthrow new Error("x")', 3, 7],
    ['an arrow', 'async () => {\n  const n: null = null;\n  n.x\n}', 3, 5],
    ['a function', 'function main(): void {\n\tthrow new Error("x")\n}', 2, 8],
    ['a module', 'const a: number = 1;\nexport default () => {\n  throw new Error("x")\n}', 3, 9],
    ['the top of a module', 'const a = 1;\nthrow new Error("x");\nexport default a', 2, 7],
    ['after an await', 'await null;\nawait null;\nthrow new Error("é𝒳")', 3, 7],
    ['behind other text on its line', 'const a = "é𝒳"; throw new Error(a)', 1, 24],
    ['below a hash-bang line', '#!/usr/bin/env node\nthrow new Error("x")', 2, 7],
    ['below U+2028', '"\u2028";\nthrow new Error("x")', 2, 7],
    ['in a template', 'return `\n${null.x}`', 2, 8],
  ])('is brought back from %s', async (_, source, line, column) => {
    expect(await runToError(await bundleOf(source))).toMatchObject({ line, column });
  });

  it('comes with its line, a caret, and the frames of the program', async () => {
    const source = 'function outer() {\n  inner();\n}\nfunction inner() {\n  throw new TypeError("no");\n}\nouter();';
    expect(await runToError(await bundleOf(source))).toEqual({
      name: 'TypeError',
      message: 'no',
      line: 5,
      column: 9,
      frame: '  5 |   throw new TypeError("no");\n    |         ^',
      stack: '    at inner (program:5:9)\n    at outer (program:2:3)\n    at program:7:1',
    });
  });

  it('has a short frame on a long line', async () => {
    const { frame } = await runToError(
      await bundleOf(`${'a = 1;'.repeat(500)}throw new Error("here");${'a = 1;'.repeat(500)}`.replace('a', 'let a')),
    );
    const [shown = '', caret = ''] = frame?.split('\n') ?? [];
    expect(shown.length).toBeLessThan(140);
    expect(shown.slice(caret.indexOf('^'))).toMatch(/^new Error\("here"\)/);
  });

  it('has no frames of others, no paths and no function of ours', async () => {
    const error = await runToError(await bundleOf('return [1].map(() => run(() => { throw new Error("x") }))'), {
      run: (task: () => void) => task(),
    });
    expect(error.stack).toMatch(/^(?: {4}at .*program:\d+:\d+\)?\n?)+$/);
    expect(JSON.stringify(error)).not.toMatch(/program_default|program\.js|node:|\.ts\b|\/work/);
  });
});

describe('a stack that is no stack', () => {
  const thrown = (stack: string, message = 'm', name = 'Error') => ({ name, message, stack });

  it('is not read out of the message', async () => {
    const bundle = await bundleOf('throw new Error("x")');
    const message = 'x\n    at fake (program.js:2:5)';
    expect(locateError(bundle, thrown(`Error: ${message}`, message))).not.toHaveProperty('line');
  });

  it.each([
    'at program.js:2:5:7',
    'at xprogram.js:2:5',
    'at /etc/program.js:2:5',
    'at eval (eval at f (program.js:2:5), <anonymous>:1:1)',
    'at program.js:0:0',
    'at program.js:99999:1',
    'at program.js:2:-1',
    'at program.js:99999999999999999999:1',
    'program.js:2:5',
  ])('gives no position: %s', async (line) => {
    expect(locate(await bundleOf('throw new Error("x")'), `Error: m\n    ${line}`)).toBeUndefined();
  });

  it('is capped in every part', async () => {
    const bundle = await bundleOf('throw new Error("x")');
    const frames = `Error: m\n${'    at f (program.js:2:40)\n'.repeat(100_000)}`;
    const located = locateError(bundle, thrown(frames, 'x'.repeat(1e6), 'N'.repeat(1e6)));
    expect(located.name.length).toBeLessThan(200);
    expect(located.message.length).toBeLessThan(9_000);
    expect(located.stack?.split('\n').length).toBeLessThanOrEqual(20);
  });

  it('shows control characters as what they are', async () => {
    const located = locateError(await bundleOf('return 1'), thrown('', 'a\u001b[31mb\u202ec\0\nd\te', 'E\r'));
    expect(located).toEqual({ name: 'E\\u000d', message: 'a\\u001b[31mb\\u202ec\\u0000\nd\te' });
  });

  it('never throws, whatever it is', async () => {
    const bundle = await bundleOf('const a = 1;\nthrow new Error("x")');
    const piece = fc.constantFrom(
      'at ',
      'program.js:',
      '2:',
      '5',
      '(',
      ')',
      '\n',
      'async ',
      ' ',
      'eval',
      '\ud800',
      '0',
      ':',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 50 }), fc.string(), (pieces, text) => {
        const located = locateError(bundle, thrown(pieces.join(''), text, text));
        if (located.line !== undefined) expect(located.line).toBeLessThanOrEqual(2);
      }),
    );
  });
});

it('locates what an error was caused by and what it is made of, without their frames', async () => {
  const bundle = await bundleOf('const a = 1;\n  boom()');
  const column = (bundle.code.split('\n')[1]?.indexOf('boom') ?? -1) + 1;
  const cause = { name: 'TypeError', message: 'b', stack: `TypeError: b\n    at program.js:2:${column}` };
  const located = locateError(bundle, { name: 'Error', message: 'a', stack: '', cause, errors: [cause] });
  const inner = { name: 'TypeError', message: 'b', line: 2, column: 3 };
  expect(located).toEqual({ name: 'Error', message: 'a', cause: inner, errors: [inner] });
});

it('locates a call by its stack', async () => {
  const bundle = await bundleOf('const a = 1;\n  boom()');
  const column = bundle.code.split('\n')[1]?.indexOf('boom') ?? -1;
  expect(locate(bundle, `Error\n    at other.js:1:1\n    at program.js:2:${column + 1}`)).toEqual({
    line: 2,
    column: 3,
  });
  expect(locate(bundle, '')).toBeUndefined();
});
