/**
 * The dynamic tools that clients see: those that are enabled, by name, in memory, kept up with the registry by its
 * changes. Made by serve.ts. Waits for nothing: while the registry is away, what was known stays, and at start there is
 * nothing. Never holds code.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { nowMs } from '../../base/deadline.ts';
import type { Log } from '../../base/log.ts';
import type { StoredTool } from '../../registry/record/stored-tool.ts';
import type { ChangedTool, Registry, RegistryChange } from '../../registry/registry.ts';
import type { ServerTool } from '../server-tool.ts';
import { unfitReason } from './client-schema.ts';
import { createCheckAny, type DynamicToolParts, dynamicTool } from './dynamic-tool.ts';
import { KeptDefinitions } from './kept/kept-definitions.ts';
import { createSchemaCompiler } from './schema-compiler.ts';
import { Teller } from './teller.ts';

/** Small, and with a pause behind it: reading thousands must not keep the first client waiting. */
const PAGE = 20;
/** Beyond so many names, reading everything anew is cheaper. */
const MANY_NAMES = 500;
const RETRY_MS = 1_000;

interface Entry {
  readonly tool: ServerTool;
  readonly revision: number;
  readonly hash: string;
}

type Entries = Map<string, Entry>;

export type ListedRegistry = Pick<Registry, 'list' | 'get' | 'onChange' | 'keepBundle' | 'isReadOnly'>;

