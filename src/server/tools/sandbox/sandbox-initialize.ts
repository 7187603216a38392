/**
 * `sandbox.initialize`: makes a long-lived sandbox for the workspace, which ends with the workspace at the latest.
 */
import type { JsonObject } from '../../../base/json.ts';
import { LIMIT_TABLE } from '../../../base/limits.ts';
import type { Dependency } from '../../../base/packages/package-set.ts';
import type { SandboxSession } from '../../../engine/docker/session/sandbox-session.ts';
import { answerSchema } from '../../rendering/outcome-schema.ts';
import type { SandboxParts } from '../../server-parts.ts';
import { defineTool, type ServerTool } from '../../server-tool.ts';
import { DEPENDENCIES_PROPERTY, IMAGE_PROPERTY } from '../run-js.ts';
import { describeSandbox, SANDBOX_PROPERTIES } from './describe-sandbox.ts';

interface InitializeArguments {
  readonly image?: string;
  readonly timeoutMs?: number;
  readonly dependencies?: readonly Dependency[];
}

const PROPERTIES: JsonObject = {
  image: { ...IMAGE_PROPERTY, description: 'One that the operator allows; default: the first of those.' },
  dependencies: {
    ...DEPENDENCIES_PROPERTY,
    description:
      'npm packages that programs of sandbox.run_js may import, where the operator allows them; commands do not see them.',
  },
  timeoutMs: {
    type: 'integer',
    minimum: LIMIT_TABLE.sandboxLifeMs.min,
    maximum: LIMIT_TABLE.sandboxLifeMs.max,
    description: 'How long it may live in all; default and maximum: what the operator allows.',
  },
};

export function sandboxInitializeTool(
  { all, prepare }: SandboxParts,
  declared: WeakMap<SandboxSession, readonly Dependency[]>,
): ServerTool {
  return defineTool<InitializeArguments>({
    name: 'sandbox.initialize',
    title: 'Make a sandbox',
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
    description: () =>
      [
        'Makes a sandbox that keeps its files: a container without network, for sandbox.exec and sandbox.run_js.',
        'Work in /workspace; files in /workspace/out come back. It ends with sandbox.stop, when nobody uses it, or at expiresAt.',
        'For a single program, run_js is faster and leaves nothing behind.',
      ].join('\n'),
    properties: PROPERTIES,
    required: [],
    outputSchema: answerSchema(SANDBOX_PROPERTIES, ['id', 'image', 'createdAt', 'expiresAt']),
    async call({ image, timeoutMs, dependencies }, { parts, workspace, signal }) {
      workspace.onEnd('sandboxes', () => all.endWorkspace(workspace.id));
      const request = {
        workspace: workspace.id,
        ...(image === undefined ? {} : { image }),
        ...(timeoutMs === undefined ? {} : { lifeMs: timeoutMs }),
      };
      if (dependencies !== undefined) await prepare(dependencies, signal);
      const sandbox = await all.open(request, signal);
      if (dependencies !== undefined) declared.set(sandbox, dependencies);
      const described = describeSandbox(sandbox);
      const idleMinutes = Math.round(parts.settings.limits.sandboxIdleMs / 6_000) / 10;
      const until = `until ${described.expiresAt}, or ${idleMinutes} minutes without use`;
      const text = `Made sandbox ${described.id} from ${described.image}; it keeps its files ${until}.`;
      return { content: [{ type: 'text', text }], structuredContent: described };
    },
  });
}
