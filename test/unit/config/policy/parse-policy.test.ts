import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../../../../src/config/policy/parse-policy.ts';

function parse(text: string) {
  const mistakes: string[] = [];
  const policy = parsePolicy(text, 'policy.json', mistakes);
  return { policy, mistakes };
}

/** The mistakes of one rule, each without the place before it. */
function mistakesOf(rule: unknown): readonly string[] {
  return parse(JSON.stringify({ rules: [rule] })).mistakes.map((each) => each.replace(/^policy\.json:\d+:\d+: /, ''));
}

describe('a policy file', () => {
  it('is read with comments and trailing commas', () => {
    const { policy, mistakes } = parse(`{
      "$schema": "https://example.com/policy.schema.json",
      // Who may do what.
      "rules": [
        {
          "subjects": ["alice", "team-*"],
          "servers": { "fs": {}, "github": { "allowTools": ["get_*"], "blockTools": ["get_secret"] } },
          "engines": ["node", "docker"],
          "images": ["node:*"],
          "packages": ["zod", "@scope/*"],
          "codeloomTools": ["run_js", "dynamic.tool.*"],
          "rates": { "runsPerMinute": 60 },
        },
        { "subjects": ["*"] },
      ],
    }`);
    expect(mistakes).toEqual([]);
    expect(policy?.rules[0]).toEqual({
      subjects: ['alice', 'team-*'],
      servers: [
        { server: 'fs', blockTools: [] },
        { server: 'github', allowTools: ['get_*'], blockTools: ['get_secret'] },
      ],
      engines: ['node', 'docker'],
      images: ['node:*'],
      packages: ['zod', '@scope/*'],
      codeloomTools: ['run_js', 'dynamic.tool.*'],
      rates: { runsPerMinute: 60 },
    });
    expect(policy?.rules[1]).toEqual({
      subjects: ['*'],
      servers: [],
      engines: [],
      images: [],
      packages: [],
      rates: {},
    });
  });

  it('may have no rules, which allows nothing to anybody', () => {
    expect(parse('{"rules": []}')).toEqual({ policy: { rules: [] }, mistakes: [] });
  });

  it.each([
    ['', 'policy.json:1:1: The file is empty; it must hold an object, as {} is one.'],
    ['{"rules": [', 'policy.json:1:12: The file is not valid JSON: expected "]".'],
    ['[]', 'policy.json:1:1: The file must hold an object, not an array.'],
    ['{}', 'policy.json:1:1: The file must have a list "rules"; an empty one allows nothing to anybody.'],
    ['{"rules": {}}', 'policy.json:1:11: rules must be an array of rules, not an object.'],
    ['{"rules": [7]}', 'policy.json:1:12: rules[0] must be an object, not a number.'],
    ['{"rules": [], "rules": []}', 'policy.json:1:15: rules is given twice, first on line 1; remove one of them.'],
  ])('%j is told with its place', (text, mistake) => {
    expect(parse(text).mistakes).toContain(mistake);
  });

  it('tells a key that there is not, with the nearest', () => {
    expect(parse('{\n  "ruels": []\n}').mistakes).toContain(
      'policy.json:2:3: ruels is no key of a policy. Did you mean "rules"?',
    );
    expect(mistakesOf({ subjects: ['*'], package: [] })).toEqual([
      'rules[0].package is no key of a rule. Did you mean "packages"?',
    ]);
    expect(mistakesOf({ subjects: ['*'], servers: { fs: { allowTool: [] } } })).toEqual([
      'rules[0].servers.fs.allowTool is no key of a server in a policy. Did you mean "allowTools"?',
    ]);
    expect(mistakesOf({ subjects: ['*'], rates: { runsPerMinut: 1 } })).toEqual([
      'rules[0].rates.runsPerMinut is no rate. Did you mean "runsPerMinute"?',
    ]);
  });

  it.each([
    [{}, 'rules[0] must have "subjects": who the rule is for; ["*"] is everybody.'],
    [{ subjects: [] }, 'rules[0].subjects must name at least one.'],
    [{ subjects: 'alice' }, 'rules[0].subjects must be an array of strings, not a string.'],
    [{ subjects: ['a', 1] }, 'rules[0].subjects[1] must be a string, not a number.'],
    [{ subjects: [''] }, 'rules[0].subjects[0] must not be empty; "*" fits everything.'],
    [{ subjects: ['a\u0000b'] }, 'rules[0].subjects[0] must not hold control characters.'],
    [{ subjects: ['x'.repeat(257)] }, 'rules[0].subjects[0] has 257 characters; at most 256 are allowed.'],
    [
      { subjects: ['*'], servers: ['github'] },
      'rules[0].servers must be an object of servers by name, as in {"github": {}, "files": {"allowTools": ["read_*"]}}, not an array.',
    ],
    [
      { subjects: ['*'], servers: { fs: true } },
      'rules[0].servers.fs must be an object, not a boolean; {} allows all tools.',
    ],
    [
      { subjects: ['*'], tools: ['github.get_*'] },
      'rules[0].tools is no key of a rule. It stands beneath a server, as in "servers": { "github": { "allowTools": ["get_*"] } }.',
    ],
    [
      { subjects: ['*'], engines: ['dokcer'] },
      'rules[0].engines must hold "docker", "node" or both. Did you mean "docker"?',
    ],
    [{ subjects: ['*'], engines: ['auto'] }, 'rules[0].engines must hold "docker", "node" or both.'],
    [
      { subjects: ['*'], rates: { runsPerMinute: -1 } },
      'rules[0].rates.runsPerMinute must be a whole number from 0 to 1000000; 0 sets no bound.',
    ],
    [{ subjects: ['*'], rates: [] }, 'rules[0].rates must be an object of numbers by name, not an array.'],
  ])('%j is a mistake', (rule, mistake) => {
    expect(mistakesOf(rule)).toEqual([mistake]);
  });

  it('tells all of its mistakes at once', () => {
    expect(mistakesOf({ engine: [], packages: {}, servers: { fs: { blockTools: 'x' } } })).toHaveLength(4);
  });

  it('takes names that mean something to objects for names', () => {
    const text = '{"rules": [{"subjects": ["__proto__"], "servers": {"__proto__": {}, "constructor": {}}}]}';
    const { policy, mistakes } = parse(text);
    expect(mistakes).toEqual([]);
    expect(policy?.rules[0]?.servers.map(({ server }) => server)).toEqual(['__proto__', 'constructor']);
    expect(mistakesOf(JSON.parse('{"subjects": ["*"], "__proto__": []}'))).toEqual([
      'rules[0].__proto__ is no key of a rule.',
    ]);
    expect(mistakesOf(JSON.parse('{"subjects": ["*"], "rates": {"__proto__": 1}}'))).toEqual([
      'rules[0].rates.__proto__ is no rate.',
    ]);
  });

  it('never gives rules without a mistake where a rule has something that is no rule’s', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { policy, mistakes } = parse(JSON.stringify(value));
        expect(policy === undefined || mistakes.length > 0 || Array.isArray(policy.rules)).toBe(true);
        expect(policy !== undefined || mistakes.length > 0).toBe(true);
      }),
    );
  });
});
