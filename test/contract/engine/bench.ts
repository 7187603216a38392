/** What the engine contract and the tests beside it share: a real compiler in front of an engine, and a few tools behind it. */
import { type Limits, resolveLimits } from '../../../src/base/limits.ts';
import { createLog } from '../../../src/base/log.ts';
import type { Catalog, Tool } from '../../../src/base/tool.ts';
import { type Bundle, type Bundler, createBundler } from '../../../src/compile/bundle.ts';
import { locateError } from '../../../src/compile/locate-error.ts';
import { readProgram } from '../../../src/compile/program-form.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { CallTool, ToolReply } from '../../../src/run/call-tool.ts';
import type { RunEnd, RunReport } from '../../../src/run/run-report.ts';

export const LIMITS = resolveLimits();
export const SILENT = createLog('silent');
export const NEVER = new AbortController().signal;

const TOOL_NAMES = ['echo', 'fail', 'hang', 'big', 'count'];

export const CATALOG: Catalog = {
  servers: [{ name: 'kit', identifier: 'kit', tools: TOOL_NAMES.map(toolOf), dropped: [] }],
  hash: 'contract',
};

function toolOf(name: string): Tool {
  return { server: 'kit', name, identifier: name, inputSchema: { type: 'object' } };
}

/** `echo` answers with its arguments, `fail` fails, `hang` waits for the run's end, `big` is a long text. */
export const callTool: CallTool = async ({ tool, args }, signal): Promise<ToolReply> => {
  if (tool.name === 'echo') return { kind: 'value', value: args };
  if (tool.name === 'big') return { kind: 'value', value: 'x'.repeat(Number(args.chars)) };
  if (tool.name === 'hang') {
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    return promise;
  }
  const details = { given: args };
  return { kind: 'failure', failure: { code: 'upstream-error', message: 'It broke.', retryable: true, details } };
};

export interface RunOptions {
  readonly args?: unknown;
  readonly limits?: Partial<Limits>;
  readonly callTool?: CallTool;
  readonly signal?: AbortSignal;
  readonly workspace?: string;
  readonly image?: string;
}

export interface Bench {
  readonly engine: Engine;
  /** Compiles and runs a program. */
  run(source: string, options?: RunOptions): Promise<RunReport>;
  /** The value that the program returned; fails the test where it did not return. */
  result(source: string, options?: RunOptions): Promise<unknown>;
  /** The line of the program where the error was thrown. */
  thrownAt(source: string, end: RunEnd): Promise<{ line: number | undefined; column: number | undefined }>;
  close(): Promise<void>;
}

export function createBench(engine: Engine): Bench {
  const bundler = createBundler({ limits: LIMITS, log: SILENT });
  const run = async (source: string, options: RunOptions = {}) => {
    const { code } = await compile(bundler, source);
    const job = {
      runId: crypto.randomUUID(),
      workspace: options.workspace ?? 'test',
      code,
      argsText: JSON.stringify(options.args ?? {}),
      catalog: CATALOG,
      limits: { ...LIMITS, ...options.limits },
      ...(options.image === undefined ? {} : { image: options.image }),
    };
    return engine.run(job, options.callTool ?? callTool, options.signal ?? NEVER);
  };
  return {
    engine,
    run,
    result: async (source, options) => {
      const { end } = await run(source, options);
      if (end.kind !== 'completed') throw new Error(`The program did not return: ${JSON.stringify(end)}`);
      return end.result;
    },
    thrownAt: async (source, end) => {
      if (end.kind !== 'program-threw') throw new Error(`The program did not throw: ${JSON.stringify(end)}`);
      const { line, column } = locateError(await compile(bundler, source), end.error);
      return { line, column };
    },
    close: async () => {
      await Promise.all([engine.close(), bundler.close()]);
    },
  };
}

async function compile(bundler: Bundler, source: string): Promise<Bundle> {
  const program = readProgram(source, LIMITS);
  if (!('text' in program)) throw new Error(`This is no program: ${JSON.stringify(program)}`);
  const bundle = await bundler.bundle(program, NEVER);
  if (!('code' in bundle)) throw new Error(`This cannot be bundled: ${JSON.stringify(bundle)}`);
  return bundle;
}
