/**
 * `sandbox.initialize`: makes a long-lived sandbox for the workspace, which ends with the workspace at the latest.
 */
import { Fault } from '../../../base/fault.ts';
import type { JsonObject } from '../../../base/json.ts';
import { LIMIT_TABLE } from '../../../base/limits.ts';
import type { Dependency } from '../../../base/packages/package-set.ts';
import type { SandboxSession } from '../../../engine/docker/session/sandbox-session.ts';
import { answerSchema } from '../../rendering/outcome-schema.ts';
import { counted } from '../../rendering/text.ts';
import type { SandboxParts } from '../../server-parts.ts';
import { defineTool, type ServerTool } from '../../server-tool.ts';
import { DEPENDENCIES_PROPERTY, IMAGE_PROPERTY } from '../run-js.ts';
import { describeSandbox, SANDBOX_PROPERTIES } from './describe-sandbox.ts';

interface InitializeArguments {
  readonly image?: string;
  readonly timeoutMs?: number;
  readonly dependencies?: readonly Dependency[];
}

const MINUTE_MS = 60_000;

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
    async call({ image, timeoutMs, dependencies }, { parts, workspace, caller, signal }) {
      refuseLongLife(timeoutMs, parts.settings.limits.sandboxLifeMs);
      workspace.onEnd('sandboxes', () => all.endWorkspace(workspace.id));
      const named = image === undefined ? {} : { image };
      const request = {
        workspace: workspace.id,
        ...(parts.settings.access.auth === 'jwt' ? { sharer: caller.subject } : {}),
        ...named,
        ...(timeoutMs === undefined ? {} : { lifeMs: timeoutMs }),
      };
      await prepare({ caller, ...named, ...(dependencies === undefined ? {} : { dependencies }) }, signal);
      const sandbox = await all.open(request, signal);
      if (dependencies !== undefined) declared.set(sandbox, dependencies);
      const described = describeSandbox(sandbox);
      const until = `until ${described.expiresAt}, or ${spanOf(parts.settings.limits.sandboxIdleMs)} without use`;
      const text = `Made sandbox ${described.id} from ${described.image}; it keeps its files ${until}.`;
      return { content: [{ type: 'text', text }], structuredContent: described };
    },
  });
}

/** The schema knows only what any operator may allow. */
function refuseLongLife(timeoutMs: number | undefined, maxMs: number): void {
  if (timeoutMs === undefined || timeoutMs <= maxMs) return;
  const range = `from ${LIMIT_TABLE.sandboxLifeMs.min} to ${maxMs}`;
  const message = `the arguments.timeoutMs: expected a whole number ${range} (limit sandboxLifeMs), got ${timeoutMs}.`;
  throw new Fault('ARGUMENTS_INVALID', message);
}

/** `30 minutes`, `1.5 seconds`. */
function spanOf(ms: number): string {
  const [count, unit] = ms < MINUTE_MS ? [ms / 1_000, 'second'] : [ms / MINUTE_MS, 'minute'];
  return counted(Math.round(count * 10) / 10, unit);
}
