/**
 * The table of tools for long-lived sandboxes, listed where the setting `sandboxes` is on. Each lives in its own file
 * beside this one.
 */
import type { Dependency } from '../../../base/packages/package-set.ts';
import type { SandboxSession } from '../../../engine/docker/session/sandbox-session.ts';
import type { SandboxParts } from '../../server-parts.ts';
import type { ServerTool } from '../../server-tool.ts';
import { sandboxExecTool } from './sandbox-exec.ts';
import { sandboxInitializeTool } from './sandbox-initialize.ts';
import { sandboxListTool } from './sandbox-list.ts';
import { sandboxRunJsTool } from './sandbox-run-js.ts';
import { sandboxStopTool } from './sandbox-stop.ts';

export function sandboxTools(sandboxes: SandboxParts): readonly ServerTool[] {
  // What a sandbox was made with, for the programs that do not say anything else.
  const declared = new WeakMap<SandboxSession, readonly Dependency[]>();
  return [
    sandboxInitializeTool(sandboxes, declared),
    sandboxExecTool(sandboxes),
    sandboxRunJsTool(sandboxes, declared),
    sandboxStopTool(sandboxes),
    sandboxListTool(sandboxes),
  ];
}
