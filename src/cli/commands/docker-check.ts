/**
 * What `codeloom doctor` asks of Docker: whether the daemon that the engine would use answers, and whether it has the
 * images that runs may name. Never throws.
 */
import type { Settings } from '../../base/config.ts';
import { withDeadline } from '../../base/deadline.ts';
import { connect } from '../../engine/docker/daemon/connect.ts';
import { statusOf, unreachable } from '../../engine/docker/daemon/daemon-error.ts';
import type { DockerEnvironment } from '../../engine/docker/daemon/docker-address.ts';
import type { Finding } from './machine-checks.ts';

const SUBJECT = 'Docker';
const ANSWER_MS = 10_000;

/** A failure where programs cannot run without it, else a warning about what is missing. */
export async function checkDocker(
  { engine, sandboxes: wanted, docker: { images, pull } }: Settings,
  environment: DockerEnvironment,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  if (engine === 'node') return [notAsked(wanted === 'on')];
  const inTime = <Value>(ask: () => Promise<Value>) => withDeadline(ANSWER_MS, signal, tooSlow, ask);
  let from = 'the configured address';
  try {
    const { docker, address } = await connect(environment);
    from = address.from;
    const { Version } = await inTime(() => docker.version());
    const found: Finding = { kind: 'ok', subject: SUBJECT, detail: `a daemon answers, version ${Version}` };
    const isThere = (image: string) => inTime(() => docker.getImage(image).inspect()).then(() => true, isElsewhere);
    const there = await Promise.all(images.map(isThere));
    const missing = images.filter((_, index) => there[index] === false);
    return [found, ...missing.map((image) => missingImage(image, pull === 'missing'))];
  } catch (thrown) {
    const reason = unreachable(thrown, from);
    if (engine === 'docker') {
      const detail = `${reason} The engine is set to docker, so no program runs`;
      return [{ kind: 'failure', subject: SUBJECT, detail, advice: 'Or use --engine auto.' }];
    }
    const sandboxes = wanted === 'on' ? '; sandboxes need it (setting sandboxes)' : '';
    return [{ kind: 'warning', subject: SUBJECT, detail: `${reason} Programs run on the node engine${sandboxes}` }];
  }
}

/** The node engine never touches Docker; so neither does a check of it. */
function notAsked(wantsSandboxes: boolean): Finding {
  const detail = 'not asked, because the engine is set to node';
  if (!wantsSandboxes) return { kind: 'ok', subject: SUBJECT, detail };
  const advice = 'Use --engine auto, or --sandboxes off.';
  return { kind: 'warning', subject: SUBJECT, detail: `${detail}; so there are no sandboxes, which are on`, advice };
}

function missingImage(image: string, isPulled: boolean): Finding {
  const detail = isPulled
    ? `the image ${image} is not there; it is pulled when a run needs it`
    : `the image ${image} is not there, and is never pulled (setting docker.pull)`;
  return {
    kind: 'warning',
    subject: SUBJECT,
    detail,
    advice: `Run \`docker pull ${image}\` to have it ahead of need.`,
  };
}

/** Only the daemon's own word counts for a missing image. */
function isElsewhere(error: unknown): boolean {
  if (statusOf(error) === 404) return false;
  throw error;
}

function tooSlow(): Error {
  return new Error('The Docker daemon took too long to answer.');
}
