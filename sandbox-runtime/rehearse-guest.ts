/**
 * Runs the guest once outside any isolate and takes from V8 what it has compiled by then. Isolates that start from it
 * have nothing left to compile when a program comes: measured, 0.29 ms instead of 0.78 from a run's start to its result.
 * Called by isolate-worker.ts at its start; only our own code runs here, never a program's.
 */
import { createContext, runInContext, Script } from 'node:vm';
import type { GuestLimits } from './protocol.ts';

type Deliver = (kind: string, id: number, ok: boolean, text: string, program?: unknown) => void;
type Boot = (post: (kind: string, first: number) => void, random: () => string, ...texts: string[]) => Deliver;

const LIMITS: GuestLimits = {
  wallMs: 1_000,
  heapMb: 128,
  cpuMs: 10_000,
  argsBytes: 10_000,
  resultBytes: 10_000,
  logBytes: 10_000,
  logLines: 100,
};
const GRANT = '[["server","server",[["tool","tool"]]]]';
/** What most programs do: a call that succeeds, one that fails, a line of console output, a result. */
const PROGRAM = `async () => {
  const { list } = await mcp.server.tool({ text: 'x', list: [1, { a: true }] });
  await mcp.server.tool().catch((error) => console.log(error.message, { list }));
  await sleep(1);
  return list.map((each) => ({ each }));
}`;

/** V8's code cache of the guest, valid for this build of V8 and these flags only. */
export async function rehearseGuest(guestCode: string, filename: string): Promise<ArrayBuffer> {
  const script = new Script(guestCode, { filename });
  const context = createContext({});
  const boot: Boot = script.runInContext(context);
  const over = Promise.withResolvers<void>();
  const later = (...parts: Parameters<Deliver>) => setImmediate(() => deliver(...parts));
  const post = (kind: string, first: number) => {
    const failure = '{"code":"upstream-error","message":"x","retryable":false}';
    if (kind === 'call') later('reply', first, first === 1, first === 1 ? '{"list":[1]}' : failure);
    else if (kind === 'timer') later('timer', first, true, '');
    else if (kind === 'completed' || kind === 'threw') over.resolve();
  };
  const deliver = boot(post, () => '', GRANT, '{}', JSON.stringify(LIMITS));
  deliver('start', 0, true, '', runInContext(`(${PROGRAM})`, context));
  await over.promise;
  const { buffer, byteOffset, byteLength } = script.createCachedData();
  return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);
}
