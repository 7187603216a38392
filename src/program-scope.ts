/**
 * What one program may reach: the catalog of the upstreams that it was given or that it names, and the declarations
 * that go with it. Called by the spine.
 */
import type { JsonObject } from './base/json.ts';
import { type Catalog, EMPTY_CATALOG } from './base/tool.ts';
import { renderArgsType, renderDeclarations } from './compile/declarations.ts';
import type { Diagnostic } from './compile/diagnostics.ts';
import { explainUpstream } from './compile/mistakes/upstream-names.ts';
import type { Program } from './compile/program-form.ts';
import { namedServers } from './compile/syntax/named-servers.ts';
import { toIdentifiers } from './upstream/identifier.ts';
import type { Upstreams } from './upstream/upstreams.ts';

export interface Scope {
  readonly catalog: Catalog;
  /** The ambient script that the program is checked against; made when it is asked for. */
  declarations(): string;
  /** The diagnostics, with a hint at configured upstreams where one is about an upstream that is not in scope. */
  explain(diagnostics: readonly Diagnostic[]): readonly Diagnostic[];
}

export type ReadScope = (
  program: Program,
  request: { readonly servers?: readonly string[]; readonly argsSchema?: JsonObject },
  signal: AbortSignal,
) => Promise<Scope>;

/** Rejects as `Upstreams.catalog` does. `disabled`: names in the configuration that are switched off. */
export function createReadScope(
  upstreams: Pick<Upstreams, 'names' | 'catalog'>,
  disabled: readonly string[] = [],
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
  return async (program, { servers, argsSchema }, signal) => {
    const named = servers === undefined ? namedServers(program.source, identifiers) : undefined;
    const chosen = servers ?? (named?.kind === 'named' ? named.names : names);
    const catalog = chosen.length === 0 ? EMPTY_CATALOG : await upstreams.catalog(chosen, signal);
    return {
      catalog,
      declarations: () => `${declare(catalog)}${renderArgsType(argsSchema)}`,
      explain: (diagnostics) =>
        diagnostics.map((each) => explainUpstream(each, program.source, { identifiers, disabled, chosen: servers })),
    };
  };
}
