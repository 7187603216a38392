/**
 * `sandbox.run_js`: runs one program in a long-lived sandbox. As run_js, with the sandbox's files in place of an empty
 * folder.
 */
import type { Json, JsonObject } from '../../../base/json.ts';
import type { Dependency } from '../../../base/packages/package-set.ts';
import type { SandboxSession } from '../../../engine/docker/session/sandbox-session.ts';
import { knownServers } from '../../arguments/known-servers.ts';
import { OUTCOME_SCHEMA } from '../../rendering/outcome-schema.ts';
import { renderOutcome } from '../../rendering/render-outcome.ts';
import type { SandboxParts } from '../../server-parts.ts';
import { defineTool, type ServerTool } from '../../server-tool.ts';
import { DEPENDENCIES_PROPERTY, SERVERS_PROPERTY, TIMEOUT_PROPERTY } from '../run-js.ts';
import { ID_PROPERTY } from './describe-sandbox.ts';

interface SandboxRunJsArguments {
  readonly id: string;
  readonly code: string;
  readonly servers?: readonly string[];
  readonly args?: Json;
  readonly timeoutMs?: number;
  readonly dependencies?: readonly Dependency[];
  readonly typecheck?: boolean;
}

const PROPERTIES: JsonObject = {
  id: ID_PROPERTY,
  code: { type: 'string', minLength: 1, description: 'TypeScript or JavaScript, in the forms that run_js takes.' },
  servers: { ...SERVERS_PROPERTY, description: 'As for run_js.' },
  args: { description: 'Any JSON; the program sees it as `args`.' },
  timeoutMs: TIMEOUT_PROPERTY,
  dependencies: { ...DEPENDENCIES_PROPERTY, description: 'As for run_js; default: those of sandbox.initialize.' },
  typecheck: { type: 'boolean', description: 'false runs without the type-check; default true.' },
};

export function sandboxRunJsTool(
  sandboxes: SandboxParts,
  declared: WeakMap<SandboxSession, readonly Dependency[]>,
): ServerTool {
  return defineTool<SandboxRunJsArguments>({
    name: 'sandbox.run_js',
    title: 'Run a program in a sandbox',
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
    description: () =>
      'Runs a program as run_js does, in a process of its own within a sandbox: with its files, and modules of Node. State is kept in files under /workspace, not in variables. One that meets a limit of its time or is cancelled ends everything else that runs in the sandbox.',
    properties: PROPERTIES,
    required: ['id', 'code'],
    outputSchema: OUTCOME_SCHEMA,
    async call({ id, servers, ...rest }, { parts, workspace, caller, signal, onProgress }) {
      const sandbox = sandboxes.all.get(id, workspace.id);
      const dependencies = rest.dependencies ?? declared.get(sandbox);
      const request = {
        ...rest,
        ...(dependencies === undefined ? {} : { dependencies }),
        ...(servers === undefined ? {} : { servers: knownServers(servers, parts.upstreams) }),
        ...(onProgress === undefined ? {} : { onProgress }),
        workspace: workspace.id,
        caller,
        tool: 'sandbox.run_js',
      };
      return renderOutcome(await sandboxes.execute(sandbox, request, signal), rest.code);
    },
  });
}
