/**
 * What has to be true of a definition before it is stored: its name is free, its schemas compile, clients take it, its
 * servers exist, its program type-checks against them and its own arguments, and all that it needs is allowed. Called by
 * the tools of tools/dynamic/. Stores nothing, runs nothing.
 */
import { Fault } from '../../base/fault.ts';
import type { TimeBox } from '../../base/schema/time-box.ts';
import type { Diagnostic } from '../../compile/diagnostics.ts';
import { DefinitionInvalid } from '../../registry/operations/registry-fault.ts';
import type { KeptBundle } from '../../registry/record/stored-tool.ts';
import { parseDefinition, type ToolDefinition } from '../../registry/record/tool-definition.ts';
import { createNameCheck } from '../../registry/record/tool-name.ts';
import type { CheckValue } from '../arguments/compile-schema.ts';
import { quote } from '../arguments/describe-value.ts';
import { knownServers } from '../arguments/known-servers.ts';
import { createSchemaRules } from '../arguments/schema-rules.ts';
import { counted } from '../rendering/text.ts';
import type { ServerParts, Upstreams } from '../server-parts.ts';
import type { CallContext } from '../server-tool.ts';
import { readStoredProgram } from '../workspace/stored-program.ts';
import { complainAboutInputSchema } from './client-schema.ts';
import { placeOf } from './dynamic-tool.ts';
import { CaughtBuild } from './kept/kept-builds.ts';
import { RESERVED_NAMES } from './reserved-names.ts';

/** The program has mistakes, told one by one. */
export class ProgramRefused extends Fault {
  readonly diagnostics: readonly Diagnostic[];
  readonly source: string;

  constructor(message: string, diagnostics: readonly Diagnostic[], source: string) {
    super('ARGUMENTS_INVALID', message);
    this.diagnostics = diagnostics;
    this.source = source;
  }
}

export interface ReadDefinition {
  readonly definition: ToolDefinition;
  /** Absent where the tool has no inputSchema. */
  readonly checkArgs?: CheckValue;
  readonly checkResult?: CheckValue;
}

export interface Admitted {
  readonly definition: ToolDefinition;
  /** To be stored with it. */
  readonly bundle?: KeptBundle;
}

export interface DefinitionGate {
  /**
   * Judges all but the program. Throws DefinitionInvalid with one sentence per mistake, ARGUMENTS_INVALID or
   * UPSTREAM_UNKNOWN.
   */
  read(given: unknown, parts: Pick<ServerParts, 'upstreams' | 'settings'>): ReadDefinition;
  /** The definition, which may be stored now, with what it was compiled into. Rejects as `read` does, with ProgramRefused, or as `parts.check` does. */
  admit(given: unknown, context: Pick<CallContext, 'parts' | 'workspace' | 'caller' | 'signal'>): Promise<Admitted>;
}

export function createDefinitionGate(timeBox: TimeBox): DefinitionGate {
  const complainAboutName = createNameCheck(RESERVED_NAMES);
  const rules = createSchemaRules();
  const read: DefinitionGate['read'] = (given, { upstreams, settings }) => {
    const parsed = parseDefinition(given, complainAboutName);
    if (parsed.kind === 'mistakes') throw new DefinitionInvalid(parsed.mistakes);
    const { definition } = parsed;
    const complaint = complainAboutClients(definition, upstreams);
    if (complaint !== undefined) throw new DefinitionInvalid([complaint]);
    const program = readStoredProgram(definition, settings.limits.sourceBytes, timeBox, rules);
    knownServers(definition.servers ?? [], upstreams);
    const isTyped = definition.inputSchema !== undefined && program !== undefined;
    return {
      definition,
      ...(isTyped ? { checkArgs: program.checkArgs } : {}),
      ...(program?.checkResult === undefined ? {} : { checkResult: program.checkResult }),
    };
  };
  return {
    read,
    async admit(given, context) {
      const { definition } = read(given, context.parts);
      const bundle = await checkCode(definition, context);
      return bundle === undefined ? { definition } : { definition, bundle };
    },
  };
}

/** What would be in the way of whoever lists it or calls it by name. */
function complainAboutClients({ name, inputSchema }: ToolDefinition, upstreams: Upstreams): string | undefined {
  const taken = upstreams.allNames?.() ?? upstreams.names();
  const server = taken.find((each) => name.startsWith(`${each.name}.`));
  if (server === undefined) return inputSchema && complainAboutInputSchema(inputSchema);
  return `name: expected a name that is free; ${quote(name)} is how mcp-exec names a tool of the server ${quote(server.name)}.`;
}

async function checkCode(
  definition: ToolDefinition,
  { parts, workspace, caller, signal }: Pick<CallContext, 'parts' | 'workspace' | 'caller' | 'signal'>,
): Promise<KeptBundle | undefined> {
  signal.throwIfAborted();
  const { name, ...place } = placeOf(definition);
  const { code, inputSchema: argsSchema } = definition;
  const typed = argsSchema === undefined ? {} : { argsSchema };
  const builds = new CaughtBuild();
  const diagnostics = await parts.check(
    { code, ...typed, ...place, workspace: workspace.id, caller, tool: name, builds },
    signal,
  );
  signal.throwIfAborted();
  if (diagnostics.length === 0) return builds.toBundle();
  const message = `The code of ${quote(name)} has ${counted(diagnostics.length, 'mistake')}; nothing was stored.`;
  throw new ProgramRefused(message, diagnostics, code);
}
