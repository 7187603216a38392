/**
 * What the daemon, or the way to it, answered with, as a sentence that an operator can act on. Called wherever the docker
 * engine meets an error of dockerode. Paths and the daemon's own words stay in the `cause`, which only the log sees.
 */
import { Fault } from '../../../base/fault.ts';

/** No daemon at the other end, or none that may be talked to. `from` says where its address stands. */
export function unreachable(error: unknown, from: string): string {
  const code = codeOf(error);
  if (code === 'EACCES' || code === 'EPERM')
    return `This user may not use the Docker daemon of ${from}: add it to the group docker, or run the daemon rootless.`;
  if (error instanceof Fault) return error.message;
  if (from === 'DOCKER_HOST')
    return 'No Docker daemon answers at the address that DOCKER_HOST gives: start it, or set DOCKER_HOST to where it is.';
  return `No Docker daemon answers at ${from}: start it, or set DOCKER_HOST.`;
}

/** The fault for a container that could not be made or started. */
export function creationFault(error: unknown, image: string, runtime: string | undefined): Fault {
  if (error instanceof Fault) return error;
  const words = error instanceof Error ? error.message : '';
  const status = statusOf(error);
  if (status === 404 && /no such image/i.test(words)) return missingImage(image, error);
  if (runtime !== undefined && /runtime/i.test(words))
    return unavailable(
      `The Docker daemon has no runtime ${runtime}: install it there, or drop --docker-runtime.`,
      error,
    );
  if (/executable file not found|no such file or directory.*node/i.test(words))
    return unavailable(`The image ${image} has no node that can be run.`, error);
  if (status === undefined) return unavailable('The Docker daemon went away while a container was made.', error);
  return unavailable("The Docker daemon could not start a container; Codeloom's log has its words.", error);
}

export function missingImage(image: string, cause?: unknown): Fault {
  return unavailable(`The image ${image} is not there: run \`docker pull ${image}\`.`, cause);
}

export function unavailable(sentence: string, cause?: unknown): Fault {
  return new Fault('ENGINE_UNAVAILABLE', sentence, cause);
}

/** The HTTP status that the daemon answered with; undefined where it did not answer. */
export function statusOf(error: unknown): number | undefined {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
