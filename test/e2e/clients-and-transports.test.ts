import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, ERAS } from '../unit/server/clients.ts';
import { type Served, startServed, TRANSPORTS } from './served.ts';

const CELLS = TRANSPORTS.flatMap((transport) => ERAS.map((era) => ({ transport, era })));
/** What must never be shown: our stack, our files. */
const OURS = /\n\s+at .*\.(?:ts|js)|node_modules|isolate-worker|dist\//;

describe.each(CELLS)('a client of $era over $transport', ({ transport, era }) => {
  let served: Served;
  const call = (name: string, args?: unknown) => served.client.call(name, args);
  const run = (code: string, more: object = {}) => call('run_js', { code, ...more });

  beforeAll(async () => {
    served = await startServed(transport, era);
  }, 30_000);
  afterAll(async () => {
    expect(await served.close()).toEqual([]);
  }, 30_000);

  it('lists tools with titles, annotations and output schemas', async () => {
    const tools = await served.client.list();
    const names = tools.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['run_js', 'code-mode', 'code-mode-delete', 'mcp-types', 'mcp-exec']));
    for (const tool of tools)
      expect(tool).toMatchObject({ title: expect.any(String), annotations: {}, outputSchema: {} });
  });

  it('runs a program and gets its result, logs and timings', async () => {
    const { structured, isError } = await run('console.warn("seen", { a: 1 }); return { n: args.n + 1 }', {
      args: { n: 1 },
    });
    expect(isError).toBe(false);
    expect(structured).toMatchObject({
      kind: 'completed',
      result: { n: 2 },
      engine: 'node',
      isolation: 'isolate',
      logs: [{ level: 'warn', text: 'seen { a: 1 }' }],
    });
  });

  it('reaches three servers from one program, ten calls at once', async () => {
    const { structured } = await run(
      `const echoes = await Promise.all(Array.from({ length: 10 }, (_, n) => mcp.everything.echo({ message: String(n) })));
       await mcp.memory.create_entities({ entities: [{ name: 'frog', entityType: 'animal', observations: ['green'] }] });
       const { content } = await mcp.files.read_text_file({ path: args.path });
       return [echoes.length, echoes[9], content.split('\\n')[0], (await mcp.memory.read_graph({})).entities[0].name];`,
      { args: { path: `${served.notes}/frog.txt` } },
    );
    expect(structured).toMatchObject({ kind: 'completed', result: [10, 'Echo: 9', 'An old silent pond', 'frog'] });
    expect(structured.toolCalls).toHaveLength(13);
  });

  it.each<[string, string, number, number, RegExp]>([
    ['an unknown server', 'return await mcp.everythin.echo({})', 1, 18, /Did you mean "everything"\?/],
    ['an unknown tool', 'return await mcp.everything.ecko({})', 1, 29, /echo/],
    ['an unknown property', '\n return await mcp.everything.echo({ mesage: "x" })', 2, 37, /message/],
    ['a wrong type', 'return await mcp.everything.echo({ message: 1 })', 1, 36, /\{ message: string \}/],
    ['an unknown name', 'return fetch("http://x")', 1, 8, /no network/],
  ])('is told of %s before anything runs', async (_what, code, line, column, hint) => {
    const { structured, isError, text } = await run(code);
    expect([isError, structured.kind, structured.toolCalls]).toEqual([true, 'type-error', []]);
    expect(structured.diagnostics).toEqual([expect.objectContaining({ line, column })]);
    expect(text).toMatch(hint);
  });

  it('is told where a program threw, in its own lines', async () => {
    const answer = await run('const x: number = 1;\nfunction f() {\n  throw new RangeError("bad " + x);\n}\nf();');
    expect(answer.structured).toMatchObject({
      kind: 'program-threw',
      error: { name: 'RangeError', message: 'bad 1', line: 3, column: 9 },
    });
    expect(answer.text).not.toMatch(OURS);
  });

  it('catches what an upstream refuses, as ToolError', async () => {
    const { structured } = await run(
      `try { await mcp.files.read_text_file({ path: '/etc/passwd' }); return 'read' }
       catch (error) { return error instanceof ToolError && [error.server, error.tool, error.code] }`,
    );
    expect(structured.result).toEqual(['files', 'read_text_file', 'upstream-error']);
  });

  it('gets limits as outcomes, and the next program runs', async () => {
    const spin = await run('for (;;);', { timeoutMs: 300 });
    expect(spin.structured).toMatchObject({ kind: 'limit-exceeded', error: { limit: 'wallMs', value: 300 } });
    const [bomb, honest] = await Promise.all([
      run('const all: unknown[] = []; for (;;) all.push(new Array(10_000).fill(all.length));'),
      run('return "beside"'),
    ]);
    expect(bomb.structured).toMatchObject({ kind: 'limit-exceeded', error: { limit: 'heapMb' } });
    expect(honest.structured.result).toBe('beside');
    const large = await run('return "x".repeat(2_000_000)');
    expect(large.structured).toMatchObject({ kind: 'limit-exceeded', error: { limit: 'resultBytes' } });
    expect((await run('return "after"')).structured.result).toBe('after');
  });

  it('makes, calls, replaces and deletes a tool, and hears of each change', async () => {
    const inputSchema = { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] };
    const code = 'return await mcp.everything.get_sum({ a: args.a, b: 1 })';
    const tool = { name: 'plus', servers: ['everything'], code, inputSchema };
    const changes = [served.client.nextChange(), served.client.nextChange(), served.client.nextChange()];
    expect((await call('code-mode', tool)).text).toMatch(/^Made code-mode-plus\. Call code-mode-plus with [^\n]*$/);
    await changes[0];
    expect((await served.client.list()).map(({ name }) => name)).toContain('code-mode-plus');
    expect((await call('code-mode-plus', { a: 2 })).structured.result).toBe('The sum of 2 and 1 is 3.');
    expect(await call('code-mode-plus', { a: 'x' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('a: expected'),
    });
    expect((await call('code-mode', tool)).text).toContain('replace: true');
    const scripted = await call('code-mode', { name: 'plus', servers: ['everything'], replace: true });
    expect(scripted.text).toContain('declare const mcp');
    await changes[1];
    expect(
      (await call('mcp-exec', { name: 'code-mode-plus', arguments: { script: 'return 7' } })).structured.result,
    ).toBe(7);
    await call('code-mode-delete', { name: 'plus' });
    await changes[2];
    expect((await served.client.list()).map(({ name }) => name)).not.toContain('code-mode-plus');
  });

  it('reads declarations at three sizes', async () => {
    const sizes = await Promise.all(
      ['names', 'summary', 'full'].map(
        async (detail) => (await call('mcp-types', { servers: ['memory'], detail })).text.length,
      ),
    );
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    expect(new Set(sizes).size).toBe(3);
  });

  it('calls one upstream tool by name, and is told the nearest of a wrong one', async () => {
    const hello = await call('mcp-exec', { name: 'everything.echo', arguments: { message: 'hi' } });
    expect(hello.structured.result).toBe('Echo: hi');
    const typo = await call('mcp-exec', { name: 'everything.ecko', arguments: {} });
    expect(typo).toMatchObject({ isError: true, text: expect.stringContaining('"echo"') });
  });

  it('is told of a dead server when it asks for it, and not otherwise', async () => {
    const dead = await run('return await mcp.dead.anything()');
    expect(dead).toMatchObject({ isError: true, text: expect.stringMatching(/"?dead"?.*no licence key found/s) });
    expect((await run('return await mcp.everything.echo({ message: "alive" })')).structured.result).toBe('Echo: alive');
  });

  it.each<[string, unknown, readonly string[]]>([
    ['run_js', { cod: 'x', timeoutMs: 'soon' }, ['code: expected', 'cod: expected', 'timeoutMs: expected']],
    ['code-mode', { servers: 'everything' }, ['name: expected', 'servers: expected']],
    ['code-mode-delete', {}, ['name: expected']],
    ['mcp-types', { detail: 'all' }, ['detail: expected']],
    ['mcp-exec', { name: 1 }, ['name: expected']],
  ])('gets one sentence for each mistake in the arguments of %s', async (name, args, sentences) => {
    const answer: Answer = await call(name, args);
    expect(answer.isError).toBe(true);
    for (const sentence of sentences) expect(answer.text).toContain(sentence);
    expect(answer.text).not.toMatch(OURS);
  });

  it('hears of progress, and ends a run by cancelling the request', async () => {
    const seen: number[] = [];
    const options = { onprogress: ({ progress }: { progress: number }) => void seen.push(progress) };
    const code = 'return await mcp.everything.trigger_long_running_operation({ duration: 0.4, steps: 4 })';
    await served.client.call('run_js', { code }, options);
    expect(seen.length).toBeGreaterThan(0);
    const leaving = new AbortController();
    const long = 'return await mcp.everything.trigger_long_running_operation({ duration: 20, steps: 40 })';
    const ended = expect(
      served.client.call('run_js', { code: long }, { signal: leaving.signal, onprogress: () => leaving.abort() }),
    ).rejects.toThrow();
    await ended;
    expect((await run('return 1')).structured.result).toBe(1);
  });
});
