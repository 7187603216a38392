/** A tool call to a real upstream: the sandbox, the checks and an MCP client on top of the wire. */
import type { BenchCase, Lab } from '../../harness/bench-case.ts';
import { runAlone } from '../../harness/run-case.ts';
import { openHouse } from '../../parts/house.ts';
import { openSession, startHttpServer, toolServerCommand } from '../../parts/mcp.ts';

const CALLS = 50;
const programOf = (server: string) =>
  `for (let index = 0; index < ${CALLS}; index++) await mcp.${server}.echo({ index });`;

export const upstreamCall: BenchCase = {
  name: 'upstream-call',
  title: 'A tool call to an upstream',
  about: `A program makes ${CALLS} calls of \`echo\`, one after another, to an MCP server in a process of its own, over stdio and over Streamable HTTP; a sample is the time from one call's arrival to the next one's. Beside the same call made by a bare client of the SDK to the same server.`,
  claims: ['stdio', 'http'].map((kind) => ({
    name: `${kind}, to a bare client`,
    of: [`codeloom, ${kind}`],
    to: [`bare client, ${kind}`],
  })),
  measure: async (lab) => {
    const [command = '', ...args] = [process.execPath, ...toolServerCommand()];
    const http = await startHttpServer();
    let arrivals: number[] = [];
    const house = openHouse({
      upstreams: [
        { name: 'stdio', transport: { kind: 'stdio', command, args, env: {} } },
        { name: 'http', transport: { kind: 'http', url: http.url, headers: {} } },
      ],
      onCall: () => arrivals.push(performance.now()),
    });
    const session = await openSession(toolServerCommand());
    const bareHttp = await http.connect();
    const call = { name: 'echo', arguments: { index: 1 } };
    const intervals = new Map<string, number[]>([
      ['stdio', []],
      ['http', []],
    ]);
    const runOn = (kind: string) => async () => {
      arrivals = [];
      await house.run(programOf(kind));
      intervals.get(kind)?.push(...arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? at)));
    };
    await lab.time(
      [
        { name: 'bare client, stdio', run: fiftyTimes(() => session.client.callTool(call)) },
        { name: 'bare client, http', run: fiftyTimes(() => bareHttp.callTool(call)) },
        { name: `codeloom, a run with ${CALLS} calls, stdio`, run: runOn('stdio') },
        { name: `codeloom, a run with ${CALLS} calls, http`, run: runOn('http') },
      ],
      { iterations: lab.count(30, 3), warmup: lab.count(5, 1) },
    );
    recordIntervals(lab, intervals, lab.count(30, 3));
    await Promise.all([house.close(), session.close(), bareHttp.close()]);
    http.close();
  },
};

function recordIntervals(lab: Lab, intervals: ReadonlyMap<string, number[]>, iterations: number): void {
  for (const [kind, samples] of intervals)
    lab.record(`codeloom, ${kind}`, 'ms', samples.slice(-iterations * (CALLS - 1)));
}

function fiftyTimes(work: () => Promise<unknown>): () => Promise<{ overriddenDuration: number }> {
  return async () => {
    const startedMs = performance.now();
    for (let index = 0; index < CALLS; index++) await work();
    return { overriddenDuration: (performance.now() - startedMs) / CALLS };
  };
}

await runAlone(upstreamCall, { isMain: import.meta.main });
