/**
 * A program that reached for the network where there is none: what Node says then names an address and a code, and not
 * the reason. Called with the errors of a run on the docker engine; the other engine has nothing that could be asked.
 */
import type { Diagnostic } from '../diagnostics.ts';

/** As far as it is looked at; an error wraps another, as `fetch` does. */
interface FailedError {
  readonly name: string;
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
  readonly cause?: FailedError;
  readonly errors?: readonly FailedError[];
}

const UNREACHABLE = /\b(?:EAI_AGAIN|ENETUNREACH|ENOTFOUND)\b/;
const MAX_DEPTH = 5;

/** One diagnostic for the first such error. */
export function findNoNetwork(errors: readonly (FailedError | undefined)[]): readonly Diagnostic[] {
  const failed = errors.find((error) => error !== undefined && isUnreachable(error));
  if (failed === undefined) return [];
  const { line = 1, column = 1 } = failed;
  const hint = 'Reach the outside through a tool of a server: mcp.<server>.<tool>(…).';
  return [{ line, column, code: 'no-network', message: 'There is no network in the sandbox.', hint }];
}

function isUnreachable({ message, cause, errors = [] }: FailedError, depth = 0): boolean {
  if (UNREACHABLE.test(message)) return true;
  if (depth >= MAX_DEPTH) return false;
  const inner = cause === undefined ? errors : [cause, ...errors];
  return inner.some((error) => isUnreachable(error, depth + 1));
}
