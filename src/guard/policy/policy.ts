/**
 * The policy of the operator at the gate: may this caller do that. Made by src/main.ts where there is a policy file, asked
 * by the gate for every tool call, by the spine before every run, by the server before every call of a tool of its own.
 * Always judges the caller of the moment, never whoever made a tool. Every denial is told.
 */
import type { EngineChoice } from '../../base/config.ts';
import { Fault } from '../../base/fault.ts';
import type { Caller } from '../../base/gate/caller.ts';
import type { Tell } from '../../base/gate/happening.ts';
import type { PolicyRules, Rates } from '../../base/gate/policy-rules.ts';
import type { Catalog } from '../../base/tool.ts';
import type { ToolFailure } from '../../run/call-tool.ts';
import { allowedCatalog } from './allowed-catalog.ts';
import {
  type Asker,
  type Denial,
  denyCall,
  denyEngine,
  denyEngines,
  denyImage,
  denyPackage,
  denyServer,
  denyTool,
  denyToolName,
} from './denial.ts';
import type { NamedTool, Rights } from './rights.ts';
import { createSubjectRights } from './subject-rights.ts';

/** What a run asks for by name, as far as there are rules about it. */
export interface RunNeeds {
  readonly servers?: readonly string[];
  readonly engine?: EngineChoice;
  readonly image?: string;
  readonly packages?: readonly string[];
}

export interface Policy {
  /** Throws Fault DENIED where the caller may not call the tool of ours; `tool` is its own name, not an alias. */
  assertMayCall(caller: Caller, tool: string): void;
  /** The same as a question, for lists. Tells nothing. */
  mayCall(caller: Caller, tool: string): boolean;
  /** Throws Fault DENIED for the first thing that is not allowed. */
  assertMayRun(caller: Caller, needs: RunNeeds): void;
  /** What to ask the engines for, given the wish: `auto` among what is allowed. Throws Fault DENIED. */
  engineFor(caller: Caller, wanted: EngineChoice | undefined): EngineChoice;
  /** For a whole tree of packages: throws Fault DENIED for one that is not allowed; `via` is how it came in. */
  packageCheck(caller: Caller): (name: string, via: readonly string[]) => void;
  mayReach(caller: Caller, server: string): boolean;
  /** The catalog without what the caller may not use; the same object for the same rights. */
  narrow(caller: Caller, catalog: Catalog): Catalog;
  /** The failure of a call that is not allowed. */
  refuseTool(caller: Caller, tool: NamedTool): ToolFailure | undefined;
  /** The same of a tool that the caller sees nowhere, by what it is called. Says nothing about whether it is there. */
  refuseToolName(caller: Caller, server: string, name: string): ToolFailure | undefined;
  /** Why a program does not find a server or a tool, as one sentence; nothing where no rule is in the way. */
  explain(caller: Caller, server: string, tool?: string): string | undefined;
  ratesOf(caller: Caller): Rates;
}

export interface PolicyParts {
  readonly rules: PolicyRules;
  /** The setting: what the server runs programs on. */
  readonly engine: EngineChoice;
  readonly tell: Tell;
}

export function createPolicy({ rules, engine, tell }: PolicyParts): Policy {
  const rightsOf = createSubjectRights(rules);
  const narrowed = new WeakMap<Rights, WeakMap<Catalog, Catalog>>();
  const tellDenial = (caller: Caller, { what, reason }: Denial) => tell({ kind: 'denial', caller, what, reason });
  const refuse = (caller: Caller, denial: Denial | undefined): void => {
    if (denial === undefined) return;
    tellDenial(caller, denial);
    throw new Fault('DENIED', denial.reason);
  };
  const failureOf = (caller: Caller, denial: Denial | undefined): ToolFailure | undefined => {
    if (denial === undefined) return undefined;
    tellDenial(caller, denial);
    return { code: 'denied', message: denial.reason, retryable: false };
  };
  const asker = ({ subject }: Caller): Asker => ({ subject, rights: rightsOf(subject) });
  return {
    assertMayCall: (caller, tool) => refuse(caller, denyCall(asker(caller), tool)),
    mayCall: ({ subject }, tool) => rightsOf(subject).mayCall(tool),
    assertMayRun: (caller, needs) => refuse(caller, denyRun(asker(caller), needs)),
    engineFor: (caller, wanted = 'auto') => {
      if (wanted === 'auto') refuse(caller, denyEngines(asker(caller), engine));
      else refuse(caller, denyEngine(asker(caller), wanted));
      const [only, other] = rightsOf(caller.subject).patterns.engines;
      return wanted === 'auto' && engine === 'auto' && other === undefined && only !== undefined ? only : wanted;
    },
    packageCheck: (caller) => (name, via) => refuse(caller, denyPackage(asker(caller), name, via)),
    mayReach: ({ subject }, server) => rightsOf(subject).mayReach(server),
    narrow: ({ subject }, catalog) => narrowOnce(catalog, rightsOf(subject), narrowed),
    refuseTool: (caller, tool) => failureOf(caller, denyTool(asker(caller), tool)),
    refuseToolName: (caller, server, name) => failureOf(caller, denyToolName(asker(caller), server, name)),
    explain: (caller, server, name) => {
      const reason = denyServer(asker(caller), server)?.reason;
      if (reason !== undefined || name === undefined) return reason;
      return denyToolName(asker(caller), server, name)?.reason;
    },
    ratesOf: ({ subject }) => rightsOf(subject).rates,
  };
}

function denyRun(asker: Asker, { servers = [], engine = 'auto', image, packages = [] }: RunNeeds): Denial | undefined {
  const found = [
    ...servers.map((name) => denyServer(asker, name)),
    engine === 'auto' ? undefined : denyEngine(asker, engine),
    image === undefined ? undefined : denyImage(asker, image),
    ...packages.map((name) => denyPackage(asker, name)),
  ];
  return found.find((denial) => denial !== undefined);
}

/** Kept by object, not by hash: a catalog that somebody else may see is another object. */
function narrowOnce(catalog: Catalog, rights: Rights, narrowed: WeakMap<Rights, WeakMap<Catalog, Catalog>>): Catalog {
  const known = narrowed.get(rights) ?? new WeakMap<Catalog, Catalog>();
  narrowed.set(rights, known);
  const narrow = known.get(catalog) ?? allowedCatalog(catalog, rights);
  known.set(catalog, narrow);
  return narrow;
}
