/**
 * `run_js`: runs one program once. Thin: the spine does the work, rendering says what came of it.
 */
import { ENGINE_CHOICES, type EngineChoice, type Settings } from '../../base/config.ts';
import type { Json, JsonObject } from '../../base/json.ts';
import { LIMIT_TABLE, RUN_TIMEOUT_MS } from '../../base/limits.ts';
import type { Dependency } from '../../base/packages/package-set.ts';
import { knownServers } from '../arguments/known-servers.ts';
import { OUTCOME_SCHEMA } from '../rendering/outcome-schema.ts';
import { renderOutcome } from '../rendering/render-outcome.ts';
import { safeText } from '../rendering/text.ts';
import type { ServerParts } from '../server-parts.ts';
import { defineTool, type ServerTool } from '../server-tool.ts';

interface RunJsArguments {
  readonly code: string;
  readonly servers?: readonly string[];
  readonly args?: Json;
  readonly engine?: EngineChoice;
  readonly timeoutMs?: number;
  readonly dependencies?: readonly Dependency[];
  readonly image?: string;
  readonly typecheck?: boolean;
}

const SHOWN_SERVERS = 40;
const SHOWN_DESCRIPTION_CHARS = 120;

export const ENGINE_PROPERTY: JsonObject = {
  type: 'string',
  enum: ENGINE_CHOICES,
  description: 'Where to run; default: what the operator chose.',
};
export const TIMEOUT_PROPERTY: JsonObject = {
  type: 'integer',
  minimum: RUN_TIMEOUT_MS.min,
  maximum: RUN_TIMEOUT_MS.max,
  description: `Wall time of the run in milliseconds; default ${LIMIT_TABLE.wallMs.default} unless the operator chose another.`,
};
export const DEPENDENCIES_PROPERTY: JsonObject = {
  type: 'array',
  maxItems: LIMIT_TABLE.dependencies.max,
  items: {
    type: 'object',
    properties: {
      name: { type: 'string', maxLength: 214 },
      version: { type: 'string', maxLength: 256, description: 'Exact or a range, as "^1.2".' },
    },
    required: ['name', 'version'],
    additionalProperties: false,
  },
  description: 'npm packages to import, where the operator allows them; install scripts never run.',
};
export const IMAGE_PROPERTY: JsonObject = {
  type: 'string',
  minLength: 1,
  maxLength: 255,
  description: 'Image to run in, of those that the operator allows; docker engine only.',
};
export const SERVERS_PROPERTY: JsonObject = { type: 'array', items: { type: 'string' } };

const PROPERTIES: JsonObject = {
  code: {
    type: 'string',
    minLength: 1,
    description:
      'TypeScript or JavaScript: a function body with top-level await and return, or a module with export default.',
  },
  servers: {
    ...SERVERS_PROPERTY,
    description: 'Servers that the program may use; default: those it names as mcp.<server>; [] for none.',
  },
  args: { description: 'Any JSON; the program sees it as `args`.' },
  engine: ENGINE_PROPERTY,
  timeoutMs: TIMEOUT_PROPERTY,
  dependencies: DEPENDENCIES_PROPERTY,
  image: IMAGE_PROPERTY,
  typecheck: { type: 'boolean', description: 'false runs without the type-check; default true.' },
};

/** What a server never takes costs its clients no tokens; a call that has it all the same is told why it is refused. */
export function unlistedProperties({ packages }: Pick<Settings, 'packages'>): readonly string[] {
  return packages.install === 'off' ? ['dependencies'] : [];
}

/** The first thing that an author who knows raw MCP gets wrong. */
export const CALL_RESULT =
  'A call gives the value itself: structured content, else the JSON or the string in its text, else the list of content blocks; there is no .content[0].text.';

/** What the sandbox has beyond the language, by engine. */
const REACH: Readonly<Record<EngineChoice, string>> = {
  node: 'No network, files or require.',
  docker:
    "No network. Node's own modules can be imported; files only under /tmp and /workspace (the cwd). Files written to /workspace/out come back.",
  auto: "No network. Files and Node's own modules only with the docker engine, which is taken where there is one; there, files written to /workspace/out come back.",
};

export function runJsTool({ upstreams, settings }: Pick<ServerParts, 'upstreams' | 'settings'>): ServerTool {
  return defineTool<RunJsArguments>({
    name: 'run_js',
    aliases: ['run_js_ephemeral'],
    title: 'Run a program',
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
    description: (seen = upstreams) => describe(seen.names(), settings.engine),
    properties: PROPERTIES,
    unlisted: unlistedProperties(settings),
    required: ['code'],
    outputSchema: OUTCOME_SCHEMA,
    async call(args, { parts, workspace, caller, signal, onProgress }) {
      const { servers, ...rest } = args;
      const outcome = await parts.execute(
        {
          ...rest,
          ...(servers === undefined ? {} : { servers: knownServers(servers, parts.upstreams) }),
          ...(onProgress === undefined ? {} : { onProgress }),
          workspace: workspace.id,
          caller,
          tool: 'run_js',
        },
        signal,
      );
      return renderOutcome(outcome, args.code);
    },
  });
}

function describe(
  upstreams: readonly { readonly name: string; readonly description?: string }[],
  engine: EngineChoice,
): string {
  return [
    'Runs a TypeScript or JavaScript program in a sandbox and returns its result, logs and exact errors.',
    'Call tools with `await mcp.<server>.<tool>(args)`; a failed call throws ToolError {server, tool, code, message}.',
    CALL_RESULT,
    'Calls run in parallel under Promise.all. End with `return value` (JSON); return only what you need.',
    `In scope: mcp, args, console, sleep(ms), timers, URL, TextEncoder/Decoder, crypto.randomUUID. ${REACH[engine]}`,
    'The program is type-checked first: mcp-types shows the signatures.',
    'Example: const r = await Promise.all(args.ids.map((id) => mcp.github.get_issue({ id }))); return r.filter((i) => i.open).length;',
    ...listUpstreams(upstreams),
  ].join('\n');
}

function listUpstreams(
  upstreams: readonly { readonly name: string; readonly description?: string }[],
): readonly string[] {
  if (upstreams.length === 0) return ['No servers are configured.'];
  const shown = upstreams.slice(0, SHOWN_SERVERS).map(({ name, description }) => {
    return description === undefined ? name : `${name} (${oneLine(description)})`;
  });
  const more = upstreams.length - shown.length;
  return [`Servers: ${shown.join(', ')}${more > 0 ? `, and ${more} more (see mcp-types)` : ''}.`];
}

function oneLine(text: string): string {
  return safeText(text).replaceAll(/\s+/g, ' ').trim().slice(0, SHOWN_DESCRIPTION_CHARS);
}
