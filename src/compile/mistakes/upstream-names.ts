/**
 * Upstreams that a program names and cannot reach: not configured, left out of the `servers` that were chosen, disabled,
 * or named without `mcp.`. The type-checker knows only those in scope, so this adds what the configuration knows. Called
 * by the spine's program-scope.ts with what the type-checker found.
 */
import { nearestHint } from '../../base/nearest.ts';
import type { Diagnostic } from '../diagnostics.ts';

export interface ConfiguredUpstreams {
  /** The identifier of each configured name, in the order of names. */
  readonly identifiers: ReadonlyMap<string, string>;
  /** Configured names that are switched off. */
  readonly disabled: readonly string[];
  /** Names that the caller chose; undefined where the program itself decides. */
  readonly chosen: readonly string[] | undefined;
}

const LISTED_NAMES = 20;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const NO_SERVER = /^There is no server "(.+)" in scope\.$/s;
const NO_NAME = /^Cannot find name '([^']+)'\./;

/** The diagnostic, with a hint that knows what is configured where it is about an upstream. */
export function explainUpstream(diagnostic: Diagnostic, source: string, configured: ConfiguredUpstreams): Diagnostic {
  const { message, hint: known } = diagnostic;
  const bare = NO_NAME.exec(message)?.[1];
  const wanted = NO_SERVER.exec(message)?.[1];
  const hint =
    bare !== undefined
      ? adviseBareName(bare, configured)
      : wanted !== undefined && source.includes(wanted)
        ? adviseUpstream(wanted, known, source, configured)
        : undefined;
  return hint === undefined ? diagnostic : { ...diagnostic, hint };
}

/** `everything.echo(…)` in place of `mcp.everything.echo(…)`. */
function adviseBareName(wanted: string, configured: ConfiguredUpstreams): string | undefined {
  const name = configuredName(wanted, configured);
  if (name === undefined) return undefined;
  const write = `"${wanted}" is a server: write mcp.${wanted}.`;
  return isLeftOut(name, configured) ? `${write} ${leftOut(name)}` : write;
}

/** Undefined where the type-checker's own hint, `known`, says it all. */
function adviseUpstream(
  wanted: string,
  known: string | undefined,
  source: string,
  configured: ConfiguredUpstreams,
): string | undefined {
  const { identifiers, disabled, chosen } = configured;
  const name = configuredName(wanted, configured);
  if (name !== undefined) return isLeftOut(name, configured) ? `${leftOut(name)} ${known ?? ''}`.trim() : undefined;
  if (disabled.includes(wanted)) return `The server "${wanted}" is configured, and disabled there.`;
  if (chosen !== undefined)
    return chosen.length === 0 ? '`servers` is an empty list, so no server is in scope.' : undefined;
  // `mcp.my-server` asks for `my` and subtracts.
  const subtracted = [...identifiers].find(([each]) => !IDENTIFIER.test(each) && source.includes(`mcp.${each}`));
  if (subtracted?.[0].startsWith(wanted)) return `"-" subtracts: write mcp.${subtracted[1]}.`;
  const names = [...identifiers.keys()];
  const listed = names
    .slice(0, LISTED_NAMES)
    .map((each) => `mcp${IDENTIFIER.test(each) ? `.${each}` : `[${JSON.stringify(each)}]`}`);
  const all = names.length === 0 ? 'No servers are configured.' : `The servers are ${listed.join(', ')}.`;
  return `${nearestHint(wanted, names)} ${all}`.trim();
}

/** The name that is spelled in either of its forms. */
function configuredName(wanted: string, { identifiers }: ConfiguredUpstreams): string | undefined {
  if (identifiers.has(wanted)) return wanted;
  return [...identifiers].find(([, identifier]) => identifier === wanted)?.[0];
}

function isLeftOut(name: string, { chosen }: ConfiguredUpstreams): boolean {
  return chosen !== undefined && !chosen.includes(name);
}

function leftOut(name: string): string {
  return `The server ${JSON.stringify(name)} is configured, and the request leaves it out: add it to servers.`;
}
