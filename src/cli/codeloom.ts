/**
 * What the commands need of the house: the part of src/main.ts that they call. Types only.
 */
import type { EngineChoice, Settings } from '../base/config.ts';
import type { Json } from '../base/json.ts';
import type { Log } from '../base/log.ts';
import type { Catalog } from '../base/tool.ts';
import type { EngineHealth } from '../engine/engine.ts';
import type { Outcome } from '../outcome.ts';
import type { Detail } from '../server/server-parts.ts';

export interface ExecuteRequest {
  readonly code: string;
  readonly servers?: readonly string[];
  readonly args?: Json;
  readonly timeoutMs?: number;
  readonly engine?: EngineChoice;
  readonly typecheck?: boolean;
  readonly workspace: string;
}

export interface Codeloom {
  readonly settings: Settings;
  readonly log: Log;
  readonly upstreams: {
    names(): readonly { readonly name: string; readonly description?: string }[];
    catalog(servers: readonly string[], signal: AbortSignal): Promise<Catalog>;
  };
  execute(request: ExecuteRequest, signal: AbortSignal): Promise<Outcome>;
  declarations(servers: readonly string[], signal: AbortSignal, detail: Detail): Promise<string>;
  engineHealth(): EngineHealth;
  serve(): Promise<{ readonly closed: Promise<void>; close(): Promise<void> }>;
  close(): Promise<void>;
}
