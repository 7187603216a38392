/**
 * The table of tools for long-lived sandboxes, listed where the profile is `enterprise`. Each lives in its own file
 * beside this one.
 */
import type { SandboxParts } from '../../server-parts.ts';
import type { ServerTool } from '../../server-tool.ts';
import { sandboxExecTool } from './sandbox-exec.ts';
import { sandboxInitializeTool } from './sandbox-initialize.ts';
import { sandboxListTool } from './sandbox-list.ts';
import { sandboxRunJsTool } from './sandbox-run-js.ts';
import { sandboxStopTool } from './sandbox-stop.ts';

export function sandboxTools(sandboxes: SandboxParts): readonly ServerTool[] {
  return [
    sandboxInitializeTool(sandboxes),
    sandboxExecTool(sandboxes),
    sandboxRunJsTool(sandboxes),
    sandboxStopTool(sandboxes),
    sandboxListTool(sandboxes),
  ];
}
