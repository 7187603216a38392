/**
 * What all servers of one process share: made once by serve.ts, handed to every transport and every call.
 */
import type { Calls } from './call/calls.ts';
import type { DynamicListing } from './dynamic/dynamic-listing.ts';
import type { ServerParts } from './server-parts.ts';
import type { ToolSurface } from './tool-surface.ts';

export interface Face {
  readonly parts: ServerParts;
  readonly surface: ToolSurface;
  readonly calls: Calls;
  /** Where there is a registry. */
  readonly dynamic?: DynamicListing;
}
