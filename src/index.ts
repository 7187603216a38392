/**
 * The public API for embedding Codeloom in a program of one's own. Everything that is not named here is internal.
 */

export type { Settings, UpstreamConfig } from './base/config.ts';
export { Fault, type FaultCode } from './base/fault.ts';
export type { LimitName, Limits } from './base/limits.ts';
export type { Diagnostic } from './compile/diagnostics.ts';
export { defaultSettings } from './config/assemble-settings.ts';
export { loadSettings } from './config/load-settings.ts';
export { buildCodeloom, type Codeloom } from './main.ts';
export type { Outcome, OutcomeError, OutcomeKind, Timings } from './program/outcome.ts';
export type { ProgramRequest } from './program/program-request.ts';
export type { Artifact } from './run/artifacts/kept-artifacts.ts';
