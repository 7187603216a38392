import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyRule } from '../../../../src/base/gate/policy-rules.ts';
import { type Rights, uniteRules } from '../../../../src/guard/policy/rights.ts';
import { createSubjectRights } from '../../../../src/guard/policy/subject-rights.ts';
import { grant, rule, toolOf } from './rules.ts';

describe('the rules of a subject, united', () => {
  it('allow nothing where there are none', () => {
    const none = uniteRules([]);
    expect(none.isKnown).toBe(false);
    expect([none.mayReach('a'), none.mayImport('a'), none.mayNameImage('a'), none.mayCall('run_js')]).toEqual(
      Array(4).fill(false),
    );
    expect(none.judge(toolOf('a', 'b'))).toBe('unlisted');
  });

  it('allow what any of them allows', () => {
    const rights = uniteRules([
      rule({ servers: [grant('github', ['get_*'])], engines: ['node'], packages: ['zod'] }),
      rule({ servers: [grant('github', ['list_*']), grant('fs')], engines: ['docker'], images: ['node:*'] }),
    ]);
    expect(['get_x', 'list_x', 'delete_x'].map((name) => rights.judge(toolOf('github', name)))).toEqual([
      'allowed',
      'allowed',
      'unlisted',
    ]);
    expect(rights.judge(toolOf('fs', 'anything'))).toBe('allowed');
    expect(rights.patterns.engines).toEqual(['node', 'docker']);
    expect([rights.mayImport('zod'), rights.mayNameImage('node:24')]).toEqual([true, true]);
  });

  it('have a block in one of them go before what another allows', () => {
    const rights = uniteRules([
      rule({ servers: [grant('github')] }),
      rule({ servers: [grant('*', [], ['delete_*'])] }),
    ]);
    expect(rights.judge(toolOf('github', 'delete_repo'))).toBe('blocked');
    expect(rights.judge(toolOf('github', 'get_repo'))).toBe('allowed');
  });

  it('reach no server of which they allow no tool', () => {
    const rights = uniteRules([rule({ servers: [grant('github', [], ['delete_*'])] })]);
    expect(rights.mayReach('github')).toBe(false);
    expect(rights.patterns.servers).toEqual([]);
  });

  it('mean a tool by its name and by its identifier, and block every tool that would have that identifier', () => {
    const allowed = uniteRules([rule({ servers: [grant('s', ['get_user'])] })]);
    expect(allowed.judge(toolOf('s', 'get-user', 'get_user'))).toBe('allowed');
    const blocked = uniteRules([rule({ servers: [grant('s', undefined, ['delete_user'])] })]);
    expect(blocked.judge(toolOf('s', 'delete-user', 'delete_user'))).toBe('blocked');
    expect(blocked.judge(toolOf('s', 'delete-user', 'delete_user_1a2b'))).toBe('blocked');
  });

  it('judge a name that nobody has seen in either spelling, so that a slip is no denial', () => {
    const { judgeName } = uniteRules([rule({ servers: [grant('s', ['get-*', 'list_all'], ['get-env'])] })]);
    const names = ['get_smu', 'get-smu', 'get_env', 'get-env', 'list-all', 'put_it'];
    const verdicts = ['allowed', 'allowed', 'blocked', 'blocked', 'allowed', 'unlisted'];
    expect(names.map((name) => judgeName('s', name))).toEqual(verdicts);
  });

  it('keep the tool of one server from counting as another’s, whatever dots are in their names', () => {
    const rights = uniteRules([rule({ servers: [grant('a.b', ['*'])] })]);
    expect(rights.judge(toolOf('a', 'b.c'))).toBe('unlisted');
    expect(rights.judge(toolOf('a.b', 'c'))).toBe('allowed');
  });

  it('take names of packages without regard to case, as the registry does', () => {
    const rights = uniteRules([rule({ packages: ['@Scope/*', 'JSONStream'] })]);
    expect(['@scope/one', 'jsonstream', '@scoped/one', 'zod'].map(rights.mayImport)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('let any tool of ours be called unless one of them lists some', () => {
    expect(uniteRules([rule(), rule()]).mayCall('sandbox.exec')).toBe(true);
    const some = uniteRules([rule(), rule({ codeloomTools: ['run_js', 'dynamic.tool.*', 'system_health'] })]);
    const names = ['run_js', 'dynamic.tool.create', 'system.health', 'sandbox.exec', 'mcp-exec'];
    expect(names.map(some.mayCall)).toEqual([true, true, true, false, false]);
    expect(uniteRules([rule({ codeloomTools: [] })]).mayCall('run_js')).toBe(false);
  });

  it('grant the highest of their rates', () => {
    const rates = [{ runsPerMinute: 10 }, { runsPerMinute: 60, toolCallsPerMinute: 5 }, {}];
    expect(uniteRules(rates.map((each) => rule({ rates: each }))).rates).toEqual({
      runsPerMinute: 60,
      toolCallsPerMinute: 5,
    });
  });

  it('have no bound where one of them sets none', () => {
    const rates = [{ runsPerMinute: 10 }, { runsPerMinute: 0 }];
    expect(uniteRules(rates.map((each) => rule({ rates: each }))).rates).toEqual({ runsPerMinute: 0 });
  });

  const patterns = fc.array(fc.constantFrom('a', 'b', 'a*', '*b', '*'), { maxLength: 2 });
  const rules: fc.Arbitrary<PolicyRule> = fc
    .record({ server: fc.constantFrom('a', 'b', '*'), allowTools: patterns, packages: patterns })
    .map(({ server, allowTools, packages }) => rule({ servers: [grant(server, allowTools)], packages }));
  const verdicts = ({ judge, mayReach, mayImport }: Rights) =>
    ['a', 'b', 'ab'].flatMap((name) => [
      mayReach(name),
      mayImport(name),
      ...['a', 'b', 'ab'].map((tool) => judge(toolOf(name, tool)) === 'allowed'),
    ]);

  it('allow exactly what one of them allows alone, in whatever order they stand', () => {
    fc.assert(
      fc.property(fc.array(rules, { maxLength: 4 }), (several) => {
        const alone = several.map((each) => verdicts(uniteRules([each])));
        const together = verdicts(uniteRules(several));
        expect(together).toEqual(together.map((_, at) => alone.some((each) => each[at])));
        expect(verdicts(uniteRules(several.toReversed()))).toEqual(together);
      }),
    );
  });
});

describe('the rights of a subject', () => {
  const rightsOf = createSubjectRights({
    rules: [
      rule({ subjects: ['alice', 'team-*'], packages: ['zod'] }),
      rule({ subjects: ['team-red'], packages: ['ajv'] }),
    ],
  });

  it('are those of the rules that are for it', () => {
    const may = (subject: string) => ['zod', 'ajv'].map(rightsOf(subject).mayImport);
    expect(['alice', 'team-red', 'team-blue', 'bob'].map(may)).toEqual([
      [true, false],
      [true, true],
      [true, false],
      [false, false],
    ]);
  });

  it('are one object for all whom the same rules are for', () => {
    expect(rightsOf('alice')).toBe(rightsOf('team-blue'));
    expect(rightsOf('alice')).not.toBe(rightsOf('team-red'));
  });

  it('stay right for more subjects than are kept', () => {
    for (let at = 0; at < 3_000; at += 1) expect(rightsOf(`nobody-${at}`).isKnown).toBe(false);
    expect(rightsOf('alice').mayImport('zod')).toBe(true);
  });
});
