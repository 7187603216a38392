/**
 * Servers and tools that a program names and its caller may not use. They are in no catalog that the type-checker is given,
 * so to it they do not exist; this adds the reason. Called by the spine's program-scope.ts.
 */
import type { Diagnostic } from '../diagnostics.ts';

const NO_SERVER = /^There is no server "(.+)" in scope\.$/s;
const NO_TOOL = /^There is no tool "(.+)" in mcp(?:\??\.([^.[]+)|\[["'`]([^"'`\]]+)["'`]\])\.$/s;

/** `why`: the reason, given what the program calls the server and the tool; nothing where no rule is in the way. */
export function explainDenied(
  diagnostic: Diagnostic,
  why: (server: string, tool?: string) => string | undefined,
): Diagnostic {
  const { message, hint } = diagnostic;
  const server = NO_SERVER.exec(message)?.[1];
  const [, tool, plain, quoted] = NO_TOOL.exec(message) ?? [];
  const owner = plain ?? quoted;
  const reason = server !== undefined ? why(server) : owner === undefined ? undefined : why(owner, tool);
  return reason === undefined ? diagnostic : { ...diagnostic, hint: hint === undefined ? reason : `${reason} ${hint}` };
}
