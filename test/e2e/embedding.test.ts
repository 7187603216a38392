import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { resolveLimits } from '../../src/base/limits.ts';
import { buildCodeloom, defaultSettings } from '../../src/index.ts';

const NEVER = new AbortController().signal;
const codeloom = buildCodeloom({
  ...defaultSettings({ logLevel: 'silent', engine: 'node' }),
  limits: { ...resolveLimits(), typecheckMs: 700, sourceBytes: 20_000, argsBytes: 1_000 },
});
const run = (code: string, more: object = {}, signal = NEVER) =>
  codeloom.execute({ code, workspace: 'a', ...more }, signal);

afterAll(() => codeloom.close());

/** Permutations of nine: more types than a compiler can hold. */
const TYPE_BOMB = `type P<T, K = T> = [T] extends [never] ? [] : K extends K ? [K, ...P<Exclude<T, K>>] : never;
const all: P<1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10> = [1] as any; return all;`;

describe('Codeloom in a program of one’s own', () => {
  it('ends a type bomb at its deadline, answers others meanwhile, and checks the next program', async () => {
    const bomb = run(TYPE_BOMB);
    const beside = await run('return "beside"', { typecheck: false, workspace: 'b' });
    expect(beside.result).toBe('beside');
    const { kind, diagnostics } = await bomb;
    expect(kind).toBe('type-error');
    expect(diagnostics?.[0]).toMatchObject({ code: 'limit', message: expect.stringMatching(/typecheckM(?:s|b)/) });
    expect((await run('const n: string = 1; return n')).diagnostics).toHaveLength(1);
    expect((await run('return "well"')).result).toBe('well');
  }, 30_000);

  it('refuses a program and arguments that are too large before it does anything with them', async () => {
    const program = await run(`return 1 // ${'x'.repeat(30_000)}`);
    expect(program).toMatchObject({ kind: 'bundle-error', diagnostics: [{ code: 'limit' }] });
    const args = await run('return 1', { args: { text: 'x'.repeat(2_000) } });
    expect(args).toMatchObject({ kind: 'limit-exceeded', error: { limit: 'argsBytes', value: 1_000 } });
  });

  it('types args by their schema, and by any without one', async () => {
    const argsSchema = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] };
    const request = { code: 'return args.m', workspace: 'a', argsSchema };
    expect(await codeloom.check(request, NEVER)).toMatchObject([{ line: 1, column: 13 }]);
    expect(await codeloom.check({ ...request, code: 'return args.n' }, NEVER)).toEqual([]);
    expect((await run('return args.m ?? "none"')).result).toBe('none');
  });

  it('says how long a run waited for its upstreams to connect', async () => {
    const script = fileURLToPath(new URL('../fixtures/upstreams/slow.ts', import.meta.url));
    const transport = { kind: 'stdio', command: process.execPath, args: [script], env: {} } as const;
    const settings = defaultSettings({ logLevel: 'silent', engine: 'node' });
    const connecting = buildCodeloom({ ...settings, upstreams: [{ name: 'slow', transport }] });
    onTestFinished(() => connecting.close());
    const request = { code: 'return mcp.slow.release({})', workspace: 'a' };
    const { kind, timings } = await connecting.execute(request, NEVER);
    expect(kind).toBe('completed');
    // Nothing starts a process and speaks with it in so short a time.
    expect(timings.connectMs).toBeGreaterThan(5);
    expect(timings.totalMs).toBeGreaterThan(timings.connectMs);
  }, 30_000);

  it('gives a cancelled request an outcome of its own', async () => {
    const leaving = new AbortController();
    const running = run('console.log("x"); await sleep(20_000)', {}, leaving.signal);
    leaving.abort();
    expect((await running).kind).toBe('cancelled');
  });

  it('refuses an engine that the machine or the settings do not have', async () => {
    await expect(run('return 1', { engine: 'docker' })).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });

  it('runs two workspaces side by side', async () => {
    const outcomes = await Promise.all(['a', 'b', 'a', 'b'].map((workspace) => run('return 1', { workspace })));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['completed', 'completed', 'completed', 'completed']);
    expect(new Set(outcomes.map(({ runId }) => runId)).size).toBe(4);
  });
});
