import { describe, expect, it } from 'vitest';
import { localCaller } from '../../../src/base/gate/caller.ts';
import { parsePolicy } from '../../../src/config/policy/parse-policy.ts';
import { matcherOf } from '../../../src/guard/policy/glob.ts';
import { catalogOf, grant, policyOf, rule } from '../../unit/guard/policy/rules.ts';

const ODD = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', ''];

describe('patterns and names that are meant to be slow', () => {
  // A matcher that tried again and again would not come back from these in the time of a test, or of the universe.
  it.each([
    ['stars between single letters', 'a*'.repeat(120), `${'a'.repeat(100_000)}b`, true],
    ['stars between pieces that nearly fit', `${'aab*'.repeat(60)}c`, 'aa'.repeat(50_000), false],
    ['nothing but stars', '*'.repeat(256), 'x'.repeat(100_000), true],
    ['one long piece that never fits', `*${'a'.repeat(200)}b*`, 'a'.repeat(100_000), false],
  ])('take no longer than others: %s', (_, pattern, text, fits) => {
    for (let times = 0; times < 20; times += 1) expect(matcherOf([pattern])(text)).toBe(fits);
  });
});

describe('a subject with an odd name', () => {
  const { policy } = policyOf([
    rule({ subjects: ['alice', 'team-*'], servers: [grant('fs')], engines: ['node'] }),
    rule({ subjects: ['bob'], servers: [grant('*')] }),
  ]);
  const whole = catalogOf({ fs: ['read'], mail: ['send'] });

  it.each([
    ...ODD,
    'Alice',
    'alice ',
    ' alice',
    'alice\u0000',
    'alice\n',
    'alice,team-red',
    'аlice',
    'ali\u200bce',
    'ａｌｉｃｅ',
    '*',
    'alice*',
    '0',
    '0,1',
  ])('%j is not taken for somebody who has rules', (subject) => {
    const caller = localCaller(subject);
    expect(policy.narrow(caller, whole).servers).toEqual([]);
    expect(policy.mayCall(caller, 'run_js')).toBe(false);
    expect(() => policy.assertMayRun(caller, { engine: 'node' })).toThrow('has no rule for');
  });

  it('is told without what would disturb a log or a terminal, and cut where it is long', () => {
    const caller = localCaller(`\u001b[2J\u202e"\n${'x'.repeat(10_000)}`);
    const said: string[] = [];
    try {
      policy.assertMayRun(caller, { servers: ['fs'] });
    } catch (thrown) {
      said.push((thrown as Error).message);
    }
    expect(said[0]).toMatch(
      /^The policy of this server has no rule for "\\u001b\[2J\\u\{202e\}\\"\\nx+…", so it allows nothing\.$/,
    );
    expect(said[0]?.length).toBeLessThan(300);
  });
});

describe('names that mean something to every object', () => {
  it('of servers, tools, packages and images are allowed where a pattern says so, and nowhere else', () => {
    const { policy } = policyOf([
      rule({ subjects: ['alice'], servers: [grant('fs', ['read'])], packages: ['zod'], images: ['node:24'] }),
      rule({ subjects: ['__proto__'], servers: [grant('__proto__', ['constructor'])] }),
    ]);
    const [alice, proto] = [localCaller('alice'), localCaller('__proto__')];
    for (const name of ODD) {
      expect(() => policy.assertMayRun(alice, { servers: [name] })).toThrow('use the server');
      expect(() => policy.assertMayRun(alice, { packages: [name] })).toThrow('use the package');
      expect(() => policy.assertMayRun(alice, { image: name })).toThrow('choose the image');
      expect(policy.refuseTool(alice, { server: 'fs', name, identifier: name })?.code).toBe('denied');
      expect(policy.ratesOf(localCaller(name))).toEqual({});
    }
    const tool = { server: '__proto__', name: 'constructor', identifier: 'constructor' };
    expect(policy.refuseTool(proto, tool)).toBeUndefined();
    expect(policy.refuseTool(proto, { ...tool, name: 'toString', identifier: 'toString' })?.code).toBe('denied');
  });

  it('in the file give nobody anything', () => {
    const mistakes: string[] = [];
    const text = '{"rules": [{"subjects": ["*"], "rates": {"constructor": 1, "toString": 1}, "hasOwnProperty": []}]}';
    parsePolicy(text, 'p.json', mistakes);
    expect(mistakes).toHaveLength(3);
  });
});

describe('a file of rules that is meant to be too much', () => {
  it.each([
    ['rules', JSON.stringify({ rules: Array(1_001).fill({ subjects: ['*'] }) }), 'rules holds 1001 rules'],
    ['patterns', JSON.stringify({ rules: [{ subjects: Array(1_001).fill('a') }] }), 'holds 1001 patterns'],
    ['levels', `{"rules": ${'['.repeat(5_000)}`, 'nests deeper than'],
  ])('is refused for its %s', (_, text, words) => {
    const mistakes: string[] = [];
    parsePolicy(text, 'p.json', mistakes);
    expect(mistakes.join()).toContain(words);
  });
});
