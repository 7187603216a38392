/**
 * Definitions of dynamic tools that were called lately, code and all, so that a call need not ask the registry. Found by
 * the hash of a revision, which never changes what it stands for; the least recently called give way.
 */
import { Fault } from '../../../base/fault.ts';
import type { BuildKeeper } from '../../../compile/kept/kept-build.ts';
import type { ToolDefinition } from '../../../registry/record/tool-definition.ts';
import type { Registry } from '../../../registry/registry.ts';
import type { CheckValue } from '../../arguments/compile-schema.ts';
import { quote } from '../../arguments/describe-value.ts';
import type { CompileSchema } from '../schema-compiler.ts';
import { StoredBuild, type StoredBuildParts } from './kept-builds.ts';

/** Of one revision of one tool. */
export interface RevisionKey {
  readonly name: string;
  readonly revision: number;
  readonly hash: string;
}

export interface KeptDefinition {
  readonly definition: ToolDefinition;
  readonly checkResult?: CheckValue;
  /** For the spine: what the code was compiled into. */
  readonly builds: BuildKeeper;
}

export interface KeptDefinitionsParts extends StoredBuildParts {
  readonly registry: Pick<Registry, 'get' | 'keepBundle' | 'isReadOnly'>;
  readonly compile: CompileSchema;
}

const MAX_CHARS = 32 * 1024 * 1024;

interface Entry extends KeptDefinition {
  readonly builds: StoredBuild;
  /** Of the definition alone. */
  readonly ownChars: number;
  /** As it was counted last: a build may have come since. */
  chars: number;
}

export class KeptDefinitions {
  readonly #parts: KeptDefinitionsParts;
  readonly #maxChars: number;
  /** The least recently used first. */
  readonly #entries = new Map<string, Entry>();
  #chars = 0;

  constructor(parts: KeptDefinitionsParts, maxChars = MAX_CHARS) {
    this.#parts = parts;
    this.#maxChars = maxChars;
  }

  /** Throws TOOL_UNKNOWN where the revision is gone or in quarantine by now, or what the registry throws. */
  async get({ name, revision, hash }: RevisionKey): Promise<KeptDefinition> {
    const entry = this.#entries.get(hash) ?? (await this.#read(name, revision, hash));
    this.#put(hash, entry);
    entry.builds.store();
    return entry;
  }

  async #read(name: string, revision: number, hash: string): Promise<Entry> {
    const stored = await this.#parts.registry.get(name, { revision, withBundle: true });
    if (stored?.kind === 'quarantined')
      throw new Fault('TOOL_UNKNOWN', `The tool ${quote(name)} is in quarantine. ${stored.reason}`);
    if (stored?.kind !== 'tool' || stored.hash !== hash)
      throw new Fault('TOOL_UNKNOWN', `The tool ${quote(name)} is not what it was; list the tools again.`);
    const { definition } = stored;
    const ownChars = JSON.stringify(definition).length;
    const builds = new StoredBuild(stored, this.#parts);
    const checkResult = compileOutput(definition, this.#parts.compile);
    return { definition, builds, ownChars, chars: 0, ...(checkResult === undefined ? {} : { checkResult }) };
  }

  #put(hash: string, entry: Entry): void {
    this.#drop(hash);
    entry.chars = entry.ownChars + entry.builds.chars;
    this.#entries.set(hash, entry);
    this.#chars += entry.chars;
    for (const oldest of this.#entries.keys()) {
      if (this.#chars <= this.#maxChars) break;
      this.#drop(oldest);
    }
  }

  #drop(hash: string): void {
    this.#chars -= this.#entries.get(hash)?.chars ?? 0;
    this.#entries.delete(hash);
  }
}

/** It compiled when the tool was made here; one that was imported may not. */
function compileOutput({ name, outputSchema }: ToolDefinition, compile: CompileSchema): CheckValue | undefined {
  if (outputSchema === undefined) return undefined;
  const compiled = compile(outputSchema, { schema: 'outputSchema', value: 'result' });
  if (compiled.kind === 'checker') return compiled.check;
  const reason = compiled.kind === 'invalid' ? compiled.mistakes.join(' ') : `outputSchema: ${compiled.reason}.`;
  throw new Fault('ARGUMENTS_INVALID', `The tool ${quote(name)} cannot be called until it is mended. ${reason}`);
}
