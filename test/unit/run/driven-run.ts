/** A Run whose sandbox is the test: it says what it likes through `accept`, and sees all that was sent to it. For tests. */
import type { SandboxMessage } from '../../../sandbox-runtime/protocol.ts';
import { nowMs } from '../../../src/base/deadline.ts';
import type { Json } from '../../../src/base/json.ts';
import { type Limits, resolveLimits } from '../../../src/base/limits.ts';
import { createLog } from '../../../src/base/log.ts';
import type { Catalog, Tool } from '../../../src/base/tool.ts';
import type { CallTool, ToolCall, ToolReply } from '../../../src/run/call-tool.ts';
import type { Job } from '../../../src/run/job.ts';
import { Run } from '../../../src/run/run.ts';

export const RUN = 7;

const tool = (server: string, name: string): Tool => ({
  server,
  name,
  identifier: name.replaceAll('-', '_'),
  inputSchema: { type: 'object' },
});

export const CATALOG: Catalog = {
  servers: [
    {
      name: 'files',
      identifier: 'files',
      tools: [tool('files', 'read-file'), tool('files', 'write-file')],
      dropped: [],
    },
    { name: 'my-db', identifier: 'my_db', tools: [tool('my-db', 'query')], dropped: [] },
  ],
  hash: 'test',
};

export const value = (json: Json): ToolReply => ({ kind: 'value', value: json });

/** One call as the CallTool function got it, to be answered by the test. */
export interface OpenCall {
  readonly call: ToolCall;
  readonly signal: AbortSignal;
  readonly answer: PromiseWithResolvers<ToolReply>;
}

export interface Sent {
  readonly header: { readonly kind: string; readonly run: number; readonly call?: number; readonly ok?: boolean };
  readonly payloads: readonly string[];
}

export interface DrivenOptions {
  readonly limits?: Partial<Limits>;
  readonly callTool?: CallTool;
  readonly signal?: AbortSignal;
  readonly job?: Partial<Job>;
}

export class DrivenRun {
  readonly sent: Sent[] = [];
  readonly calls: OpenCall[] = [];
  readonly logged: string[] = [];
  readonly run: Run;

  constructor({ limits, callTool, signal = new AbortController().signal, job }: DrivenOptions = {}) {
    this.run = new Run({
      job: {
        runId: 'run-1',
        workspace: 'ws',
        code: 'program',
        argsText: '{"a":1}',
        catalog: CATALOG,
        limits: { ...resolveLimits(), ...limits },
        ...job,
      },
      number: RUN,
      packed: false,
      callTool: callTool ?? ((call, aborted) => this.#open(call, aborted)),
      signal,
      log: createLog('trace', { write: (line) => this.logged.push(line) }),
      askedMs: nowMs(),
      send: ([header = '', ...payloads]) => this.sent.push({ header: JSON.parse(header) as Sent['header'], payloads }),
    });
  }

  #open(call: ToolCall, signal: AbortSignal): Promise<ToolReply> {
    const answer = Promise.withResolvers<ToolReply>();
    this.calls.push({ call, signal, answer });
    return answer.promise;
  }

  /** A message without its run number, which the engine has looked at by the time a run sees it. */
  say(message: Omit<Extract<SandboxMessage, { run: number }>, 'run'>, ...payloads: string[]): void {
    this.run.accept({ run: RUN, ...message } as SandboxMessage, payloads);
  }

  /** Calls the tool at the two positions, with the next id there is unless one is given. */
  call(id: number, args: unknown = {}, server = 0, tool = 0): void {
    const text = typeof args === 'string' ? args : JSON.stringify(args);
    this.say({ kind: 'call', call: id, server, tool } as never, text);
  }

  complete(result?: unknown, pending: unknown = []): void {
    const text = result === undefined ? '' : JSON.stringify(result);
    this.say({ kind: 'completed', hasResult: result !== undefined } as never, text, JSON.stringify(pending));
  }

  /** What was sent in reply to calls: id, whether it is a value, and the value or failure. */
  get replies(): readonly (readonly [number | undefined, boolean | undefined, unknown])[] {
    return this.sent
      .filter(({ header }) => header.kind === 'reply')
      .map(({ header, payloads }) => [header.call, header.ok, JSON.parse(payloads[0] ?? '')]);
  }

  /** Everything that follows from what has happened so far has happened. */
  async settled(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
