import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditFolder, recordsOf } from './audit-server.ts';

/** Each test starts several processes. */
const SLOW = { timeout: 120_000 };
const FIRST = 'audit-1-000001.jsonl';
const PROGRAM = 'const secret = "open sesame"; return await mcp.everything.get_sum({ a: 1, b: 2 });';

describe.each(['overStdio', 'overHttp'] as const)('a server with an audit trail, %s', SLOW, (transport) => {
  it('writes down who did what with which outcome, and the trail is whole when it has ended', async () => {
    const audit = auditFolder();
    const { client, end } = await audit[transport]('2026');
    const ran = await client.call('run_js', { code: PROGRAM });
    const direct = await client.call('mcp-exec', { name: 'everything.echo', arguments: { message: 'open sesame' } });
    const tool = { name: 'double', description: 'x', code: 'return 2 * args;' };
    const named = { name: 'dynamic.tool.create', arguments: { tool } };
    const created = await client.call('mcp-exec', named);
    await client.call('dynamic.tool.delete', { name: 'absent' });
    await end();
    expect([ran.isError, direct.isError]).toEqual([false, false]);
    const text = audit.text();
    const records = recordsOf(text);
    const [call, run, request] = records.filter(({ runId }) => runId === ran.structured.runId);
    expect(call).toMatchObject({ kind: 'tool-call', server: 'everything', tool: 'get-sum', ok: true, argsBytes: 13 });
    expect(run).toMatchObject({
      kind: 'run',
      tool: 'run_js',
      outcome: 'completed',
      toolCalls: 1,
      codeBytes: PROGRAM.length,
    });
    expect(request).toMatchObject({
      kind: 'request',
      tool: 'run_js',
      isManagement: false,
      ok: true,
      code: 'completed',
    });
    const echo = records.find(({ kind, tool: name }) => kind === 'tool-call' && name === 'echo');
    expect(records.filter(({ runId }) => runId === echo?.runId).map(({ kind }) => kind)).toEqual([
      'tool-call',
      'request',
    ]);
    // Over HTTP nobody who has shown nothing manages, and the refusal stands there as well.
    const management = records.filter(({ isManagement }) => isManagement === true);
    expect(management[0]).toMatchObject({ tool: 'mcp-exec', called: 'dynamic.tool.create', ok: !created.isError });
    if (!created.isError) expect(management[0]?.touched).toEqual({ name: 'double', revision: 1 });
    expect(management[1]).toMatchObject({ tool: 'dynamic.tool.delete', touched: { name: 'absent' }, ok: false });
    expect(new Set(records.flatMap(({ subject }) => subject ?? []))).toHaveProperty('size', 1);
    expect(text).not.toContain('sesame');
    expect(await audit.verify()).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /^Trail 1 is whole: \d+ records in 1 file, from .* to .*; closed by its writer\.\n/,
      ),
    });
  });

  it('has one that shows who has changed it afterwards', async () => {
    const audit = auditFolder();
    const { client, end } = await audit[transport]('v1');
    await client.call('run_js', { code: 'return 1;', typecheck: false });
    await end();
    const file = join(audit.dir, FIRST);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"tool":"run_js"', '"tool":"run_ts"'));
    const { code, stdout } = await audit.verify();
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^Trail 1 is BROKEN at audit-1-000001\.jsonl, line 2: changed: it is not as it was written\./,
    );
  });
});

describe('several servers of one user with one audit folder', SLOW, () => {
  it('each have a trail, and the next goes on with the first', async () => {
    const audit = auditFolder();
    // A client of the other era starts the server twice, to ask what it speaks.
    const servers = await Promise.all([1, 2].map(() => audit.overStdio('v1')));
    for (const { client } of servers) await client.call('run_js', { code: 'return 1;', typecheck: false });
    for (const { end } of servers) await end();
    const next = await audit.overStdio('v1');
    await next.client.call('run_js', { code: 'return 1;', typecheck: false });
    await next.end();
    const { code, stdout } = await audit.verify();
    expect(code).toBe(0);
    expect(stdout).toContain('Trail 1 is whole: 8 records');
    expect(stdout).toContain('Trail 2 is whole: 4 records');
  });
});

describe('an audit trail with arguments', SLOW, () => {
  it('has them without what looks like a secret', async () => {
    const audit = auditFolder();
    const { client, end } = await audit.overStdio('2026', ['--audit-args']);
    const args = { a: 1, b: 2 };
    await client.call('run_js', {
      code: 'return await mcp.everything.echo({ message: "the password=hunter22 of it" });',
      args: { apiKey: 'sesame', n: 1 },
    });
    await client.call('mcp-exec', { name: 'everything.get-sum', arguments: args });
    await end();
    const text = audit.text();
    const calls = recordsOf(text).filter(({ kind }) => kind === 'tool-call');
    expect(calls.map((call) => call.args)).toEqual([{ message: 'the password=[redacted] of it' }, args]);
    expect(text).toContain('"args":{"apiKey":"[redacted]","n":1}');
    expect(text).not.toContain('hunter22');
    expect(text).not.toContain('sesame');
    expect((await audit.verify()).code).toBe(0);
  });
});

describe('docs/audit.md', SLOW, () => {
  it('shows the records that a server writes', async () => {
    const document = readFileSync(new URL('../../../docs/audit.md', import.meta.url), 'utf8');
    const [, shown = ''] = /^```json audit\n([\s\S]*?)^```$/m.exec(document) ?? [];
    const audit = auditFolder();
    const { client, end } = await audit.overStdio('v1');
    const tool = { name: 'double', description: 'x', code: 'return 2 * args;' };
    expect((await client.call('dynamic.tool.create', { tool })).isError).toBe(false);
    expect((await client.call('double', { args: 4 })).structured).toMatchObject({ result: 8 });
    await end();
    const records = recordsOf(audit.text());
    const expected = recordsOf(shown);
    expect(records.map((record) => Object.keys(record))).toEqual(expected.map((record) => Object.keys(record)));
    for (const [at, record] of records.entries()) expect(record).toEqual(shapeOf(expected[at] ?? {}));
    for (const { kind } of expected) expect(document).toContain(`\`${kind}\``);
  });
});

/** Texts as they are shown, but for `…`; numbers that are measured as any number. */
function shapeOf(value: unknown, key = ''): unknown {
  if (value === '…') return expect.any(String);
  if (typeof value === 'number') return /Ms$|^ms$|^pid$|Bytes$/.test(key) ? expect.any(Number) : value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member, name)]));
}
