/** The plots of the page: which figures of which case stand side by side. A figure that is missing leaves a gap. */
import type { Figure } from '../harness/case-report.ts';
import type { Results } from '../suite/results-file.ts';
import { type Bar, type BarsOptions, renderBars } from './bars.ts';
import { renderLines } from './lines.ts';

export interface Plot {
  readonly title: string;
  readonly svg: string;
}

/** A case, a figure of it, and what it is called in the plot. */
type Pick = readonly [string, string, string?, number?];

interface BarsPlan extends BarsOptions {
  readonly title: string;
  readonly picks: readonly Pick[];
}

const PLANS: readonly BarsPlan[] = [
  {
    title: 'Cold start: from the start of the process',
    unit: 'ms',
    picks: [
      ['cold-start', 'empty SDK server: first answer'],
      ['cold-start', 'codeloom: first answer'],
      ['cold-start', 'codeloom: list of tools'],
      ['cold-start', 'codeloom: first run'],
      ['cold-start', 'codeloom: second run'],
    ],
  },
  {
    title: 'A warm run',
    unit: 'ms',
    picks: [
      ['warm-run', 'bare isolate: create, context, eval'],
      ['warm-run', 'codeloom, isolates ready'],
      ['warm-run', 'codeloom, back to back'],
      ['stdio-run', 'bare MCP round trip'],
      ['stdio-run', 'codeloom, through MCP'],
      ['new-program', '20 tools, whole run', 'codeloom, new program, 20 tools'],
    ],
  },
  {
    title: 'Overhead of a tool call',
    unit: 'ms',
    isLog: true,
    picks: [
      ['tool-call', 'bare isolate, in and out'],
      ['tool-call', 'bare pipe, round trip'],
      ['tool-call', 'codeloom, one call in sequence', 'codeloom, in sequence'],
      ['parallel-calls', '100 calls in parallel', 'codeloom, one of 100 in parallel', 100],
      ['upstream-call', 'bare client, stdio'],
      ['upstream-call', 'codeloom, stdio', 'codeloom, stdio upstream'],
      ['upstream-call', 'bare client, http'],
      ['upstream-call', 'codeloom, http', 'codeloom, HTTP upstream'],
    ],
  },
  {
    title: 'Parallelism: ten calls of 50 ms, and a hundred that answer at once',
    unit: 'ms',
    picks: [
      ['ten-waits', 'bare timer', 'bare timer of 50 ms'],
      ['ten-waits', 'codeloom', 'codeloom, ten calls of 50 ms'],
      ['parallel-calls', '100 calls in sequence', 'codeloom, 100 calls in sequence'],
      ['parallel-calls', '100 calls in parallel', 'codeloom, 100 calls in parallel'],
      ['parallel-calls', 'a run without calls', 'codeloom, no calls'],
    ],
  },
  {
    title: 'Type-check and bundle',
    unit: 'ms',
    isLog: true,
    picks: [
      ['typecheck-first', 'bare native API, 20 tools', 'bare native API, first, 20 tools'],
      ['typecheck-first', 'codeloom, 20 tools', 'codeloom, first, 20 tools'],
      ['typecheck-warm', 'bare native API, 20 tools', 'bare native API, warm, 20 tools'],
      ['typecheck-warm', 'codeloom, 20 tools', 'codeloom, warm, 20 tools'],
      ['typecheck-warm', 'codeloom, 200 tools', 'codeloom, warm, 200 tools'],
      ['bundle', 'bare esbuild'],
      ['bundle', 'codeloom', 'codeloom, bundle'],
    ],
  },
  {
    title: 'Large tool results',
    unit: 'ms',
    isLog: true,
    picks: ['1 KB', '100 KB', '1 MB', '4 MB'].flatMap((size): Pick[] => [
      ['tool-results', `bare, ${size}`],
      ['tool-results', `codeloom, ${size}`],
    ]),
  },
  {
    title: 'Containers',
    unit: 'ms',
    isLog: true,
    picks: [
      ['docker-run', '`docker run` of the same image', 'docker run'],
      ['docker-run', 'codeloom, docker engine, first run', 'codeloom, first run'],
      ['docker-run', 'codeloom, docker engine, containers ready', 'codeloom, container ready'],
      ['docker-run', 'codeloom, docker engine, back to back', 'codeloom, back to back'],
      ['docker-run', 'codeloom, node engine, warm', 'codeloom, node engine, warm'],
      ['docker-run', 'bare attach stream, round trip'],
      ['docker-run', 'codeloom, docker engine, one call of 100', 'codeloom, one call of 100'],
    ],
  },
  {
    title: 'Memory of one sandbox: ready, and with a run that waits',
    unit: 'MB',
    picks: [
      ['warm-isolate', 'codeloom, isolate with the guest', 'codeloom, ready'],
      ['waiting-runs', 'bare isolate, memory each', 'bare isolate'],
      ['waiting-runs', '1000 runs, memory each', 'codeloom, each of 1,000 runs'],
      ['waiting-runs', '5000 runs, memory each', 'codeloom, each of 5,000 runs'],
    ],
  },
  {
    title: 'Memory of a server over stdio',
    unit: 'MB',
    picks: [
      ['idle-memory', 'empty SDK server'],
      ['idle-memory', 'codeloom: server process', 'codeloom, before any run'],
      ['idle-memory', 'codeloom after runs: server process', 'codeloom, after runs: server'],
      ['idle-memory', 'codeloom after runs: workers', 'codeloom, after runs: workers'],
      ['idle-memory', 'codeloom at rest: workers', 'codeloom, half a minute later: workers'],
      ['idle-memory', 'codeloom after runs: compiler', 'codeloom, after runs: compiler'],
      ['idle-memory', 'codeloom after runs: bundler', 'codeloom, after runs: bundler'],
    ],
  },
];

export function renderPlots(results: Results): readonly Plot[] {
  const find = (name: string, figure: string) => findFigure(results, name, figure);
  const bars = PLANS.map((plan) => {
    const drawn = plan.picks.flatMap(([name, figure, label = figure, of = 1]): Bar[] => {
      const found = find(name, figure);
      if (found === undefined) return [];
      const role = label.startsWith('codeloom') ? 'ours' : 'floor';
      return [{ label, p50: found.p50 / of, p95: found.p95 / of, role }];
    });
    return { title: plan.title, svg: drawn.length === 0 ? '' : renderBars(drawn, plan) };
  });
  return [...bars, renderThroughput(find)].filter(({ svg }) => svg !== '');
}

function renderThroughput(find: (name: string, figure: string) => Figure | undefined): Plot {
  const value = (figure: string) => find('throughput', figure)?.p50;
  const points = [1, 8, 64].flatMap((step) => {
    const rate = value(`codeloom, ${step} at a time`);
    return rate === undefined ? [] : [{ step: `${step} at a time`, value: rate }];
  });
  const levels = ['bare isolates, one core', 'bare isolates, all cores'].flatMap((label) => {
    const rate = value(label);
    return rate === undefined ? [] : [{ label, value: rate }];
  });
  const svg = points.length === 0 ? '' : renderLines(points, levels, 'runs per second', 'runs under way');
  return { title: 'Throughput against concurrency', svg };
}

function findFigure({ cases }: Results, name: string, figure: string): Figure | undefined {
  const report = cases.find((each) => each.name === name);
  return report?.kind === 'measured' ? report.figures.find((each) => each.name === figure) : undefined;
}
