import { describe, expect, it } from 'vitest';
import { readProgram } from '../../../../src/compile/program-form.ts';
import { importedBuiltins } from '../../../../src/compile/syntax/imported-builtins.ts';
import { namedServers } from '../../../../src/compile/syntax/named-servers.ts';
import { LIMITS, read } from '../fixture.ts';

const FENCE = '```';
const TILDES = '~~~';

describe('a fence around a program', () => {
  it.each([
    `${FENCE}ts\nreturn MARK;\n${FENCE}`,
    `\n\n  ${FENCE}typescript title="x"\nreturn MARK;\n  ${FENCE}\n\n`,
    `${FENCE}\r\nreturn MARK;\r\n${FENCE}\r\n`,
    `\`${FENCE}js\nreturn MARK;\n\`${FENCE}`,
    `${TILDES}js\nreturn MARK;\n${TILDES}`,
    `${FENCE}ts\nasync () => MARK;\n${FENCE}`,
    `${FENCE}ts\nexport default MARK;\n${FENCE}`,
  ])('is a comment, with lines and columns as they were: %j', (source) => {
    const program = read(source);
    expect(program.text).not.toMatch(/^\s*[`~]{3}/m);
    const lines = source.replaceAll('\r', '').split('\n');
    const line = lines.findIndex((each) => each.includes('MARK')) + 1;
    expect(program.positionAt(program.text.indexOf('MARK'))).toEqual({
      line,
      column: (lines[line - 1] ?? '').indexOf('MARK') + 1,
    });
    expect(program.source).toHaveLength(source.replaceAll('\r', '').length);
  });

  it('does not hide the form, the servers and the imports of what stands in it', () => {
    const source = `${FENCE}ts\nimport fs from "node:fs";\nexport default async () => mcp.files.stat({});\n${FENCE}`;
    const program = read(source);
    expect(program.form).toBe('module');
    expect(namedServers(program.source, new Map([['files', 'files']]))).toMatchObject({ names: ['files'] });
    expect(importedBuiltins(source)).toEqual(['node:fs']);
  });
});

describe('more than one fence around a program', () => {
  it.each([
    [`Here it is:\n\n${FENCE}ts\nreturn 1\n${FENCE}`, 3],
    [`${FENCE}ts\nreturn 1`, 1],
    [`return 1\n${FENCE}\n`, 2],
    [`${FENCE}ts\nreturn 1\n${FENCE}\nThat was it.`, 1],
    [`${FENCE}ts\n${FENCE}ts\nreturn 1\n${FENCE}\n${FENCE}`, 2],
  ])('is told at its first line: %j', (source, line) => {
    expect(readProgram(source, LIMITS)).toEqual([
      {
        line,
        column: 1,
        code: 'syntax',
        message: 'A Markdown fence stands in the program.',
        hint: 'Remove the Markdown fence: send the code alone.',
      },
    ]);
  });

  it.each([
    `/*\n${FENCE}ts\nx\n${FENCE}\n*/ return 1`,
    `// ${FENCE}\nreturn 1`,
    `return "${FENCE}"`,
    'return `\n\\`\\`\\`ts\n\\`\\`\\``',
    'return `` + `a`',
    'return [\n``\n, `b`]',
  ])('is nothing that a right program has: %j', (source) => {
    expect(readProgram(source, LIMITS)).toHaveProperty('text');
  });
});
