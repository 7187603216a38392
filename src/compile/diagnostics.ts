/**
 * What the compile stage has to say about a program, in the agent's own lines and columns. Made by the type-checker
 * and the bundler, shown to the client unchanged.
 */

/** Lines and columns count from 1; columns count UTF-16 units, as editors and TypeScript do. */
export interface Diagnostic {
  readonly line: number;
  readonly column: number;
  /**
   * `TS2339` or `parameter` from the type-checker, `syntax` or `import` from the bundler, `limit` from either;
   * `unawaited-tool-call`, `no-result` and the like from the run.
   */
  readonly code: string;
  readonly message: string;
  /** What would be right, where that is known: a full sentence. */
  readonly hint?: string;
}