export class DynamicListing {
  readonly #registry: ListedRegistry;
  readonly #log: Log;
  readonly #parts: DynamicToolParts;
  readonly #teller = new Teller();
  readonly #first = Promise.withResolvers<void>();
  readonly #startedMs = nowMs();
  /** Names to read again. */
  readonly #stale = new Set<string>();
  readonly #stop: () => void;
  #entries: Entries = new Map();
  #sorted: readonly ServerTool[] | undefined;
  #bySpelling: ReadonlyMap<string, string> | undefined;
  #isAllStale = false;
  #isReading = false;
  #isLoaded = false;
  #isClosed = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(registry: ListedRegistry, log: Log) {
    this.#registry = registry;
    this.#log = log;
    const compile = createSchemaCompiler();
    this.#parts = { compile, checkAny: createCheckAny(), definitions: new KeptDefinitions({ registry, compile, log }) };
    this.#stop = registry.onChange((change) => this.#hear(change));
  }

  /** By name. */
  tools(): readonly ServerTool[] {
    this.#sorted ??= [...this.#entries].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, { tool }]) => tool);
    return this.#sorted;
  }

  /** The tool of the name, or of its spelling with underscores for dots. */
  find(name: string): ServerTool | undefined {
    const exact = this.#entries.get(name);
    if (exact !== undefined) return exact.tool;
    this.#bySpelling ??= new Map([...this.#entries.keys()].map((each) => [each.replaceAll('.', '_'), each]));
    return this.#entries.get(this.#bySpelling.get(name) ?? '')?.tool;
  }

  /** Whether all tools have been read once. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** Resolves when all tools have been read once, or the one of this name, and so long after the start at the latest. */
  async loaded(ms: number, name?: string): Promise<void> {
    const leftMs = this.#startedMs + ms - nowMs();
    if (this.#isLoaded || leftMs <= 0 || (name !== undefined && (await this.#readOne(name)))) return;
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, leftMs);
    await Promise.race([this.#first.promise, late.promise]);
    clearTimeout(timer);
  }

  /** What this process has just stored: whoever stored it can call it with the next request. */
  note(stored: StoredTool): void {
    const name = stored.kind === 'tool' ? stored.definition.name : stored.name;
    // Read again by what is being read now, which may have looked before.
    if (this.#isReading) this.#stale.add(name);
    if (this.#place(this.#entries, name, stored)) this.#announce();
  }

  onChange(listener: () => void): () => void {
    return this.#teller.subscribe(listener);
  }

  close(): void {
    this.#isClosed = true;
    this.#stop();
    clearTimeout(this.#retry);
    this.#teller.close();
    this.#first.resolve();
  }

  #hear(change: RegistryChange): void {
    if (change.kind === 'reset' || change.tools.length > MANY_NAMES) this.#isAllStale = true;
    else for (const tool of change.tools) if (!this.#isCurrent(tool)) this.#stale.add(tool.name);
    void this.#keepUp();
  }

  /** What this process has stored itself need not be read. While something is read, that may be older. */
  #isCurrent({ name, revision, isDeleted }: ChangedTool): boolean {
    if (this.#isReading) return false;
    return isDeleted ? !this.#entries.has(name) : this.#entries.get(name)?.revision === revision;
  }

  async #keepUp(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    clearTimeout(this.#retry);
    try {
      while (!this.#isClosed && (this.#isAllStale || this.#stale.size > 0)) await this.#read();
    } catch (thrown) {
      if (!this.#isClosed) this.#readLater(thrown);
    } finally {
      this.#isReading = false;
    }
  }

  async #read(): Promise<void> {
    if (!this.#isAllStale) {
      await this.#readStale(this.#entries, () => this.#announce());
      return;
    }
    this.#isAllStale = false;
    const entries: Entries = new Map();
    await this.#readAll(entries);
    await this.#readStale(entries, () => {});
    // Between the last look at the registry and taking over what was seen, nothing else gets to run.
    this.#takeOver(entries);
  }

  async #readStale(entries: Entries, onChanged: () => void): Promise<void> {
    for (const name of this.#stale) {
      this.#stale.delete(name);
      const stored = await this.#registry.get(name);
      // What was stored while it was read is read again.
      if (!this.#stale.has(name) && this.#place(entries, name, stored)) onChanged();
    }
  }

  /** Its turn may be far off where there are thousands. False where it is not there, or the registry is not. */
  async #readOne(name: string): Promise<boolean> {
    const stored = await this.#registry.get(name).catch(() => undefined);
    if (stored !== undefined) this.note(stored);
    return this.#entries.has(name);
  }

  async #readAll(entries: Entries): Promise<void> {
    this.#stale.clear();
    let cursor: string | undefined;
    do {
      const page = await this.#registry.list({
        limit: PAGE,
        isEnabled: true,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const stored of page.tools) {
        const name = stored.kind === 'tool' ? stored.definition.name : stored.name;
        // What did not change keeps its compiled schema.
        this.#place(entries, name, stored, this.#entries.get(name));
      }
      cursor = page.nextCursor;
      await nextTurn();
    } while (cursor !== undefined && !this.#isClosed);
  }

  /** True where that changed something. */
  #place(entries: Entries, name: string, stored: StoredTool | undefined, known = entries.get(name)): boolean {
    const reason = stored === undefined ? undefined : unfitReason(stored);
    if (reason !== undefined) this.#log.warn({ tool: name, reason }, 'a dynamic tool is in quarantine');
    if (stored?.kind !== 'tool' || !stored.definition.enabled || reason !== undefined) return entries.delete(name);
    const isKnown = known?.hash === stored.hash;
    const { revision, hash } = stored;
    entries.set(name, isKnown ? known : { tool: dynamicTool(stored, this.#parts), revision, hash });
    return !isKnown;
  }

  #takeOver(entries: Entries): void {
    const isSame =
      entries.size === this.#entries.size &&
      [...entries].every(([name, { hash }]) => this.#entries.get(name)?.hash === hash);
    this.#entries = entries;
    if (!this.#isLoaded) this.#log.info({ tools: entries.size }, 'dynamic tools are listed');
    this.#isLoaded = true;
    this.#first.resolve();
    if (!isSame) this.#announce();
  }

  #readLater(thrown: unknown): void {
    this.#log.warn({ err: thrown }, 'dynamic tools could not be read; they are as they were');
    this.#isAllStale = true;
    this.#retry = setTimeout(() => void this.#keepUp(), RETRY_MS).unref();
  }

  #announce(): void {
    this.#sorted = undefined;
    this.#bySpelling = undefined;
    this.#teller.announce();
  }
}
