/**
 * What keeps this server from doing its work, as `/readyz` and `system.health` both tell it. Asks nobody: from what the
 * parts know already. The sentences are for anybody who can connect, so they name parts, and nothing that is inside them.
 */
import type { Face } from '../face.ts';
import type { ServerParts } from '../server-parts.ts';

export interface Unready {
  readonly part: 'process' | 'engine' | 'registry' | 'access';
  readonly reason: string;
}

/** Of dynamic tools, whether they have been read once. */
export type ReadOnce = Pick<NonNullable<Face['dynamic']>, 'isLoaded'>;

export function unreadyParts(
  { health, registry }: Pick<ServerParts, 'health' | 'registry'>,
  dynamic: Partial<ReadOnce> | undefined,
): readonly Unready[] {
  const unready: Unready[] = [];
  if (!health().engine.ok) unready.push({ part: 'engine', reason: 'no engine can take a run at present' });
  // A database that is away later takes nothing away from what was read: an instance that left its load balancer for
  // that would take the runs of all clients with it, on all instances at once.
  if (registry?.kind === 'postgres' && dynamic?.isLoaded === false) {
    unready.push({ part: 'registry', reason: 'the dynamic tools could not be read from the database yet' });
  }
  return unready;
}

/** The answer to `/readyz`. */
export function answerReadiness({ parts, calls, dynamic }: Face, accessReason: string | undefined): Response {
  const unready: readonly Unready[] = [
    ...(calls.isDraining ? [{ part: 'process', reason: 'shutting down' } as const] : []),
    ...unreadyParts(parts, dynamic),
    ...(accessReason === undefined ? [] : [{ part: 'access', reason: accessReason } as const]),
  ];
  const [first] = unready;
  if (first === undefined) return Response.json({ ready: true });
  return Response.json({ ready: false, reason: first.reason, unready }, { status: 503 });
}
