import { describe, expect, it } from 'vitest';
import { explainUpstream } from '../../../../src/compile/mistakes/upstream-names.ts';

const IDENTIFIERS = new Map([
  ['everything', 'everything'],
  ['memory', 'memory'],
  ['my-notes', 'my_notes'],
]);

function hintFor(message: string, source: string, chosen?: readonly string[], known = 'mcp has memory.') {
  const said = { line: 1, column: 1, code: 'TS2339', message, hint: known };
  return explainUpstream(said, source, { identifiers: IDENTIFIERS, disabled: ['old'], chosen }).hint;
}
const absent = (name: string, chosen?: readonly string[], source = `return mcp.${name}.echo({})`) =>
  hintFor(`There is no server "${name}" in scope.`, source, chosen);
const bare = (name: string, chosen?: readonly string[]) =>
  hintFor(`Cannot find name '${name}'.`, `return ${name}.echo({})`, chosen);

describe('a server without `mcp.`', () => {
  it('is told to be written with it, whether or not it is in scope', () => {
    expect(bare('everything')).toBe('"everything" is a server: write mcp.everything.');
    expect(bare('my_notes')).toBe('"my_notes" is a server: write mcp.my_notes.');
    expect(bare('memory', ['memory'])).toBe('"memory" is a server: write mcp.memory.');
    expect(bare('memory', [])).toBe(
      '"memory" is a server: write mcp.memory. The server "memory" is configured, and the request leaves it out: add it to servers.',
    );
    expect(bare('toString')).toBe('mcp has memory.');
  });
});

describe('a server that is not in scope', () => {
  it('is told to be left out where the request did so', () => {
    expect(absent('everything', ['memory'])).toBe(
      'The server "everything" is configured, and the request leaves it out: add it to servers. mcp has memory.',
    );
    expect(absent('my_notes', [])).toMatch(/^The server "my-notes" is configured, and the request leaves it out/);
  });

  it('is told to be none where the list is empty', () => {
    expect(absent('nope', [])).toBe('`servers` is an empty list, so no server is in scope.');
  });

  it('is told to be disabled where it is', () => {
    expect(absent('old')).toBe('The server "old" is configured, and disabled there.');
    expect(absent('old', ['memory'])).toBe('The server "old" is configured, and disabled there.');
  });

  it('is told with the form to write where its name has a "-"', () => {
    expect(absent('my', undefined, 'return mcp.my-notes.read({})')).toBe('"-" subtracts: write mcp.my_notes.');
  });

  it('is told with the nearest', () => {
    expect(absent('memry')).toBe('Did you mean "memory"? The servers are mcp.everything, mcp.memory, mcp["my-notes"].');
    expect(absent('memry', ['memory'])).toBe('mcp has memory.');
  });
});
