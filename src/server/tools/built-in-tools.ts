/**
 * The table of built-in tools, in the order in which they are listed. Each lives in its own file under tools/.
 */
import { createTimeBox } from '../../base/schema/time-box.ts';
import type { DynamicListing } from '../dynamic/dynamic-listing.ts';
import type { ReadOnce } from '../probes/readiness.ts';
import type { ServerParts } from '../server-parts.ts';
import { type ServerTool, unlist } from '../server-tool.ts';
import { codeModeTool } from './code-mode.ts';
import { codeModeDeleteTool } from './code-mode-delete.ts';
import { dynamicTools } from './dynamic/dynamic-tools.ts';
import { mcpExecTool } from './mcp-exec.ts';
import { mcpTypesTool } from './mcp-types.ts';
import { runJsTool, unlistedProperties } from './run-js.ts';
import { sandboxTools } from './sandbox/sandbox-tools.ts';
import { guardMetricsTool } from './system/guard-metrics.ts';
import { runtimeConfigTool } from './system/runtime-config.ts';
import { systemHealthTool } from './system-health.ts';

export function builtInTools(
  parts: Pick<ServerParts, 'upstreams' | 'settings' | 'sandboxes' | 'registry'>,
  listing?: Pick<DynamicListing, 'note'> & Partial<ReadOnce>,
): readonly ServerTool[] {
  const timeBox = createTimeBox();
  const unlisted = unlistedProperties(parts.settings);
  const listed = (tool: ServerTool) => unlist(tool, unlisted);
  return [
    runJsTool(parts),
    mcpTypesTool(),
    codeModeTool(timeBox, parts),
    codeModeDeleteTool(),
    mcpExecTool(),
    ...(parts.sandboxes === undefined ? [] : sandboxTools(parts.sandboxes)).map(listed),
    ...(parts.registry === undefined || listing === undefined
      ? []
      : dynamicTools(parts.registry, listing, timeBox)
    ).map(listed),
    systemHealthTool(listing),
    guardMetricsTool(),
    runtimeConfigTool(),
  ];
}
