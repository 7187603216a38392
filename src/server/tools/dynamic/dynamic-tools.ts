/**
 * The table of tools for managing dynamic tools, listed where there is a registry. Each lives in a file beside this one.
 */
import type { TimeBox } from '../../../base/schema/time-box.ts';
import type { Registry } from '../../../registry/registry.ts';
import { createDefinitionGate } from '../../dynamic/definition-gate.ts';
import type { DynamicListing } from '../../dynamic/dynamic-listing.ts';
import type { ServerTool } from '../../server-tool.ts';
import { enableToolTool, updateToolTool } from './change-tool.ts';
import { createToolTool } from './create-tool.ts';
import { getToolTool, listToolTool, toolHistoryTool } from './look-up-tool.ts';
import { testToolTool } from './test-tool.ts';
import { deleteToolTool, rollbackToolTool } from './withdraw-tool.ts';

export function dynamicTools(
  registry: Registry,
  listing: Pick<DynamicListing, 'note'>,
  timeBox: TimeBox,
): readonly ServerTool[] {
  const management = { registry, listing, gate: createDefinitionGate(timeBox) };
  return [
    createToolTool(management),
    updateToolTool(management),
    deleteToolTool(management),
    listToolTool(management),
    getToolTool(management),
    enableToolTool(management),
    toolHistoryTool(management),
    rollbackToolTool(management),
    testToolTool(management),
  ];
}
