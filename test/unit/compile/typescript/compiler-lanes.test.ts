import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveLimits } from '../../../../src/base/limits.ts';
import { CompilerLanes } from '../../../../src/compile/typescript/compiler-lanes.ts';
import type { CompilerProcess } from '../../../../src/compile/typescript/compiler-process.ts';
import { LIMITS, SILENT } from '../fixture.ts';

let lanes: CompilerLanes;
beforeEach(() => {
  lanes = new CompilerLanes(LIMITS, SILENT);
});
afterEach(() => lanes.close());

const PROGRAM = { text: 'export default 1', declarations: '' };
const errorsOf = (compiler: CompilerProcess) =>
  compiler.withProgram(PROGRAM, (snapshot) => snapshot.diagnostics('semantic'));

describe('CompilerLanes', () => {
  it('uses one compiler for check after check', async () => {
    const seen = new Set<CompilerProcess>();
    for (let round = 0; round < 3; round += 1) {
      const end = await lanes.run((compiler) => {
        seen.add(compiler);
        return errorsOf(compiler);
      });
      expect(end).toEqual({ kind: 'done', value: [] });
    }
    expect(seen.size).toBe(1);
  });

  it('gives the compiler back when nobody has asked for long, and starts another for the next check', async () => {
    const short = new CompilerLanes(LIMITS, SILENT, 5);
    const seen: CompilerProcess[] = [];
    const check = () =>
      short.run((compiler) => {
        seen.push(compiler);
        return errorsOf(compiler);
      });
    expect(await check()).toEqual({ kind: 'done', value: [] });
    await seen[0]?.gone;
    expect(await check()).toEqual({ kind: 'done', value: [] });
    expect(new Set(seen).size).toBe(2);
    await short.close();
  });

  it('never gives a compiler to two checks at once, and opens another for who waits', async () => {
    const blocked = Promise.withResolvers<void>();
    const seen: CompilerProcess[] = [];
    const note = (compiler: CompilerProcess) => {
      seen.push(compiler);
      return seen.length === 1 ? blocked.promise : Promise.resolve();
    };
    const first = lanes.run(note);
    await lanes.run(note);
    blocked.resolve();
    await first;
    expect(new Set(seen).size).toBe(2);
  });

  it('repeats a check once on a fresh compiler where the first was lost', async () => {
    const seen: CompilerProcess[] = [];
    const end = await lanes.run((compiler) => {
      seen.push(compiler);
      if (seen.length === 1) compiler.kill();
      return errorsOf(compiler);
    });
    expect(end).toEqual({ kind: 'done', value: [] });
    expect(new Set(seen).size).toBe(2);
  });

  it('gives up with a Fault where the compiler is lost again', async () => {
    const run = lanes.run((compiler) => {
      compiler.kill();
      return errorsOf(compiler);
    });
    await expect(run).rejects.toMatchObject({ code: 'COMPILER_LOST', retryable: true });
    expect(await lanes.run(errorsOf)).toEqual({ kind: 'done', value: [] });
  });

  it('kills a compiler at the deadline and has another', async () => {
    const hasty = new CompilerLanes(resolveLimits({ typecheckMs: 500 }), SILENT);
    try {
      let killed: CompilerProcess | undefined;
      const end = await hasty.run((compiler) => {
        killed = compiler;
        return new Promise(() => {});
      });
      expect(end).toEqual({ kind: 'exceeded', limit: 'typecheckMs' });
      expect(await killed?.gone).toContain('SIGKILL');
      expect(await hasty.run(errorsOf)).toEqual({ kind: 'done', value: [] });
    } finally {
      await hasty.close();
    }
  });

  it('replaces a compiler that died between two checks', async () => {
    let first: CompilerProcess | undefined;
    await lanes.run(async (compiler) => {
      first = compiler;
    });
    first?.kill();
    await first?.gone;
    expect(await lanes.run(errorsOf)).toEqual({ kind: 'done', value: [] });
  });

  it('leaves no process behind', async () => {
    let used: CompilerProcess | undefined;
    await lanes.run(async (compiler) => {
      used = compiler;
    });
    await lanes.close();
    expect(() => process.kill(used?.pid ?? -1, 0)).toThrow();
  });
});

describe.runIf(process.platform === 'linux')('the memory of a compiler', () => {
  it('ends a check that passes the cap', async () => {
    const type = 'type P<T, K = T> = [T] extends [never] ? [] : K extends K ? [K, ...P<Exclude<T, K>>] : never;';
    const text = `${type} const x: P<'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h' | 'i' | 'j' | 'k'> = 1; export default x`;
    const small = new CompilerLanes(resolveLimits({ typecheckMs: 25_000, typecheckMb: 256 }), SILENT);
    try {
      const end = await small.run((compiler) =>
        compiler.withProgram({ text, declarations: '' }, (snapshot) => snapshot.diagnostics('semantic')),
      );
      expect(end).toEqual({ kind: 'exceeded', limit: 'typecheckMb' });
    } finally {
      await small.close();
    }
  });
});
