import { describe, expect, it } from 'vitest';
import { ERAS, type TestClient } from '../clients.ts';
import { startHttp } from '../serving.ts';

async function names(client: TestClient): Promise<string[]> {
  return (await client.list()).map(({ name }) => name);
}

const adder = {
  name: 'add',
  servers: [],
  code: 'return { sum: args.a + args.b }',
  inputSchema: {
    type: 'object',
    properties: { a: { type: 'number' }, b: { type: 'number' } },
    required: ['a', 'b'],
    additionalProperties: false,
  },
};

describe.each(ERAS)('code-mode for a client of %s', (era) => {
  it('makes, replaces and deletes a tool, and the client hears of each', async () => {
    const client = await (await startHttp()).connect(era);
    await client.list();
    const made = await client.call('code-mode', { name: 'files', servers: ['files'], description: 'Looks into files' });
    await client.nextChange();
    expect(made).toMatchObject({ isError: false, structured: { tool: 'code-mode-files', replaced: false } });
    expect(made.structured.declarations).toContain('files');
    expect(await names(client)).toContain('code-mode-files');
    expect(await client.call('code-mode-files', { script: 'return args', timeoutMs: 5 })).toMatchObject({
      structured: { kind: 'completed' },
    });

    const replaced = await client.call('code-mode', { ...adder, name: 'files', replace: true });
    await client.nextChange();
    expect(replaced.structured).toMatchObject({ replaced: true });
    expect(await client.call('code-mode-files', { a: 1, b: 2 })).toMatchObject({ structured: { result: { sum: 3 } } });

    expect(await client.call('code-mode-delete', { name: 'files' })).toMatchObject({
      structured: { deleted: 'code-mode-files' },
    });
    await client.nextChange();
    expect(await names(client)).not.toContain('code-mode-files');
    await expect(client.call('code-mode-files', {})).rejects.toThrow('There is no tool');
  });

  it('validates the arguments of a made tool against its own schema', async () => {
    const { connect, parts } = await startHttp();
    const client = await connect(era);
    await client.call('code-mode', adder);
    const answer = await client.call('code-mode-add', { a: '1', c: 1 });
    expect(answer.structured.error).toMatchObject({
      code: 'ARGUMENTS_INVALID',
      mistakes: [
        'b: expected a number, got nothing.',
        expect.stringMatching(/^c: expected one of "a", "b"/),
        'a: expected a number, got the string "1".',
      ],
    });
    expect(parts.executed).toEqual([]);
  });
});

describe('a made tool', () => {
  it('gives the spine its program, its servers, its schema and its own settings', async () => {
    const { connect, parts } = await startHttp();
    const client = await connect('2026');
    await client.call('code-mode', { ...adder, servers: ['files', 'files'], engine: 'node', timeoutMs: 700 });
    await client.call('code-mode-add', { a: 1, b: 1 });
    expect(parts.executed[0]).toMatchObject({
      code: adder.code,
      servers: ['files'],
      args: { a: 1, b: 1 },
      argsSchema: adder.inputSchema,
      engine: 'node',
      timeoutMs: 700,
    });
  });

  it('lets a script choose its own deadline over the one the tool was made with', async () => {
    const { connect, parts } = await startHttp();
    const client = await connect('2026');
    await client.call('code-mode', { name: 's', servers: [], timeoutMs: 700 });
    await client.call('code-mode-s', { script: 'return 1' });
    await client.call('code-mode-s', { script: 'return 1', timeoutMs: 9 });
    expect(parts.executed.map(({ timeoutMs }) => timeoutMs)).toEqual([700, 9]);
  });

  it('shows declarations in its text only where they are of use: to whoever writes scripts against servers', async () => {
    const client = await (await startHttp()).connect('2026');
    const given = { name: 'x', servers: ['files'], replace: true };
    const declared = await client.call('code-mode', given);
    expect(declared.structured.declarations).toContain('files');
    expect(declared.text).toContain('declare const mcp');
    for (const args of [
      { ...given, code: 'return 1' },
      { ...given, servers: [] },
    ]) {
      const made = await client.call('code-mode', args);
      expect(made).toMatchObject({ isError: false, structured: { tool: 'code-mode-x', replaced: true } });
      expect(made.text).not.toContain('declare const mcp');
      expect(made.structured.declarations).toContain('declare const mcp');
      expect(made.text).toMatch(/^Replaced code-mode-x\. Call code-mode-x with [^\n]*$/);
    }
  });

  it('may take any object where it was given no inputSchema', async () => {
    const client = await (await startHttp()).connect('2026');
    await client.call('code-mode', { name: 'echo', servers: [], code: 'return args' });
    expect(await client.call('code-mode-echo', { any: ['thing'] })).toMatchObject({
      structured: { result: { any: ['thing'] } },
    });
  });

  it('whose result breaks its outputSchema says so, and keeps the result readable', async () => {
    const client = await (await startHttp()).connect('v1');
    await client.list();
    await client.call('code-mode', {
      name: 'lie',
      servers: [],
      code: 'return args.give',
      outputSchema: { type: 'object', properties: { sum: { type: 'number' } }, required: ['sum'] },
    });
    await client.list();
    expect(await client.call('code-mode-lie', { give: { sum: 1 } })).toMatchObject({ isError: false });
    const answer = await client.call('code-mode-lie', { give: { sum: 'x' } });
    expect(answer).toMatchObject({
      isError: true,
      structured: {
        kind: 'program-threw',
        result: { sum: 'x' },
        error: { name: 'InvalidResult', mistakes: ['result.sum: expected a number, got the string "x".'] },
      },
    });
    expect(answer.structured.error).not.toHaveProperty('code');
    expect(answer.text).toMatch(
      /^program-threw in .*\nInvalidResult: The result does not fit the outputSchema of code-mode-lie; .*\nresult\.sum: expected a number, got the string "x"\.\nresult: \{"sum":"x"\}$/,
    );
    expect((await client.call('code-mode-lie', {})).text).toContain('result: expected an object { sum }, got null.');
  });
});

