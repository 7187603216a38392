/**
 * What the programs of dynamic tools were compiled into, between the spine and the registry: kept with the record when a
 * tool is made, used by its calls, and kept anew where it no longer fits. Made by definition-gate.ts and
 * kept-definitions.ts. A call never waits for it, and never fails of it.
 */
import { nowMs } from '../../../base/deadline.ts';
import type { Log } from '../../../base/log.ts';
import { type Build, readBuild, renderBuild } from '../../../compile/kept/build.ts';
import { buildEdition } from '../../../compile/kept/edition.ts';
import type { BuildKeeper } from '../../../compile/kept/kept-build.ts';
import type { KeptBundle, ToolRecord } from '../../../registry/record/stored-tool.ts';
import type { Registry } from '../../../registry/registry.ts';

/** Where upstreams change all the time, or the registry is away, it is not written to all the time. */
const PAUSE_MS = 60_000;

/** Catches what a check of a definition that is not stored yet came to. */
export class CaughtBuild implements BuildKeeper {
  #build: Build | undefined;

  keep(build: Build): void {
    this.#build = build;
  }

  /** To be stored with the definition; undefined where there is nothing, or it is too large. */
  toBundle(): KeptBundle | undefined {
    return this.#build === undefined ? undefined : toBundle(this.#build);
  }
}

export interface StoredBuildParts {
  readonly registry: Pick<Registry, 'keepBundle' | 'isReadOnly'>;
  readonly log: Log;
}

/** The build of one revision of one tool, for as long as this process calls it. */
export class StoredBuild implements BuildKeeper {
  readonly #record: ToolRecord;
  readonly #parts: StoredBuildParts;
  #known: Build | undefined;
  #isStored = true;
  #nextMs = Number.NEGATIVE_INFINITY;

  /** `bundle` is what was read with the record. */
  constructor({ bundle, ...record }: ToolRecord, parts: StoredBuildParts) {
    this.#record = record;
    this.#parts = parts;
    this.#known = bundle === undefined ? undefined : fromBundle(bundle, record, parts.log);
  }

  get known(): Build | undefined {
    return this.#known;
  }

  /** What it takes in memory, in characters. */
  get chars(): number {
    return this.#known === undefined ? 0 : this.#known.code.length + this.#known.sourceMap.length;
  }

  keep(build: Build): void {
    this.#known = build;
    this.#isStored = false;
    this.store();
  }

  /** Stores what is not stored yet, unless that was tried a moment ago. Returns at once. */
  store(): void {
    const { registry, log } = this.#parts;
    const known = this.#known;
    if (this.#isStored || known === undefined || registry.isReadOnly || nowMs() < this.#nextMs) return;
    this.#nextMs = nowMs() + PAUSE_MS;
    const bundle = toBundle(known);
    if (bundle === undefined) {
      this.#isStored = true;
      return;
    }
    registry.keepBundle(this.#record, bundle).then(
      () => {
        this.#isStored = this.#known === known;
      },
      (thrown: unknown) => log.warn({ err: thrown, ...about(this.#record) }, 'a compiled program could not be kept'),
    );
  }
}

function toBundle(build: Build): KeptBundle | undefined {
  const text = renderBuild(build);
  return text === undefined ? undefined : { text, madeBy: buildEdition() };
}

function fromBundle({ text, madeBy }: KeptBundle, record: ToolRecord, log: Log): Build | undefined {
  // Nothing is wrong with one of another edition.
  if (madeBy !== buildEdition()) return undefined;
  const read = readBuild(text);
  if (read.kind === 'build') return read.build;
  log.warn({ reason: read.reason, ...about(record) }, 'a kept program is broken; it is compiled anew');
  return undefined;
}

function about({ definition, revision }: ToolRecord) {
  return { tool: definition.name, revision };
}
