/**
 * Pulls an image that is missing, with its progress in the log. Called by container-maker.ts, and only where the
 * settings allow it.
 */
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { Log } from '../../../base/log.ts';
import { unavailable } from './daemon-error.ts';

const REPORT_EVERY_MS = 2_000;
/** A pull that says nothing for this long has failed. */
const SILENCE_MS = 60_000;

interface PullEvent {
  readonly id?: string;
  readonly status?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
}

/** Rejects with Fault ENGINE_UNAVAILABLE naming the command to pull it by hand. */
export async function pullImage(docker: Docker, image: string, log: Log): Promise<void> {
  log.info({ image }, 'pulling an image');
  try {
    const stream = (await docker.pull(image)) as Readable;
    await follow(docker, stream, createReport(image, log));
  } catch (error) {
    throw unavailable(`The image ${image} could not be pulled: run \`docker pull ${image}\` to see why.`, error);
  }
  log.info({ image }, 'pulled an image');
}

function follow(docker: Docker, stream: Readable, report: (event: PullEvent) => void): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const giveUp = () => stream.destroy(new Error('The pull made no progress.'));
  let silence = setTimeout(giveUp, SILENCE_MS);
  const done = (error: Error | null) => {
    clearTimeout(silence);
    if (error === null) resolve();
    else reject(error);
  };
  docker.modem.followProgress(stream, done, (event: PullEvent) => {
    clearTimeout(silence);
    silence = setTimeout(giveUp, SILENCE_MS);
    report(event);
  });
  return promise;
}

/** Bytes of all layers together, every few seconds. */
function createReport(image: string, log: Log): (event: PullEvent) => void {
  const layers = new Map<string, { current: number; total: number }>();
  let reportedMs = performance.now();
  return ({ id, progressDetail }) => {
    const { current, total } = progressDetail ?? {};
    if (id !== undefined && current !== undefined && total !== undefined) layers.set(id, { current, total });
    if (performance.now() - reportedMs < REPORT_EVERY_MS || layers.size === 0) return;
    reportedMs = performance.now();
    let done = 0;
    let all = 0;
    for (const layer of layers.values()) {
      done += layer.current;
      all += layer.total;
    }
    log.info({ image, percent: all === 0 ? 0 : Math.floor((100 * done) / all) }, 'pulling an image');
  };
}
