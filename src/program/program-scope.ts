/**
 * What one program may reach: the catalog of the upstreams that it was given or that it names, and the declarations
 * that go with it. Called by the spine.
 */
import { type Caller, localCaller } from '../base/gate/caller.ts';
import type { JsonObject } from '../base/json.ts';
import { type Catalog, EMPTY_CATALOG } from '../base/tool.ts';
import { renderArgsType, renderDeclarations } from '../compile/declarations.ts';
import type { Diagnostic } from '../compile/diagnostics.ts';
import { explainDenied } from '../compile/mistakes/denied-names.ts';
import { explainUpstream } from '../compile/mistakes/upstream-names.ts';
import type { Program } from '../compile/program-form.ts';
import { namedServers } from '../compile/syntax/named-servers.ts';
import type { Policy } from '../guard/policy/policy.ts';
import { toIdentifiers } from '../upstream/identifier.ts';
import type { Upstreams } from '../upstream/upstreams.ts';

export interface Scope {
  readonly catalog: Catalog;
  /** The ambient script that the program is checked against; made when it is asked for. */
  declarations(): string;
  /** The diagnostics, with a hint at configured upstreams where one is about an upstream that is not in scope. */
  explain(diagnostics: readonly Diagnostic[]): readonly Diagnostic[];
}

export type ReadScope = (
  program: Program,
  request: { readonly servers?: readonly string[]; readonly argsSchema?: JsonObject; readonly caller?: Caller },
  signal: AbortSignal,
) => Promise<Scope>;

/**
 * Rejects as `Upstreams.catalog` does. `disabled`: names in the configuration that are switched off. What the policy does
 * not allow a caller is to its programs as if it were not there.
 */
export function createReadScope(
  upstreams: Pick<Upstreams, 'names' | 'catalog'>,
  disabled: readonly string[] = [],
  policy?: Policy,
): ReadScope {
  const names = upstreams.names().map(({ name }) => name);
  const identifiers = toIdentifiers(names);
  // A catalog is the same object for as long as nothing changes, so its declarations are rendered once.
  const rendered = new WeakMap<Catalog, string>();
  const declare = (catalog: Catalog): string => {
    const text = rendered.get(catalog) ?? renderDeclarations(catalog);
    rendered.set(catalog, text);
    return text;
  };
  // So are the arguments of a tool that is called again and again.
  const argsTypes = new WeakMap<JsonObject, string>();
  const declareArgs = (schema: JsonObject | undefined): string => {
    const text = (schema && argsTypes.get(schema)) ?? renderArgsType(schema);
    if (schema !== undefined) argsTypes.set(schema, text);
    return text;
  };
  return async (program, { servers, argsSchema, caller = localCaller() }, signal) => {
    const mayReach = (name: string) => policy?.mayReach(caller, name) !== false;
    const reachable = new Map([...identifiers].filter(([name]) => mayReach(name)));
    const named = servers === undefined ? namedServers(program.source, reachable) : undefined;
    const chosen = servers ?? (named?.kind === 'named' ? named.names : [...reachable.keys()]);
    const whole = chosen.length === 0 ? EMPTY_CATALOG : await upstreams.catalog(chosen, signal);
    const catalog = policy?.narrow(caller, whole) ?? whole;
    const configured = { identifiers: reachable, disabled: disabled.filter(mayReach), chosen: servers };
    return {
      catalog,
      declarations: () => `${declare(catalog)}${declareArgs(argsSchema)}`,
      explain: (diagnostics) =>
        diagnostics
          .map((each) => explainUpstream(each, program.source, configured))
          .map((each) =>
            explainDenied(each, (server, tool) => policy?.explain(caller, nameOf(server, reachable), tool)),
          ),
    };
  };
}

/** A program may call a server by its identifier. */
function nameOf(called: string, identifiers: ReadonlyMap<string, string>): string {
  return [...identifiers].find(([, identifier]) => identifier === called)?.[0] ?? called;
}
