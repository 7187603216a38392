/** A type-check of a new program in a compiler that has checked others. */
import type { BenchCase } from '../../harness/bench-case.ts';
import { runAlone } from '../../harness/run-case.ts';
import { openBareCompiler } from '../../parts/bare/bare-compiler.ts';
import { openHouse } from '../../parts/house.ts';
import { declarationsOf, programNumber } from '../../parts/programs.ts';

const TOOLS = [0, 20, 200];

export const typecheckWarm: BenchCase = {
  name: 'typecheck-warm',
  title: 'Type-check, warm',
  about:
    'A program of ten lines that was never checked before, with 0, 20 or 200 tools declared, in a compiler that has checked others. Beside the client library that TypeScript ships for its native compiler, given the same project and the same programs and asked for syntactic and semantic diagnostics.',
  claims: TOOLS.map((tools) => ({
    name: `${tools} tools, to the bare native API`,
    of: [`codeloom, ${tools} tools`],
    to: [`bare native API, ${tools} tools`],
    target: 2,
  })),
  measure: async (lab) => {
    const house = openHouse();
    const { signal } = new AbortController();
    for (const tools of TOOLS) {
      const declarations = declarationsOf(tools);
      const bare = await openBareCompiler(declarations);
      let turn = 0;
      const mustPass = (errors: number) => {
        if (errors > 0) throw new Error('A program of the suite has a type error.');
      };
      await lab.time(
        [
          {
            name: `bare native API, ${tools} tools`,
            run: async () => mustPass(await bare.check(programNumber(turn++, tools).text)),
          },
          {
            name: `codeloom, ${tools} tools`,
            run: async () =>
              mustPass((await house.typechecker.check(programNumber(turn++, tools), declarations, signal)).length),
          },
        ],
        { iterations: lab.count(300, 10), warmup: lab.count(50, 3) },
      );
      await bare.close();
    }
    await house.close();
  },
};

await runAlone(typecheckWarm, { isMain: import.meta.main });
