/**
 * What has to be true of a definition before it is stored: its name is free, its schemas compile, clients take it, its
 * servers exist, its program type-checks against them and its own arguments, and all that it needs is allowed. Called by
 * the tools of tools/dynamic/. Stores nothing, runs nothing.
 */
import { Fault } from '../../base/fault.ts';
import type { Diagnostic } from '../../compile/diagnostics.ts';
import type { TimeBox } from '../../guard/time-box.ts';
import { DefinitionInvalid } from '../../registry/operations/registry-fault.ts';
import { parseDefinition, type ToolDefinition } from '../../registry/record/tool-definition.ts';
import { createNameCheck } from '../../registry/record/tool-name.ts';
import type { CheckValue } from '../arguments/compile-schema.ts';
import { quote } from '../arguments/describe-value.ts';
import { knownServers } from '../arguments/known-servers.ts';
import { counted } from '../rendering/text.ts';
import type { ServerParts } from '../server-parts.ts';
import type { CallContext } from '../server-tool.ts';
import { readStoredProgram } from '../workspace/stored-program.ts';
import { complainAboutInputSchema } from './client-schema.ts';
import { placeOf } from './dynamic-tool.ts';
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

export type ReadsDefinition = (given: unknown, parts: Pick<ServerParts, 'upstreams' | 'settings'>) => ReadDefinition;

/**
 * Makes the function that judges all but the program. That throws DefinitionInvalid with one sentence per mistake,
 * ARGUMENTS_INVALID or UPSTREAM_UNKNOWN.
 */
export function createDefinitionReader(timeBox: TimeBox): ReadsDefinition {
  const complainAboutName = createNameCheck(RESERVED_NAMES);
  return (given, { upstreams, settings }) => {
    const parsed = parseDefinition(given, complainAboutName);
    if (parsed.kind === 'mistakes') throw new DefinitionInvalid(parsed.mistakes);
    const { definition } = parsed;
    const { name, inputSchema, servers = [] } = definition;
    const server = upstreams.names().find((each) => name.startsWith(`${each.name}.`));
    const complaint =
      server === undefined
        ? inputSchema && complainAboutInputSchema(inputSchema)
        : `name: expected a name that is free; ${quote(name)} is how mcp-exec names a tool of the server ${quote(server.name)}.`;
    if (complaint !== undefined) throw new DefinitionInvalid([complaint]);
    const program = readStoredProgram(definition, settings.limits.sourceBytes, timeBox);
    knownServers(servers, upstreams);
    return {
      definition,
      ...(inputSchema === undefined || program === undefined ? {} : { checkArgs: program.checkArgs }),
      ...(program?.checkResult === undefined ? {} : { checkResult: program.checkResult }),
    };
  };
}

/** The definition, which may be stored now. Throws as the reader does, ProgramRefused, or what `parts.check` throws. */
export async function admitDefinition(
  given: unknown,
  read: ReadsDefinition,
  { parts, workspace, signal }: Pick<CallContext, 'parts' | 'workspace' | 'signal'>,
): Promise<ToolDefinition> {
  const { definition } = read(given, parts);
  const { name: _, ...place } = placeOf(definition);
  const { code, inputSchema: argsSchema } = definition;
  const typed = argsSchema === undefined ? {} : { argsSchema };
  const diagnostics = await parts.check({ code, ...typed, ...place, workspace: workspace.id }, signal);
  signal.throwIfAborted();
  if (diagnostics.length === 0) return definition;
  const message = `The code of ${quote(definition.name)} has ${counted(diagnostics.length, 'mistake')}; nothing was stored.`;
  throw new ProgramRefused(message, diagnostics, code);
}
