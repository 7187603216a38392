/**
 * Removes the containers that dead instances left behind. Run by the docker engine when the daemon comes and every
 * minute. A container of a living instance is never touched: see docs/decisions/container-leases.md.
 */
import type Docker from 'dockerode';
import type { Log } from '../../../base/log.ts';
import { INSTANCE_LABEL, isKnownDead, type Owner, readLabels } from './owner.ts';

/** What has ended for this long is missed by nobody: its owner asks how it ended within seconds. */
const ENDED_SECONDS = 60;

/** One container as the daemon lists it. Times in seconds, by the daemon's clock. */
export interface ListedContainer {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ageSeconds: number;
}

/** True where nobody can want the container any more. `live` are the ids that this instance holds. */
export function isAbandoned(
  { id, labels, ageSeconds }: ListedContainer,
  here: Owner,
  live: ReadonlySet<string>,
): boolean {
  const read = readLabels(labels);
  if (read === undefined || live.has(id)) return false;
  // Our own, and we know nothing of it: the answer to its making was lost. One that is being made is young.
  if (read.owner.instance === here.instance) return ageSeconds > ENDED_SECONDS;
  return isKnownDead(read.owner, here) || ageSeconds > read.lastsSeconds;
}

/** Removes what is abandoned, and returns how many. Rejects where the daemon cannot be asked. */
export async function reap(docker: Docker, here: Owner, live: () => ReadonlySet<string>, log: Log): Promise<number> {
  const [{ SystemTime }, listed]: [{ SystemTime: string }, Docker.ContainerInfo[]] = await Promise.all([
    docker.info(),
    docker.listContainers({ all: true, filters: { label: [INSTANCE_LABEL] } }),
  ]);
  const nowSeconds = Date.parse(SystemTime) / 1_000;
  let removed = 0;
  for (const { Id, Labels, Created, State } of listed) {
    const container = { id: Id, labels: Labels, ageSeconds: nowSeconds - Created };
    const isOver = State === 'exited' || State === 'dead';
    const isOurs = live().has(Id);
    if (
      !isAbandoned(container, here, live()) &&
      !(isOver && !isOurs && (await hasEndedLongAgo(docker, Id, nowSeconds)))
    )
      continue;
    // One at a time: removing is work for the daemon, and nobody waits for it.
    await docker
      .getContainer(Id)
      .remove({ force: true, v: true })
      .then(
        () => {
          removed += 1;
        },
        (error: unknown) => log.debug({ err: error, container: Id }, 'an abandoned container could not be removed'),
      );
  }
  if (removed > 0) log.info({ removed }, 'removed containers of instances that are gone');
  return removed;
}

async function hasEndedLongAgo(docker: Docker, id: string, nowSeconds: number): Promise<boolean> {
  try {
    const { State } = await docker.getContainer(id).inspect();
    return nowSeconds - Date.parse(State.FinishedAt) / 1_000 > ENDED_SECONDS;
  } catch {
    return false;
  }
}
