/** The second half of the engine contract: how runs end, and how they follow each other and stand side by side. */
import { expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import { type Bench, createBench } from './bench.ts';

type TheBench = () => Bench;

export function describeLimits(bench: TheBench): void {
  it('refuses a result over resultBytes, with its size', async () => {
    const { end } = await bench().run('return "x".repeat(5_000)', { limits: { resultBytes: 4_096 } });
    expect(end).toMatchObject({ kind: 'limit-exceeded', limit: 'resultBytes', value: 4_096 });
  });

  it.each([
    ['a loop that never ends', 'for (;;);'],
    ['microtasks without end', 'const again = () => Promise.resolve().then(again); await again();'],
    ['a promise that nobody settles', 'await new Promise(() => {});'],
    ['a tool that never answers', 'await mcp.kit.hang({});'],
  ])('ends %s when wallMs is over', async (_name, program) => {
    const { end } = await bench().run(program, { limits: { wallMs: 400 } });
    expect(end).toMatchObject({ kind: 'limit-exceeded', limit: 'wallMs', value: 400 });
  });

  it('ends a program that has used its processor time', async () => {
    const { end } = await bench().run('for (;;);', { limits: { cpuMs: 400 } });
    expect(end).toMatchObject({ kind: 'limit-exceeded', limit: 'cpuMs', value: 400 });
  });

  it('ends a program that fills its heap', async () => {
    const { end } = await bench().run('const all = []; for (;;) all.push(new Array(1_000).fill({ a: 1.5 }));');
    expect(end).toMatchObject({ kind: 'limit-exceeded', limit: 'heapMb' });
  });

  it('ends or refuses a program that fills its memory with array buffers', async () => {
    const { end } = await bench().run('const all = []; for (;;) all.push(new Uint8Array(1_000_000).fill(1));');
    if (end.kind === 'program-threw') expect(end.error.name).toBe('RangeError');
    else expect(end).toMatchObject({ kind: 'limit-exceeded', limit: 'heapMb' });
  });
}

export function describeRuns(bench: TheBench, makeEngine: () => Engine): void {
  it('gives each run globals of its own', async () => {
    const program =
      'const seen = globalThis.mark; globalThis.mark = 1; Array.prototype.mark = 1; return [seen ?? null, [].mark]';
    for (let n = 0; n < 3; n++) expect(await bench().result(program)).toEqual([null, 1]);
  });

  it('runs many programs at the same time, each with its own args', async () => {
    const runs = [1, 2, 3, 4, 5, 6].map((n) => bench().result('await sleep(5); return args.n', { args: { n } }));
    expect(await Promise.all(runs)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('keeps time: sleep, timers that repeat, timers that are cleared', async () => {
    const program = `
      const seen = [];
      const never = setTimeout(() => seen.push('never'), 1); clearTimeout(never);
      const repeated = setInterval(() => seen.push('tick'), 1);
      while (seen.length < 3) await sleep(1);
      clearInterval(repeated);
      await new Promise((resolve) => setTimeout(resolve, 5, 'arg'));
      return [seen.length, seen.includes('never')];`;
    expect(await bench().result(program)).toEqual([3, false]);
  });

  it('ends a run that is cancelled, spinning or waiting, as cancelled', async () => {
    for (const last of ['for (;;);', 'await new Promise(() => {});']) {
      const cancel = new AbortController();
      const callTool = async () => {
        cancel.abort();
        return { kind: 'value', value: 1 } as const;
      };
      const report = await bench().run(`await mcp.kit.echo({}); ${last}`, { callTool, signal: cancel.signal });
      expect(report.end.kind).toBe('cancelled');
    }
  });

  it('does not start a run that was cancelled before', async () => {
    const { end } = await bench().run('return 1', { signal: AbortSignal.abort() });
    expect(end.kind).toBe('cancelled');
  });

  it('works on after a run was ended by force', async () => {
    await bench().run('for (;;);', { limits: { wallMs: 300 } });
    expect(await bench().result('return "fine"')).toBe('fine');
  });

  it('rejects runs with SHUTTING_DOWN once it is closed, and those that are running', async () => {
    const own = createBench(makeEngine());
    const started = Promise.withResolvers<void>();
    const callTool = () => {
      started.resolve();
      return new Promise<never>(() => {});
    };
    const running = own.run('await mcp.kit.hang({})', { callTool });
    const ended = expect(running).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await started.promise;
    await Promise.all([own.engine.close(), ended]);
    await expect(own.run('return 1')).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await own.close();
  });
}
