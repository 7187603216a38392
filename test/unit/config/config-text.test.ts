import { describe, expect, it } from 'vitest';
import { joinPath, parseConfigText, quote } from '../../../src/config/config-text.ts';

function mistakesOf(text: string): readonly string[] {
  const mistakes: string[] = [];
  parseConfigText(text, 'mcp.json', mistakes);
  return mistakes;
}

describe('the text of a config file', () => {
  it('may hold comments and trailing commas', () => {
    expect(mistakesOf('// one\n{ "a": [1, 2,], /* two */ }')).toEqual([]);
  });

  it.each([
    ['an empty text', ' \n', 'mcp.json:2:1: The file is empty; it must hold an object, as {} is one.'],
    [
      'a missing comma',
      '{\n  "a": 1\n  "b": 2 }',
      'mcp.json:3:3: The file is not valid JSON: expected ",", found "\\"b\\"".',
    ],
    [
      'a missing colon',
      '{ "a" 1 }',
      'mcp.json:1:7: The file is not valid JSON: expected ":" after the key, found "1".',
    ],
    ['a missing value', '{ "a": }', 'mcp.json:1:8: The file is not valid JSON: expected a value, found "}".'],
    ['an open brace', '{ "a": 1', 'mcp.json:1:9: The file is not valid JSON: expected "}".'],
    ['a backslash that escapes nothing', '{ "a": "C:\\dir" }', /unknown escape sequence; write "\\\\" for a backslash/],
    ['a second value', '{} {}', 'mcp.json:1:4: The file is not valid JSON: expected the end of the file, found "{".'],
  ])('is refused with %s', (_title, text, mistake) => {
    const mistakes = mistakesOf(text);
    expect(mistakes).toHaveLength(1);
    if (typeof mistake === 'string') expect(mistakes[0]).toBe(mistake);
    else expect(mistakes[0]).toMatch(mistake);
  });

  it('is refused where it nests too deep for a recursive parser, and not for brackets in strings or comments', () => {
    expect(mistakesOf('['.repeat(100_000))).toEqual(['mcp.json:1:33: nests deeper than 32 levels.']);
    expect(mistakesOf(`{ "a": "${'['.repeat(100)}" } // ${'['.repeat(100)}`)).toEqual([]);
    expect(mistakesOf(`${'[[],[],'.repeat(30)}${']'.repeat(30)}`)).toEqual([]);
  });

  it('is refused with a key given twice, at any level, naming both lines', () => {
    expect(mistakesOf('{\n"a": { "b": 1,\n"b": 2 },\n"a": 3 }')).toEqual([
      'mcp.json:3:1: a.b is given twice, first on line 2; remove one of them.',
      'mcp.json:4:1: a is given twice, first on line 2; remove one of them.',
    ]);
  });

  it('knows line and column with every kind of line ending', () => {
    const text = '{"a":1,\r\n"b":2,\r"c":3,\n "d":4}';
    const parsed = parseConfigText(text, 'f', []);
    const places = parsed?.root.kind === 'object' ? [...parsed.root.members.values()].map((v) => parsed.place(v)) : [];
    expect(places).toEqual(['f:1:6: a', 'f:2:5: b', 'f:3:5: c', 'f:4:6: d']);
  });

  it('keeps __proto__ as a key like any other', () => {
    const parsed = parseConfigText('{ "__proto__": { "x": 1 } }', 'f', []);
    expect(parsed?.root.kind === 'object' && [...parsed.root.members.keys()]).toEqual(['__proto__']);
  });
});

describe('names in messages', () => {
  it('are quoted, cut and free of what disturbs a terminal', () => {
    expect(quote('a"b')).toBe('"a\\"b"');
    expect(quote('\u{1b}[31m\u{9b}\u{202e}\n')).toBe('"\\u001b[31m\\u{9b}\\u{202e}\\n"');
    expect(quote('x'.repeat(500))).toHaveLength(83);
  });

  it('are joined with a dot where they can be', () => {
    expect(joinPath('', 'mcpServers')).toBe('mcpServers');
    expect(joinPath('mcpServers', 'my-server')).toBe('mcpServers.my-server');
    expect(joinPath('mcpServers', 'my server')).toBe('mcpServers["my server"]');
  });
});
