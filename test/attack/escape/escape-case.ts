/** What one program tries, and what it must come to on each engine. */

export interface EscapeCase {
  /** Begins with the number of the input that it stands for. */
  readonly title: string;
  readonly program: string;
  /** What the outcome must match in an isolate. */
  readonly isolate: object;
  /**
   * The same in a container, where it differs: Node is in scope there by design, and the container is the wall. What
   * a program finds is the container's; that nothing of the host is in it is asserted of every outcome.
   */
  readonly container?: object;
}

/** An expression for what a program can take from a process that it has got hold of. */
export const LOOT =
  'typeof process === "undefined" ? "no process" : JSON.stringify([process.env, process.argv, process.cwd()])';

export function completed(result: unknown): object {
  return { kind: 'completed', result };
}
