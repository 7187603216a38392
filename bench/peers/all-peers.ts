/** The peers by the name under which a child process is told which one to open. */
import type { Peer } from './peer.ts';

/** Loaded one by one, so that a process holds one peer's libraries and no other's. */
export const PEERS: ReadonlyMap<string, () => Promise<Peer>> = new Map<string, () => Promise<Peer>>([
  ['codeloom', async () => (await import('./controls/codeloom.ts')).codeloom],
  ['node-vm', async () => (await import('./controls/node-vm.ts')).nodeVm],
  ['isolated-vm', async () => (await import('./controls/isolated-vm.ts')).isolatedVm],
  ['tanstack', async () => (await import('./adapters/tanstack.ts')).tanstack],
  ['utcp', async () => (await import('./adapters/utcp.ts')).utcp],
  ['executor-quickjs', async () => (await import('./adapters/executor-quickjs.ts')).executorQuickjs],
  ['ai-sdk', async () => (await import('./adapters/ai-sdk.ts')).aiSdk],
  ['cloudflare', async () => (await import('./adapters/cloudflare.ts')).cloudflare],
  ['secure-exec', async () => (await import('./adapters/secure-exec.ts')).secureExec],
  ['docker-run', async () => (await import('./controls/docker-run.ts')).dockerRun],
  ['mastra', async () => (await import('./adapters/mastra.ts')).mastra],
]);

/** Throws for a name that is none. */
export async function loadPeer(name: string): Promise<Peer> {
  const load = PEERS.get(name);
  if (load === undefined) throw new Error(`There is no peer ${name}.`);
  return load();
}
