/** From nothing to the first answer, and to the first run. */
import type { BenchCase, Lab } from '../../harness/bench-case.ts';
import { runAlone } from '../../harness/run-case.ts';
import { codeloomCommand, openSession, runJs, toolServerCommand } from '../../parts/mcp.ts';

const EMPTY = 'empty SDK server: first answer';
const STEPS = ['first answer', 'list of tools', 'first run', 'second run'] as const;

export const coldStart: BenchCase = {
  name: 'cold-start',
  title: 'Cold start over stdio',
  about:
    'The server is started as a client would start it (`dist/bin.js serve --engine node`, no upstreams), and a client of the SDK connects: time from the start of the process to the first answer to its handshake, to the list of tools, to the outcome of a first `return 1` (type-check, bundle and sandbox start then, or have started in the background) and of a second program. Beside the same handshake with the emptiest server of the same SDK: one tool, nothing else.',
  claims: [{ name: 'first answer, to an empty SDK server', of: ['codeloom: first answer'], to: [EMPTY], goal: 1.5 }],
  measure: async (lab) => {
    const steps = new Map(STEPS.map((step) => [step, [] as number[]]));
    const empty = toolServerCommand();
    const iterations = lab.count(12, 2);
    await lab.time(
      [
        {
          name: EMPTY,
          run: async () => {
            const startedMs = performance.now();
            const session = await openSession(empty);
            const overriddenDuration = performance.now() - startedMs;
            await session.close();
            return { overriddenDuration };
          },
        },
        { name: 'codeloom: start to end', run: () => climb(steps) },
      ],
      { iterations, warmup: lab.count(2, 1) },
    );
    recordSteps(lab, steps, iterations);
  },
};

async function climb(steps: ReadonlyMap<(typeof STEPS)[number], number[]>): Promise<void> {
  const startedMs = performance.now();
  const reach = (step: (typeof STEPS)[number]) => steps.get(step)?.push(performance.now() - startedMs);
  const session = await openSession(codeloomCommand());
  reach('first answer');
  await session.client.listTools();
  reach('list of tools');
  await runJs(session, 'return 1');
  reach('first run');
  await runJs(session, 'return 2');
  reach('second run');
  await session.close();
}

function recordSteps(lab: Lab, steps: ReadonlyMap<string, number[]>, iterations: number): void {
  for (const [step, samples] of steps) lab.record(`codeloom: ${step}`, 'ms', samples.slice(-iterations));
}

await runAlone(coldStart, { isMain: import.meta.main });
