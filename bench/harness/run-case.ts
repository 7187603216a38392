/**
 * Measures one case in this process. Every file of bench/cases/ ends by calling `runAlone`, so that it can be run by
 * itself (`node bench/cases/run/warm-run.ts`) and by the suite, which asks for JSON.
 */
import { type BenchCase, type Lab, NotAvailable, type Series } from './bench-case.ts';
import type { CaseReport, Figure } from './case-report.ts';
import { judge } from './judge.ts';
import { printReport } from './print.ts';
import { median, percentile, rounded } from './statistics.ts';
import { timeTasks } from './time-tasks.ts';

export interface Mode {
  readonly isSmoke: boolean;
  readonly isReversed: boolean;
}

/** Never rejects: a case that throws is a report that says so. */
export async function measureCase(benchCase: BenchCase, mode: Mode): Promise<CaseReport> {
  const { name, title, about, claims } = benchCase;
  const recorded = new Map<string, Series>();
  try {
    const lab = createLab(recorded, mode);
    await benchCase.measure(lab);
    const unitOf = (claim: (typeof claims)[number]) => {
      const [first] = claim.of;
      return recorded.get(typeof first === 'object' ? first.series : (first ?? ''))?.unit ?? '';
    };
    const findings = claims.map((claim) => judge(claim, lab.median, unitOf(claim)));
    return { name, title, about, kind: 'measured', figures: [...recorded.values()].map(toFigure), findings };
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return { name, title, about, kind: thrown instanceof NotAvailable ? 'not-available' : 'failed', reason };
  }
}

/** Does nothing where the module was imported by another. Ends the process: isolates must not keep it alive. */
export async function runAlone(benchCase: BenchCase, { isMain }: { readonly isMain: boolean }): Promise<void> {
  if (!isMain) return;
  const flags = new Set(process.argv.slice(2));
  const report = await measureCase(benchCase, { isSmoke: flags.has('--smoke'), isReversed: flags.has('--reversed') });
  const text = flags.has('--json') ? `${JSON.stringify(report)}\n` : `${printReport(report)}\n`;
  process.stdout.write(text, () => process.exit(report.kind === 'failed' ? 1 : 0));
}

function createLab(recorded: Map<string, Series>, { isSmoke, isReversed }: Mode): Lab {
  const record: Lab['record'] = (name, unit, samples) => void recorded.set(name, { name, unit, samples });
  return {
    isSmoke,
    count: (full, smoke) => (isSmoke ? smoke : full),
    record,
    time: async (tasks, plan) => {
      const timed = await timeTasks(isReversed ? tasks.toReversed() : tasks, plan);
      // Recorded as they are listed, whatever the order they were timed in.
      for (const { name } of tasks) record(name, 'ms', timed.get(name) ?? []);
    },
    median: (name) => {
      const series = recorded.get(name);
      if (series === undefined || series.samples.length === 0) throw new Error(`"${name}" was not measured.`);
      return median(series.samples);
    },
  };
}

function toFigure({ name, unit, samples }: Series): Figure {
  const [p50, p95] = [rounded(median(samples)), rounded(percentile(samples, 0.95))];
  return { name, unit, p50, p95, samples: samples.length };
}
