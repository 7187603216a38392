/** A program never seen before: nothing is cached but what the engine has ready. */
import type { BenchCase, Lab } from '../../harness/bench-case.ts';
import { runAlone } from '../../harness/run-case.ts';
import { catalogOf, typedServer } from '../../parts/catalogs.ts';
import { type House, openHouse } from '../../parts/house.ts';

const TOOLS = [0, 20, 200];

const programOf = (tools: number, turn: number) =>
  tools === 0
    ? `const turn: number = ${turn};\nreturn turn;`
    : `const list = () => mcp.tracker.list_item_0({ owner: 'o', repository: 'r${turn}', labels: ['a'], perPage: ${1 + (turn % 99)} });
const titles = async () => (await list()).items.filter((item) => item.open).map((item) => item.title.trim());
return args.go === true ? await titles() : ${turn};`;

export const newProgram: BenchCase = {
  name: 'new-program',
  title: 'A run of a program never seen before',
  about:
    'A program that differs from all before in a number, with 0, 20 or 200 tools in scope: read, type-checked, bundled, run in a fresh isolate. The claim holds the whole against the slowest of its three stages in that run (type-check, bundle, start and run of the sandbox), as its outcome states them: what overlaps costs nothing.',
  claims: TOOLS.map((tools) => ({
    name: `${tools} tools, whole run to its slowest stage`,
    of: [`${tools} tools, whole run`],
    to: [`${tools} tools, slowest stage`],
    ...(tools === 20 ? { goal: 1.3 } : {}),
  })),
  measure: async (lab) => {
    for (const tools of TOOLS) {
      const catalog = tools === 0 ? catalogOf() : catalogOf(typedServer('tracker', tools));
      const house = openHouse({ catalog });
      await measure(lab, house, tools);
      await house.close();
    }
  },
};

async function measure(lab: Lab, house: House, tools: number): Promise<void> {
  const stages = {
    slowest: [] as number[],
    typecheck: [] as number[],
    bundle: [] as number[],
    sandbox: [] as number[],
  };
  let turn = 0;
  const run = async () => {
    turn += 1;
    const { timings } = await house.run(programOf(tools, turn));
    const sandboxMs = timings.startMs + timings.runMs;
    stages.typecheck.push(timings.typecheckMs);
    stages.bundle.push(timings.bundleMs);
    stages.sandbox.push(sandboxMs);
    stages.slowest.push(Math.max(timings.typecheckMs, timings.bundleMs, sandboxMs));
  };
  const [iterations, warmup] = [lab.count(200, 8), lab.count(30, 2)];
  await lab.time([{ name: `${tools} tools, whole run`, run }], { iterations, warmup });
  for (const [stage, samples] of Object.entries(stages)) {
    const name = stage === 'slowest' ? 'slowest stage' : stage;
    lab.record(`${tools} tools, ${name}`, 'ms', samples.slice(-iterations));
  }
}

await runAlone(newProgram, { isMain: import.meta.main });
