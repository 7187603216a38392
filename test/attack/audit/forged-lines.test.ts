import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyAudit } from '../../../src/audit/verify/verify-audit.ts';
import { localCaller } from '../../../src/base/gate/caller.ts';
import type { Happening } from '../../../src/base/gate/happening.ts';
import { type AuditBench, auditBench, toolCall } from '../../unit/audit/audit-bench.ts';

let bench: AuditBench;
beforeEach(() => {
  bench = auditBench();
});
afterEach(() => bench.remove());

const FORGED = '{"seq":3,"time":"x","kind":"request","subject":"admin","prev":"0","hash":"0"}';
const NAMES: readonly (readonly [what: string, name: string])[] = [
  ['a line feed and a record', `x\n${FORGED}\n`],
  ['a carriage return', `x\r${FORGED}`],
  ['the separators of lines and paragraphs', `x\u2028${FORGED}\u2029`],
  ['a quote that closes the string', `x","kind":"closed","y":"`],
  ['an escaped quote', 'x\\","kind":"closed'],
  ['the end of a line as it is written', `x","prev":"00","hash":"${'0'.repeat(64)}"}`],
  ['a change of the reading direction', 'x\u202e\u2066evil\u2069'],
  ['escape sequences of a terminal', 'x\u001b[2K\u001b[1A\u009b31m'],
  ['a lone surrogate', 'x\ud800'],
  ['a zero', 'x\0y'],
  ['letters that are drawn over others', `x${'\u0301'.repeat(100)}`],
  ['__proto__', '__proto__'],
];

/** The happening with the name wherever a stranger's text can get. */
function happenings(name: string): readonly Happening[] {
  const caller = localCaller(name);
  const size = { ms: 1, argsBytes: 1, resultBytes: 1 };
  return [
    toolCall({ caller, server: name, tool: name, code: name, ok: false, args: { [name]: name } }),
    { kind: 'denial', caller, what: name, reason: name },
    {
      ...{ kind: 'request', caller, workspace: 'w', tool: name, called: name, isManagement: true, ok: false, ...size },
      ...{ code: name, touched: { name }, args: { [name]: [name] } },
    },
    {
      ...{ kind: 'run', caller, workspace: 'w', runId: 'r', tool: name, engine: 'node', outcome: 'completed', ms: 1 },
      ...{ toolCalls: 0, codeBytes: 1, resultBytes: 1 },
    },
  ];
}

async function written(all: readonly Happening[]): Promise<readonly Record<string, unknown>[]> {
  const audit = bench.audit({ keepsArguments: true });
  for (const happening of all) audit.tell(happening);
  await audit.close();
  return bench.records();
}

describe('a name that holds', () => {
  it.each(NAMES)('%s makes no line but its own, and is read back as it was', async (_what, name) => {
    const records = await written(happenings(name));
    expect(records.map(({ kind }) => kind)).toEqual(['opened', 'tool-call', 'denial', 'request', 'run', 'closed']);
    expect(bench.text()).toMatch(/^[\n -~]*$/);
    expect(bench.text().split('\n')).toHaveLength(7);
    for (const { tool, what } of records.slice(1, 5)) expect(tool ?? what).toBe(name);
    expect(records[1]).toMatchObject({ subject: name, server: name, code: name });
    expect(Object.entries(records[1]?.args ?? {})).toEqual([[name, name]]);
    const [report] = (await verifyAudit(bench.dir)).trails;
    expect(report).toMatchObject({ state: 'closed', summary: { records: 6 } });
    expect(report?.broken).toBeUndefined();
  });

  it('anything whatever makes no line but its own', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary', maxLength: 80 }), { minLength: 1, maxLength: 5 }),
        async (names) => {
          const own = auditBench();
          const audit = own.audit({ keepsArguments: true });
          for (const name of names) for (const happening of happenings(name)) audit.tell(happening);
          await audit.close();
          expect(own.records()).toHaveLength(4 * names.length + 2);
          expect((await verifyAudit(own.dir)).trails[0]?.broken).toBeUndefined();
          own.remove();
        },
      ),
      { numRuns: 40 },
    );
  });

  it('a megabyte is cut', async () => {
    await written(happenings('x'.repeat(1_000_000)));
    for (const line of bench.text().split('\n')) expect(line.length).toBeLessThan(20_000);
  });

  it('ten thousand times what is escaped costs its arguments, and no more', async () => {
    const records = await written(happenings('\u202e'.repeat(10_000)));
    expect(records.map(({ kind }) => kind)).toEqual(['opened', 'tool-call', 'denial', 'request', 'run', 'closed']);
    expect((await verifyAudit(bench.dir)).trails[0]?.broken).toBeUndefined();
  });
});

describe('a secret', () => {
  /** Put together here, so that no scanner takes this file for a leak. */
  const secret = `ghp_${'aB3'.repeat(12)}`;

  it('does not get into the trail as part of a name or of a reason', async () => {
    await written(happenings(`see ${secret}`));
    expect(bench.text()).not.toContain(secret);
    expect(bench.text()).toContain('see [redacted]');
  });

  it('does not get into it with arguments, be it by its key or by its look', async () => {
    const args = { password: 'open sesame', headers: [{ Authorization: 'open sesame' }], text: `use ${secret}` };
    const records = await written([toolCall({ args })]);
    expect(records[1]?.args).toEqual({
      password: '[redacted]',
      headers: [{ Authorization: '[redacted]' }],
      text: 'use [redacted]',
    });
  });

  it('does not get into it with arguments that are not wanted', async () => {
    const audit = bench.audit();
    audit.tell(toolCall({ args: { plain: 'open sesame' } }));
    await audit.close();
    expect(bench.text()).not.toContain('sesame');
    expect(bench.records()[1]).not.toHaveProperty('args');
  });
});

describe('what cannot be described', () => {
  it('throws at nobody, and is counted', async () => {
    const audit = bench.audit({ keepsArguments: true });
    const trap = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('trap');
        },
      },
    );
    expect(() => audit.tell(toolCall({ args: trap }))).not.toThrow();
    audit.tell(toolCall());
    await audit.close();
    expect(bench.records().map(({ kind }) => kind)).toEqual(['opened', 'gap', 'tool-call', 'closed']);
  });
});
