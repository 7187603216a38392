/**
 * What PostgreSQL, or the way to it, answered with: whether to try again, and the fault that an operator can act on.
 * Called by postgres-store.ts. Addresses and the database's own words stay in the cause, which only the log sees.
 */
import { Fault, toFault } from '../../base/fault.ts';

/** Going away, coming up, full of others, or a standby that has not taken over yet: better in a moment. */
const PASSING: ReadonlySet<string> = new Set(['57P01', '57P02', '57P03', '53300', '40001', '40P01', '25006']);
const SLOW: ReadonlySet<string> = new Set(['57014', '55P03', '25P03']);
const NO_TABLE = '42P01';

/** True where the same statements may work in a moment, over another connection. */
export function isPassing(thrown: unknown): boolean {
  const state = stateOf(thrown);
  if (state === undefined) return !(thrown instanceof Fault) && !isSlow(thrown) && !isBug(thrown);
  return PASSING.has(state) || state.startsWith('08') || state === NO_TABLE;
}

/** True where the tables are not there: the database is another one than before, or was never used. */
export function isTableMissing(thrown: unknown): boolean {
  return stateOf(thrown) === NO_TABLE;
}

/** `isUncertain`: the connection was lost after the end of a transaction was asked for, and before it was confirmed. */
export function postgresFault(thrown: unknown, isUncertain: boolean): Fault {
  if (isBug(thrown)) return toFault(thrown);
  if (thrown instanceof Fault) return thrown;
  const rest = isUncertain ? ' The change may have been stored or not: look before repeating it.' : '';
  return new Fault('REGISTRY_UNAVAILABLE', `${sentenceOf(thrown)}${rest}`, thrown);
}

function sentenceOf(thrown: unknown): string {
  const state = stateOf(thrown);
  if (isSlow(thrown)) return "The registry's database answers too slowly, or is locked.";
  if (state === undefined) return "The registry's database cannot be reached.";
  if (state.startsWith('28')) return "The registry's database refuses the login of --registry-url.";
  if (state === '3D000') return "The registry's database does not exist: create it, or change --registry-url.";
  if (state === '42501')
    return "The registry's database does not let Codeloom's user do what it has to: make it the owner of the database.";
  if (state === '25006') return "The registry's database is read-only: a standby, perhaps. Nothing was stored.";
  if (state.startsWith('53')) return "The registry's database has no room or no connection left.";
  if (PASSING.has(state) || state.startsWith('08')) return "The registry's database is restarting.";
  return "The registry's database refused a statement; Codeloom's log has its words.";
}

function isSlow(thrown: unknown): boolean {
  const state = stateOf(thrown);
  if (state !== undefined) return SLOW.has(state);
  return thrown instanceof Error && thrown.message === 'Query read timeout';
}

/** Ours, and nothing that the database or the network would say. */
function isBug(thrown: unknown): boolean {
  return thrown instanceof TypeError || thrown instanceof RangeError || thrown instanceof ReferenceError;
}

/** The SQLSTATE, undefined where it is no word of the database's. Codes of the system are longer or shorter. */
function stateOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code) ? code : undefined;
}
