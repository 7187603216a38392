import { expect, it } from 'vitest';
import { REPOSITORY } from '../../docker/local-docker.ts';
import { describeAttacked, scripted, shown } from '../fixtures/attacked.ts';

/** What is ours or the host's: none of it may stand in an outcome that a program did not write there itself. */
const OURS = /program\.js|isolate-worker|isolated-vm|evalmachine|node:internal|<isolated|wrapper|runtime\/|at async \(/;

describeAttacked(
  'errors that show where they come from',
  {
    upstreams: {
      kit: scripted(['echo', 'fail'], { fail: { isError: true, content: [{ type: 'text', text: 'It broke.' }] } }),
    },
  },
  ({ run }) => {
    it.each<[what: string, code: string]>([
      ['thrown at the top', 'throw new Error("x")'],
      ['thrown in a timer', 'setTimeout(() => { throw new Error("x") }, 1); await sleep(50); throw new Error("y")'],
      ['thrown in a callback of the language', '[3, 2].sort(() => { throw new Error("x") })'],
      ['thrown by the language', 'null!.x'],
      ['thrown by JSON', 'JSON.parse("{")'],
      ['thrown by a builtin of ours', 'new URL("::")'],
      ['thrown by another', 'atob("%")'],
      ['thrown by a clone', 'structuredClone(() => 1)'],
      ['thrown by a tool', 'await mcp.kit.fail({})'],
      ['thrown by a tool that is not there', 'await (mcp as any).kit.nothing({})'],
      ['thrown by a tool that was given what is no JSON', 'await mcp.kit.echo({ n: 1n } as any)'],
      ['of all of some', 'await Promise.any([Promise.reject(new Error("x"))])'],
      ['with a cause', 'throw new Error("x", { cause: new Error("y") })'],
      ['of a suppressed one', '{ using a = { [Symbol.dispose]() { throw new Error("x") } }; throw new Error("y") }'],
      ['from eval', 'eval("throw new Error(1)\\n//# sourceURL=/etc/passwd")'],
      ['from a function made of text', 'new Function("throw new Error(1)")()'],
      ['from deep recursion', '(function f(): any { return f() })()'],
      ['from a result that cannot be', 'return { a: [1n, () => 1] }'],
      ['from a result whose getter throws', 'return { get a() { throw new Error("x") } }'],
      ['from a rejection that nobody awaits', 'Promise.reject(new Error("x")); await sleep(20); throw new Error("y")'],
    ])('1201 %s have lines of the program alone', async (_what, code) => {
      const outcome = await run(code);
      const { wire, text } = shown(outcome);
      for (const place of [wire, text]) {
        expect(place).not.toContain(REPOSITORY);
        expect(place).not.toMatch(OURS);
        expect(place).not.toMatch(/node_modules|\/home\/|\/root\//);
      }
      if (outcome.error?.line !== undefined) expect(outcome.error.line).toBeLessThanOrEqual(code.split('\n').length);
    });

    it.each<[what: string, stack: string]>([
      ['that names files of the host', 'Error: x\\n    at f (/etc/passwd:1:1)\\n    at file:///work/secret.ts:3:4'],
      ['that names the script and a line beyond it', 'Error: x\\n    at program.js:99999:1'],
      ['that names the first line, which is the wrapper’s', 'Error: x\\n    at program.js:1:1'],
      ['that names line 0', 'Error: x\\n    at program.js:0:0'],
      ['that names a column beyond all', 'Error: x\\n    at program.js:2:999999999'],
      ['that is no text', '" + 5 + "'],
      ['with ten thousand frames', '" + "    at f (program.js:2:1)\\\\n".repeat(10_000) + "'],
      ['of sixteen megabytes', '" + "x".repeat(2 ** 24) + "'],
      ['with a name that turns text around', 'Error: x\\n    at \\u202eevil\\u001b[31m (program.js:2:1)'],
    ])('1202 a stack %s leads nowhere but into the program', async (_what, stack) => {
      const outcome = await run(`const e = new Error("x"); e.stack = "${stack}";\nthrow e`);
      expect(outcome.kind).toBe('program-threw');
      // The frame is the program's own line, which may say what it likes.
      const told = [outcome.error?.stack, outcome.error?.name].join('\n');
      expect(outcome.error?.frame ?? '').not.toMatch(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/u);
      expect(told).not.toMatch(/passwd|secret|program\.js|(?![\n\t])[\p{Cc}\p{Bidi_Control}]/u);
      expect(told.length).toBeLessThan(10_000);
      expect(outcome.error?.line ?? 1).toBeLessThanOrEqual(2);
    });

    it.each<[what: string, code: string]>([
      [
        'as objects',
        'Error.prepareStackTrace = (_e: unknown, sites: any[]) => sites.map((s) => [s.getFileName?.(), s.getScriptNameOrSourceURL?.(), String(s.getThis?.()), String(s.getFunction?.()), s.getEvalOrigin?.()]); return new Error("x").stack as any',
      ],
      ['as text without end', 'Error.stackTraceLimit = Infinity; return String(new Error("x").stack)'],
      ['of a foreign object', 'const o: any = {}; Error.captureStackTrace(o); return o.stack'],
      [
        'of a failed call',
        'try { await mcp.kit.fail({}) } catch (e: any) { return [e.stack, Object.keys(e), JSON.stringify(e)] }',
      ],
    ])('1203 frames %s name no file of the host to the program itself', async (_what, code) => {
      const { result, error } = await run(code);
      expect(JSON.stringify([result, error])).not.toMatch(
        /\/work\/|\/tmp\/|\/home\/|node_modules|isolate-worker|node:/,
      );
    });

    it('1204 the frame shows the program’s own line, cut, and nothing that moves a cursor', async () => {
      const line = `${'x'.repeat(500)}\u001b[2J\u202e`;
      const { error } = await run(`const a = "${line}"; throw new Error("x") // ${line}`);
      expect(error?.frame?.length).toBeLessThan(400);
      expect(error?.frame).not.toMatch(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/u);
    });

    it('1205 a call that nobody awaited is told where the program made it, whatever its stack was made to say', async () => {
      const { diagnostics } = await run(
        'Error.prepareStackTrace = () => "at /etc/passwd:1:1";\nmcp.kit.echo({});\nreturn 1',
        { servers: ['kit'] },
      );
      expect(JSON.stringify(diagnostics ?? [])).not.toContain('passwd');
      for (const { line } of diagnostics ?? []) expect(line).toBeLessThanOrEqual(3);
    });
  },
);
