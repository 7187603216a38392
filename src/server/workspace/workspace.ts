/**
 * A workspace: what one client sees. Holds its code-mode tools and tells listeners when they change; counts who is at
 * work in it, so that only an idle one expires. Owned by workspaces.ts; knows nothing of sessions or transports.
 */
import type { EngineChoice } from '../../base/config.ts';
import { Fault } from '../../base/fault.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Dependency } from '../../base/packages/package-set.ts';
import type { CheckValue } from '../arguments/compile-schema.ts';

/** A tool that an agent made: a stored program, or a place to run scripts against chosen servers. */
export interface CodeModeTool {
  /** `code-mode-<name>`. */
  readonly name: string;
  readonly servers: readonly string[];
  readonly description?: string;
  readonly engine?: EngineChoice;
  readonly image?: string;
  readonly dependencies?: readonly Dependency[];
  readonly timeoutMs?: number;
  /** Absent for a tool that takes a script. */
  readonly program?: StoredProgram;
}

export interface StoredProgram {
  readonly code: string;
  readonly inputSchema: JsonObject;
  readonly outputSchema?: JsonObject;
  readonly checkArgs: CheckValue;
  readonly checkResult?: CheckValue;
}

const MAX_TOOLS = 100;
/** Source and schema text of all tools of one workspace. */
const MAX_TOOL_CHARS = 4 * 1024 * 1024;

export class Workspace {
  /** Runs of different workspaces never share a process; it is also what a log line names. */
  readonly id: string;
  readonly #tools = new Map<string, CodeModeTool>();
  readonly #listeners = new Set<() => void>();
  readonly #now: () => number;
  readonly #onEnd = new Map<string, () => void>();
  #hasEnded = false;
  #guests = 0;
  #idleSinceMs: number;
  #isUsed = false;

  constructor(id: string, now: () => number) {
    this.id = id;
    this.#now = now;
    this.#idleSinceMs = now();
  }

  /** Sorted by name, so that the same tools are listed alike on every connection. */
  tools(): readonly CodeModeTool[] {
    return [...this.#tools.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  tool(name: string): CodeModeTool | undefined {
    return this.#tools.get(name);
  }

  /** Adds the tool or replaces the one of its name. Throws REGISTRY_CONFLICT where the workspace is full. */
  put(tool: CodeModeTool): void {
    const others = [...this.#tools.values()].filter(({ name }) => name !== tool.name);
    if (others.length >= MAX_TOOLS) {
      throw new Fault(
        'REGISTRY_CONFLICT',
        `This workspace has ${MAX_TOOLS} code-mode tools, the most it may have; delete one with code-mode-delete.`,
      );
    }
    if ([tool, ...others].reduce((sum, each) => sum + charsOf(each), 0) > MAX_TOOL_CHARS) {
      throw new Fault(
        'REGISTRY_CONFLICT',
        `The code-mode tools of this workspace would hold more than ${MAX_TOOL_CHARS} characters; delete one with code-mode-delete.`,
      );
    }
    this.#tools.set(tool.name, tool);
    this.#announce();
  }

  /** False where there is no such tool. */
  remove(name: string): boolean {
    const isRemoved = this.#tools.delete(name);
    if (isRemoved) this.#announce();
    return isRemoved;
  }

  /** Calls the listener after every change; returns the function that ends this. */
  onToolsChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Somebody is at work until the returned function is called, which counts once. */
  enter(): () => void {
    this.#guests += 1;
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      this.#guests -= 1;
      this.touch();
    };
  }

  touch(): void {
    this.#idleSinceMs = this.#now();
  }

  /** A tool was called here, so there may be something to lose. */
  markUsed(): void {
    this.#isUsed = true;
  }

  get isUsed(): boolean {
    return this.#isUsed;
  }

  /** Has what hangs on the workspace taken down when it ends; at once where it has. One listener for each name. */
  onEnd(name: string, listener: () => void): void {
    if (this.#hasEnded) listener();
    else this.#onEnd.set(name, listener);
  }

  /** Whoever opened it has let it go. */
  end(): void {
    this.#hasEnded = true;
    for (const listener of this.#onEnd.values()) listener();
    this.#onEnd.clear();
  }

  /** Milliseconds since anybody was at work here; 0 while somebody is. */
  get idleMs(): number {
    return this.#guests > 0 ? 0 : this.#now() - this.#idleSinceMs;
  }

  get isBusy(): boolean {
    return this.#guests > 0;
  }

  #announce(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function charsOf({ program, description, servers }: CodeModeTool): number {
  const own = (description?.length ?? 0) + servers.reduce((sum, name) => sum + name.length, 0);
  if (program === undefined) return own;
  const schemas = [program.inputSchema, program.outputSchema ?? {}];
  return own + program.code.length + schemas.reduce((sum, schema) => sum + JSON.stringify(schema).length, 0);
}