describe('code-mode refuses, and leaves nothing behind,', () => {
  const refused: readonly [why: string, args: object, said: string][] = [
    ['a name outside of the rule', { name: '../x', servers: [] }, 'name: expected 1 to 48'],
    [
      "a built-in's name in another spelling",
      { name: 'De_lete', servers: [] },
      'belongs to the built-in tool "code-mode-delete"',
    ],
    ['a name that is taken', { name: 'taken', servers: [] }, 'replace: true'],
    [
      'a name that is taken in another spelling',
      { name: 'TAKEN', servers: [], replace: true },
      'differs only in spelling',
    ],
    ['an unknown server', { name: 'x', servers: ['flies'] }, 'Did you mean "files"?'],
    ['no servers at all', { name: 'x' }, 'servers: expected an array, got nothing.'],
    [
      'a schema without code',
      { name: 'x', servers: [], inputSchema: { type: 'object' } },
      'inputSchema: expected code beside it',
    ],
    ['a schema of no object', { ...adder, inputSchema: { type: 'string' } }, 'inputSchema.type: expected "object"'],
    [
      'a schema that is none',
      { ...adder, inputSchema: { type: 'object', properties: 3 } },
      'inputSchema.properties: expected an object, got the number 3.',
    ],
    [
      'a result schema that is none',
      { ...adder, outputSchema: { type: 'objekt' } },
      'outputSchema.type: expected one of "array", "boolean", "integer", "null", "number", "object", "string", got the string "objekt". Did you mean "object"?',
    ],
    [
      'a schema of great size',
      { ...adder, inputSchema: { type: 'object', title: 'x'.repeat(70_000) } },
      'at most 65536 characters',
    ],
    [
      'code with mistakes',
      { ...adder, code: 'return mistake' },
      `1:8 TS2304 Cannot find name 'mistake'. Did you mean "args"?\n    1 | return mistake\n               ^`,
    ],
    ['code beyond the limit', { ...adder, code: `//${'x'.repeat(300_000)}` }, 'limit sourceBytes'],
  ];

  it.each(refused)('%s', async (_why, args, said) => {
    const { connect, parts } = await startHttp();
    const client = await connect('2026');
    await client.call('code-mode', { name: 'taken', servers: [] });
    const before = await names(client);
    const answer = await client.call('code-mode', args);
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain(said);
    expect(answer.structured.error).toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/) });
    expect(await names(client)).toEqual(before);
    expect(parts.executed).toEqual([]);
  });

  it('one of two that are made at once under the same name', async () => {
    const { connect, parts } = await startHttp();
    const bothWait = Promise.withResolvers<readonly []>();
    let waiting = 0;
    Object.assign(parts, {
      check: () => {
        waiting += 1;
        if (waiting === 2) bothWait.resolve([]);
        return bothWait.promise;
      },
    });
    const client = await connect('2026');
    const answers = await Promise.all([1, 2].map(() => client.call('code-mode', adder)));
    expect(answers.map(({ isError }) => isError).sort()).toEqual([false, true]);
  });

  it('servers that cannot be reached', async () => {
    const { connect, parts } = await startHttp();
    Object.assign(parts, { declarations: () => Promise.reject(new Error('lost')) });
    const client = await connect('2026');
    expect(await client.call('code-mode', { name: 'x', servers: ['broken'] })).toMatchObject({ isError: true });
    expect(await names(client)).not.toContain('code-mode-x');
  });
});

describe('code-mode-delete', () => {
  it('says which tools there are where there is none of the name', async () => {
    const client = await (await startHttp()).connect('2026');
    expect((await client.call('code-mode-delete', { name: 'x' })).text).toContain('This workspace has none.');
    await client.call('code-mode', adder);
    const { text } = await client.call('code-mode-delete', { name: 'ad' });
    expect(text).toContain('Did you mean "code-mode-add"?');
    expect(await names(client)).toContain('code-mode-add');
  });

  it('suggests no name that has nothing but the prefix in common', async () => {
    const client = await (await startHttp()).connect('2026');
    await client.call('code-mode', adder);
    for (const name of ['xyz', 'code-mode-xyz']) {
      const { text } = await client.call('code-mode-delete', { name });
      expect(text).toContain('There is no code-mode tool "code-mode-xyz". There are: code-mode-add.');
    }
  });
});
