/**
 * Who asks, and what for: the subject of a token over HTTP, or whoever started the process over stdio. Made at the
 * edge (src/server/), carried with every request down to the gate (src/guard/); nobody below decides who somebody is.
 */

/** `execute` runs programs and calls tools, `manage` makes and changes dynamic tools, `admin` looks into the server. */
export const SCOPES = ['codeloom.execute', 'codeloom.manage', 'codeloom.admin'] as const;
export type Scope = (typeof SCOPES)[number];

export interface Caller {
  /** Rates, budgets and policy go by it; it may stand in logs and in the history of dynamic tools. */
  readonly subject: string;
  readonly scopes: ReadonlySet<Scope>;
}

/** The user of the process itself, who may do everything. */
export function localCaller(subject = 'local'): Caller {
  return { subject, scopes: new Set(SCOPES) };
}
