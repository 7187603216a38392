/** A sandbox of an engine, with short words for what tests do in it. */
import type { DockerEngine } from '../../../src/engine/docker/docker-engine.ts';
import type { SandboxRequest } from '../../../src/engine/docker/session/sandboxes.ts';

export const NEVER = new AbortController().signal;
/** For what has to end by itself: a loaded machine takes its time. */
const PATIENT_MS = 60_000;

export async function openSandbox(engine: DockerEngine, request: Partial<SandboxRequest> = {}) {
  const session = await engine.sandboxes.open({ workspace: 'test', ...request }, NEVER);
  const sh = (command: string, timeoutMs = PATIENT_MS, signal = NEVER) =>
    session.exec({ argv: ['sh', '-c', command], timeoutMs }, signal);
  /** Names of all processes but the keeper and the init. */
  const processes = async () => {
    const { stdout } = await sh('for p in /proc/[0-9]*; do cat $p/comm 2>/dev/null; done');
    return stdout.split('\n').filter((name) => !['', 'docker-init', 'sandbox', 'sh', 'cat'].includes(name));
  };
  return { session, sh, processes };
}
