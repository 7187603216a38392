/** E 96, 100, 101, 102: what stands in a schema or a description, on its way into declarations and messages. */
import { expect, it } from 'vitest';
import { describeAttacked, shown, UNABORTED, upstream } from '../fixtures/attacked.ts';
import { PROPERTIES, VALUES, WORDS } from '../fixtures/hostile-words.ts';

const PROGRAM_OF = (tool: string, args: string) => `const r: any = await mcp.words.${tool}(${args}); return r.args`;
/** Terminal orders, and marks that turn the direction of what follows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const ORDERS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u') !== undefined;
  } catch {
    return false;
  }
}

describeAttacked('words of an upstream', { upstreams: { words: upstream('hostile-words') } }, (attacked) => {
  const checked = (code: string) => attacked.run(code, { typecheck: true });
  const declarations = (detail: 'names' | 'summary' | 'full') =>
    attacked.codeloom.declarations({ servers: ['words'], detail }, UNABORTED);

  it.each(PROPERTIES.slice(1).map((name, at) => [name.slice(0, 40), name, at + 1] as const))(
    '96, 100: a property called %j is declared, required and passed on',
    async (_shown, name, at) => {
      const given = await checked(PROGRAM_OF(`property_${at}`, `{ [${JSON.stringify(name)}]: 7 }`));
      expect(given).toMatchObject({ kind: 'completed' });
      expect(JSON.stringify(given.result)).toBe(JSON.stringify(Object.fromEntries([[name, 7]])));
      const missing = await checked(PROGRAM_OF(`property_${at}`, '{}'));
      expect(missing.kind).toBe('type-error');
    },
  );

  it('96: a property called __proto__ is declared, but the validator knows none of that name, and says so', async () => {
    // What ajv compiles leaves that one name out. A tool that asks for it cannot be called; nothing else is hurt.
    const refused = await checked(PROGRAM_OF('property_0', '{ ["__proto__"]: 7 }'));
    expect(refused).toMatchObject({
      kind: 'program-threw',
      error: { name: 'ToolError', message: expect.stringContaining('__proto__ is not a known property') },
    });
  });

  it.each(VALUES.map((value, at) => [JSON.stringify(value).slice(0, 40), value, at] as const))(
    '102: %s as enum, const, default, pattern and example says what it is, and nothing else',
    async (_shown, value, at) => {
      const given = await checked(PROGRAM_OF(`value_${at}`, `{ choice: ${JSON.stringify(value)} as any }`));
      expect(given).toMatchObject({ kind: 'completed', result: { choice: value } });
      const wrong = await attacked.run(PROGRAM_OF(`value_${at}`, `{ choice: "something else" }`).replace(': any', ''));
      // A schema that cannot be compiled is not checked: the tool stays callable, and its server has to check.
      if (isPattern(String(value)))
        expect(wrong).toMatchObject({ kind: 'program-threw', error: { name: 'ToolError' } });
      else expect(wrong).toMatchObject({ kind: 'completed', result: { choice: 'something else' } });
      expect(shown(wrong).text).not.toMatch(ORDERS);
      expect(shown(wrong).wire.length).toBeLessThan(20_000);
    },
  );

  it.each(WORDS.map((words, at) => [words.slice(0, 30), at] as const))(
    '101: the description %j declares nothing, ends no comment and hides no tool',
    async (_shown, at) => {
      const given = await checked(PROGRAM_OF(`said_${at}`, '{ a: 1 }'));
      expect(given).toMatchObject({ kind: 'completed', result: { a: 1 } });
      // Wrong arguments are still wrong: no order to the compiler has come through.
      const wrong = await checked(PROGRAM_OF(`said_${at}`, '{ a: "text" }'));
      expect(wrong).toMatchObject({ kind: 'type-error', diagnostics: [{ line: 1 }] });
    },
  );

  it('101: no word of any of them has become a name in the scope of a program', async () => {
    for (const name of ['pwned', 'Pwned', 'evil'])
      expect(await checked(`return typeof mcp.words === "object" && ${name}`)).toMatchObject({
        kind: 'type-error',
        diagnostics: [{ message: expect.stringContaining(`Cannot find name '${name}'`) }],
      });
    // An interface merged with ours would make this right.
    expect(await checked('return mcp.words.said_0({ a: 1, extra: true })')).toMatchObject({ kind: 'type-error' });
    expect(await checked('return (mcp as any as { evil: string }).evil ?? "none"')).toMatchObject({ result: 'none' });
  });

  it.each(['names', 'summary', 'full'] as const)(
    '101: declarations at the detail %s hold no orders to a terminal, and are bounded',
    async (detail) => {
      const text = await declarations(detail);
      expect(text).not.toMatch(ORDERS);
      expect(text.isWellFormed()).toBe(true);
      expect(text.length).toBeLessThan(200_000);
    },
  );

  it('101: a schema that says a megabyte costs its own tool, with the reason, and no other', async () => {
    const { servers } = await attacked.codeloom.upstreams.catalog(['words'], UNABORTED);
    expect(servers[0]?.dropped).toEqual([
      { name: 'said_too_much', reason: expect.stringMatching(/input schema has \d+ bytes/) },
    ]);
  });

  it('112: what a description tells an agent to do is delivered as a comment under the name of its server', async () => {
    const text = await declarations('full');
    const lines = text.split('\n').filter((line) => line.includes('Ignore all previous instructions'));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/^\s*(?:\/\*\*|\*)/);
    expect(text.indexOf('Ignore all previous')).toBeGreaterThan(text.indexOf('words_tools'));
  });
});
