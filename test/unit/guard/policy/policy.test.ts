import { describe, expect, it } from 'vitest';
import { resolveLimits } from '../../../../src/base/limits.ts';
import { createGuard } from '../../../../src/guard/guard.ts';
import { alice, bob, catalogOf, grant, policyOf, rule, toolOf } from './rules.ts';

const signal = new AbortController().signal;

describe('a run', () => {
  const { policy, denials } = policyOf([
    rule({ subjects: ['alice'], servers: [grant('fs'), grant('git*')], engines: ['node'], packages: ['zod'] }),
  ]);

  it.each([
    [{ servers: ['mail'] }, 'use the server "mail". It allows fs, git*.', 'server mail'],
    [{ servers: ['fss'] }, 'use the server "fss". It allows fs, git*. Did you mean "fs"?', 'server fss'],
    [{ engine: 'docker' }, 'use the docker engine. It allows node.', 'engine docker'],
    [{ image: 'node:24' }, 'choose the image "node:24". It allows none. Without image, the default', 'image node:24'],
    [{ packages: ['zod', 'ajv'] }, 'use the package "ajv". It allows zod.', 'package ajv'],
  ] as const)('is denied %j, with what is allowed, and the denial is told', (needs, words, what) => {
    denials.length = 0;
    const expected = `The policy of this server does not let "alice" ${words}`;
    expect(() => policy.assertMayRun(alice, needs)).toThrow(
      expect.objectContaining({ code: 'DENIED', retryable: false }),
    );
    expect(() => policy.assertMayRun(alice, needs)).toThrow(expected);
    expect(denials).toHaveLength(2);
    expect(denials[0]).toMatchObject({ caller: alice, what, reason: expect.stringContaining(expected) });
  });

  it('is let through with what is allowed, and nothing is told', () => {
    denials.length = 0;
    policy.assertMayRun(alice, { servers: ['fs', 'github'], engine: 'node', packages: ['zod'] });
    policy.assertMayRun(alice, { engine: 'auto' });
    expect(denials).toEqual([]);
  });

  it('is denied everything for somebody without a rule', () => {
    const words = 'The policy of this server has no rule for "bob", so it allows nothing.';
    expect(() => policy.assertMayRun(bob, { servers: ['fs'] })).toThrow(words);
    expect(() => policy.engineFor(bob, undefined)).toThrow(words);
    expect(() => policy.assertMayCall(bob, 'run_js')).toThrow(words);
    expect(policy.mayCall(bob, 'run_js')).toBe(false);
  });
});

describe('the engine of a run', () => {
  const node = rule({ engines: ['node'] });

  it('is the allowed one where the choice is left open', () => {
    const { policy } = policyOf([node]);
    expect([undefined, 'auto', 'node'].map((wanted) => policy.engineFor(alice, wanted as 'auto'))).toEqual(
      Array(3).fill('node'),
    );
    expect(() => policy.engineFor(alice, 'docker')).toThrow('use the docker engine. It allows node.');
  });

  it('is left open where both are allowed', () => {
    const { policy } = policyOf([rule({ engines: ['docker', 'node'] })]);
    expect([undefined, 'auto', 'docker'].map((wanted) => policy.engineFor(alice, wanted as 'auto'))).toEqual([
      'auto',
      'auto',
      'docker',
    ]);
  });

  it('is left to a server that has only the allowed one, and denied by one that has only the other', () => {
    expect(policyOf([node], 'node').policy.engineFor(alice, undefined)).toBe('auto');
    expect(() => policyOf([node], 'docker').policy.engineFor(alice, undefined)).toThrow(
      'use the docker engine, and this server runs programs on no other. It allows node.',
    );
    expect(() => policyOf([rule()]).policy.engineFor(alice, undefined)).toThrow('run programs. It allows none.');
  });
});

