/**
 * Prints the demo for a person: a numbered headline with its time, and below it what came back. Used by scripts/demo.ts.
 */
import { styleText } from 'node:util';
import type { Outcome } from '../../src/program/outcome.ts';

const WIDTH = 92;

export function show(style: 'bold' | 'dim' | 'green' | 'red' | 'cyan', text: string): string {
  return process.stdout.isTTY && !process.env.NO_COLOR ? styleText(style, text) : text;
}

/** Does the step, then prints what it has to say; what it throws passes through, after the headline. */
export async function narrate<Value>(
  headline: string,
  work: () => Promise<Value>,
  tell: (value: Value) => readonly string[],
): Promise<Value> {
  const startedMs = performance.now();
  try {
    const value = await work();
    printHeadline(headline, show('dim', `${ms(performance.now() - startedMs)}`.padStart(10)));
    for (const line of tell(value)) console.log(`   ${line}`);
    console.log();
    return value;
  } catch (thrown) {
    printHeadline(headline, show('red', '    failed'));
    throw thrown;
  }
}

/** A program with line numbers, as an editor shows it. */
export function listing(code: string): readonly string[] {
  return code.split('\n').map((line, index) => show('cyan', `${String(index + 1).padStart(2)} | ${line}`));
}

export function timing({ kind, timings, toolCalls, isolation }: Outcome): string {
  const { connectMs, typecheckMs, bundleMs, startMs, runMs } = timings;
  const calls = `${toolCalls.length} tool call${toolCalls.length === 1 ? '' : 's'}`;
  const compiling = `type-check ${ms(typecheckMs)}, bundle ${ms(bundleMs)}`;
  const stages = `connect ${ms(connectMs)}, ${compiling}, start ${ms(startMs)}, run ${ms(runMs)}`;
  return show('dim', `${kind}, ${calls}, ${isolation}: ${stages}`);
}

export function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

function printHeadline(headline: string, right: string): void {
  console.log(`${show('bold', headline.padEnd(WIDTH - 10))}${right}`);
}
