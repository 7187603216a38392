/**
 * One bundle to run once: what the spine hands to an engine, and an engine to a run. Values only.
 */
import type { Limits } from '../base/limits.ts';
import type { Catalog } from '../base/tool.ts';
import type { ToolProgress } from './call-tool.ts';

export interface Job {
  readonly runId: string;
  /** Runs of different workspaces never share a process. */
  readonly workspace: string;
  /** JavaScript text whose completion value is a function without parameters returning the program's result. */
  readonly code: string;
  /** JSON text of what the program sees as `args`. */
  readonly argsText: string;
  /** The tools that the program may call, and no others. */
  readonly catalog: Catalog;
  readonly limits: Limits;
  /** Docker engine only: the image to run in; absent means the default one. */
  readonly image?: string;
  readonly onProgress?: (progress: ToolProgress) => void;
}
