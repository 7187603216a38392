/** The first type-check of a compiler process, its start included. */
import type { BenchCase } from '../../harness/bench-case.ts';
import { runAlone } from '../../harness/run-case.ts';
import { openBareCompiler } from '../../parts/bare/bare-compiler.ts';
import { openHouse } from '../../parts/house.ts';
import { declarationsOf, programNumber } from '../../parts/programs.ts';

const TOOLS = [0, 20, 200];

export const typecheckFirst: BenchCase = {
  name: 'typecheck-first',
  title: 'Type-check, first',
  about:
    'From nothing to the answer about a first program, with 0, 20 or 200 tools declared: the compiler process is started, opens the project and checks. Beside the client library that TypeScript ships, doing the same.',
  claims: TOOLS.map((tools) => ({
    name: `${tools} tools, to the bare native API`,
    of: [`codeloom, ${tools} tools`],
    to: [`bare native API, ${tools} tools`],
  })),
  measure: async (lab) => {
    for (const tools of TOOLS) {
      const declarations = declarationsOf(tools);
      let turn = 0;
      await lab.time(
        [
          {
            name: `bare native API, ${tools} tools`,
            run: () => timeBare(declarations, programNumber(turn++, tools).text),
          },
          { name: `codeloom, ${tools} tools`, run: () => timeOurs(declarations, turn++, tools) },
        ],
        { iterations: lab.count(15, 2), warmup: lab.count(2, 0) },
      );
    }
  },
};

async function timeBare(declarations: string, text: string): Promise<{ overriddenDuration: number }> {
  const startedMs = performance.now();
  const bare = await openBareCompiler(declarations);
  await bare.check(text);
  const overriddenDuration = performance.now() - startedMs;
  await bare.close();
  return { overriddenDuration };
}

async function timeOurs(declarations: string, turn: number, tools: number): Promise<{ overriddenDuration: number }> {
  const house = openHouse();
  const program = programNumber(turn, tools);
  const startedMs = performance.now();
  await house.typechecker.check(program, declarations, new AbortController().signal);
  const overriddenDuration = performance.now() - startedMs;
  await house.close();
  return { overriddenDuration };
}

await runAlone(typecheckFirst, { isMain: import.meta.main });