describe('a catalog', () => {
  const whole = catalogOf({ fs: ['read', 'write'], github: ['delete_repo', 'get_repo'], mail: ['send'] });
  const { policy } = policyOf([
    rule({ subjects: ['alice', 'ann'], servers: [grant('fs'), grant('github', ['get_*'])] }),
    rule({ subjects: ['root'], servers: [grant('*')] }),
  ]);
  const names = (caller: typeof alice) =>
    policy.narrow(caller, whole).servers.map(({ name, tools }) => `${name}: ${tools.map((tool) => tool.name).join()}`);

  it('has only what its caller may use', () => {
    expect(names(alice)).toEqual(['fs: read,write', 'github: get_repo']);
    expect(names(bob)).toEqual([]);
  });

  it('is the same object for the same rights, and the whole one where everything is allowed', () => {
    expect(policy.narrow(alice, whole)).toBe(policy.narrow({ ...alice, subject: 'ann' }, whole));
    expect(policy.narrow({ ...alice, subject: 'root' }, whole)).toBe(whole);
  });

  it('has another hash wherever it has other tools', () => {
    const subjects = ['alice', 'root', 'bob'].map((subject) => ({ ...alice, subject }));
    const hashes = subjects.map((caller) => policy.narrow(caller, whole).hash);
    expect(new Set(hashes).size).toBe(3);
  });

  it('does not show what was dropped of tools that may not be used', () => {
    const [fs, github] = whole.servers;
    const dropped = ['get_odd', 'delete_odd'].map((name) => ({ name, reason: 'odd' }));
    const odd = { hash: 'odd', servers: [fs, { ...github, dropped }] } as typeof whole;
    const [, seen] = policy.narrow(alice, odd).servers;
    expect(seen?.dropped.map(({ name }) => name)).toEqual(['get_odd']);
  });
});

describe('a tool call', () => {
  const { policy, denials } = policyOf([
    rule({ subjects: ['alice'], servers: [grant('github', ['get_*', 'delete_*'], ['delete_*'])] }),
  ]);
  const called: string[] = [];
  const guard = createGuard({
    limits: resolveLimits(),
    tell: () => {},
    policy,
    callTool: async ({ tool }) => {
      called.push(tool.name);
      return { kind: 'value', value: 'done' };
    },
  });
  const call = (caller: typeof alice, name: string) =>
    guard.callsOf(caller)({ runId: 'r', tool: toolOf('github', name), args: {} }, signal);

  it('reaches its server where it is allowed', async () => {
    expect(await call(alice, 'get_repo')).toEqual({ kind: 'value', value: 'done' });
    expect(called).toEqual(['get_repo']);
  });

  it.each([
    ['delete_repo', 'A rule blocks it.'],
    ['list_repos', 'It allows get_*, delete_*.'],
  ])('of %s is denied at the gate, whatever catalog it was found in, and told', async (name, words) => {
    called.length = 0;
    denials.length = 0;
    const message = `The policy of this server does not let "alice" use the tool "${name}" of the server "github". ${words}`;
    const failure = { code: 'denied', retryable: false, message };
    expect(await call(alice, name)).toEqual({ kind: 'failure', failure });
    expect(denials).toEqual([{ kind: 'denial', caller: alice, what: `tool github.${name}`, reason: message }]);
    expect(called).toEqual([]);
  });

  it('goes by the caller of the moment', async () => {
    expect(await call(bob, 'get_repo')).toMatchObject({ kind: 'failure', failure: { code: 'denied' } });
  });
});

describe('a package', () => {
  it('of the whole tree is judged, and told with how it came in', () => {
    const { policy } = policyOf([rule({ packages: ['a', '@s/*'] })]);
    const check = policy.packageCheck(alice);
    check('@s/x', ['a']);
    expect(() => check('evil', ['a', '@s/x'])).toThrow(
      'use the package "evil". It comes with a → @s/x → evil. It allows a, @s/*.',
    );
  });
});

describe('the rates of a subject', () => {
  it('are those of its rules, and none without', () => {
    const { policy } = policyOf([rule({ subjects: ['alice'], rates: { runsPerMinute: 5 } })]);
    expect(policy.ratesOf(alice)).toEqual({ runsPerMinute: 5 });
    expect(policy.ratesOf(bob)).toEqual({});
  });
});
