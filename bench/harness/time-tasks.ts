/** Times tasks with tinybench, in turns. Used by run-case.ts. */
import { Bench } from 'tinybench';
import type { Plan, Task } from './bench-case.ts';

/** In so many blocks the iterations of each task are spread over the whole measurement. */
const BLOCKS = 5;

/** The samples of each task in ms, by its name. Rejects with what a task throws. */
export async function timeTasks(tasks: readonly Task[], plan: Plan): Promise<ReadonlyMap<string, readonly number[]>> {
  const samples = new Map<string, number[]>(tasks.map(({ name }) => [name, []]));
  const blocks = Math.min(BLOCKS, plan.iterations);
  for (let block = 0; block < blocks; block++) {
    const iterations =
      Math.floor((plan.iterations * (block + 1)) / blocks) - Math.floor((plan.iterations * block) / blocks);
    for (const task of tasks) {
      const warmup = block === 0 ? plan.warmup : 0;
      samples.get(task.name)?.push(...(await timeBlock(task, iterations, warmup)));
    }
  }
  return samples;
}

async function timeBlock(task: Task, iterations: number, warmup: number): Promise<readonly number[]> {
  const bench = new Bench({
    iterations,
    time: 0,
    warmup: warmup > 0,
    warmupIterations: warmup,
    warmupTime: 0,
    retainSamples: true,
    throws: true,
  });
  bench.add(task.name, () => task.run(), { async: true });
  const [done] = await bench.run();
  const result = done?.result;
  if (result === undefined || !('latency' in result)) throw new Error(`${task.name} gave no samples.`);
  return result.latency.samples ?? [];
}
