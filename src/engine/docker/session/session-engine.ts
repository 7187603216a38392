/**
 * A long-lived sandbox in the shape of an engine, so that a program takes the same way into it as into a container of its
 * own: src/main.ts hands it to the spine in place of the engine that would be chosen.
 */
import type { Engine, Isolation } from '../../engine.ts';
import type { SandboxSession } from './sandbox-session.ts';

export function engineOf(session: SandboxSession, isolation: Isolation): Engine {
  return {
    name: 'docker',
    isolation,
    warm: () => {},
    run: (job, callTool, signal) => session.run(job, callTool, signal),
    health: () => ({
      ok: true,
      detail: 'A long-lived sandbox',
      ready: session.isBusy ? 0 : 1,
      busy: session.isBusy ? 1 : 0,
    }),
    close: () => session.end('it was stopped'),
  };
}
