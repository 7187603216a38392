/**
 * What the metrics show of the parts at this moment. Made by metrics-endpoint.ts, called at every scrape. The registry is
 * asked at most once a second, and waited for as long at most: a database that hangs must not take the metrics with it.
 */
import { nowMs } from '../../base/deadline.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Reading } from '../../telemetry/metrics/readings.ts';
import type { Face } from '../face.ts';
import type { Access } from '../http/access/access.ts';
import type { Workspaces } from '../workspace/workspaces.ts';
import { unreadyParts } from './readiness.ts';

const REGISTRY_WAIT_MS = 1_000;
const REGISTRY_FRESH_MS = 1_000;

export function createReadParts(
  face: Face,
  workspaces: Workspaces,
  access: Pick<Access, 'unready'>,
): () => Promise<Reading> {
  const { parts, calls, dynamic } = face;
  const readRegistry = parts.registry === undefined ? undefined : createReadRegistry(parts.registry);
  return async () => {
    const registry = await readRegistry?.();
    const { running, queued } = parts.guard.metrics();
    const { engine, engines = {} } = parts.health();
    const known = Object.entries(engines).map(([name, health]) => ({ ...health, name }));
    return {
      running,
      queued,
      requests: calls.size,
      workspaces: workspaces.size,
      sessions: workspaces.sessions,
      isReady: !calls.isDraining && access.unready() === undefined && unreadyParts(parts, dynamic).length === 0,
      engines: known.length > 0 ? known : [{ ...engine, name: 'any' }],
      servers: parts.upstreams.status(),
      ...(registry === undefined ? {} : { registry }),
    };
  };
}

/** What it said last, where it says nothing in time. */
function createReadRegistry(registry: Registry): () => Promise<{ readonly tools?: number }> {
  let known: { readonly tools?: number } = {};
  let askedMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;
  const ask = async () => {
    askedMs = nowMs();
    const health = await registry.health().catch(() => undefined);
    known = health?.kind === 'up' ? { tools: health.tools } : {};
    asking = undefined;
  };
  return async () => {
    if (asking === undefined && nowMs() - askedMs >= REGISTRY_FRESH_MS) asking = ask();
    if (asking === undefined) return known;
    const late = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => late.resolve('late'), REGISTRY_WAIT_MS);
    const isLate = (await Promise.race([asking, late.promise])) === 'late';
    clearTimeout(timer);
    return isLate ? {} : known;
  };
}
