/** `dynamic.tool.list`, `dynamic.tool.get` and `dynamic.tool.history`: what there is, and what there was. */
import { answerSchema } from '../../rendering/outcome-schema.ts';
import { counted, cutText, safeText } from '../../rendering/text.ts';
import type { ServerTool } from '../../server-tool.ts';
import { defineManagementTool, describeStored, type Management, readTool } from './manage.ts';
import { CURSOR_PROPERTY, REVISION_PROPERTY, STORED_PROPERTIES, STORED_SCHEMA } from './tool-properties.ts';

const LOOKS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false } as const;
const SHOWN_CHARS = 4_000;
const SHOWN_CODE_CHARS = 4_000;
const LINE_CHARS = 160;
const IN_STRUCTURED_CONTENT = 'the rest is in structuredContent';

interface ListArguments {
  readonly query?: string;
  readonly cursor?: string;
  readonly includeCode?: boolean;
}

export function listToolTool({ registry }: Management): ServerTool {
  return defineManagementTool<ListArguments>({
    name: 'dynamic.tool.list',
    title: 'List dynamic tools',
    annotations: LOOKS,
    description: () =>
      'The dynamic tools, by name, also those that are disabled or in quarantine, with the reason. tools/list has those that can be called.',
    properties: {
      query: { type: 'string', description: 'Words that must all stand in name, title, description or tags.' },
      cursor: CURSOR_PROPERTY,
      includeCode: { type: 'boolean', description: 'Default false.' },
    },
    required: [],
    outputSchema: answerSchema({ tools: { type: 'array', items: STORED_SCHEMA }, nextCursor: { type: 'string' } }, [
      'tools',
    ]),
    async call({ query, cursor, includeCode = false }, { parts }) {
      const asked = { ...(query === undefined ? {} : { query }), ...(cursor === undefined ? {} : { cursor }) };
      const { tools, nextCursor } = await registry.list(asked);
      const described = tools.map((stored) => describeStored(stored, parts.upstreams, includeCode));
      const more = nextCursor === undefined ? {} : { nextCursor };
      return {
        content: [{ type: 'text', text: textOf('dynamic tool', described, nextCursor) }],
        structuredContent: { tools: described, ...more },
      };
    },
  });
}

interface GetArguments {
  readonly name: string;
  readonly revision?: number;
}

export function getToolTool({ registry }: Management): ServerTool {
  return defineManagementTool<GetArguments>({
    name: 'dynamic.tool.get',
    title: 'Show a dynamic tool',
    annotations: LOOKS,
    description: () => 'One dynamic tool with its code, as it is now or as it was in an earlier revision.',
    properties: {
      name: { type: 'string' },
      revision: { ...REVISION_PROPERTY, description: 'Default: the current one.' },
    },
    required: ['name'],
    outputSchema: answerSchema(STORED_PROPERTIES, ['name', 'state', 'revision']),
    async call({ name, revision }, { parts }) {
      const stored = await readTool(registry, name, revision);
      const described = describeStored(stored, parts.upstreams, true);
      const code =
        stored.kind === 'tool' ? [cutText(stored.definition.code, SHOWN_CODE_CHARS, IN_STRUCTURED_CONTENT)] : [];
      return {
        content: [{ type: 'text', text: safeText([lineOf(described), ...code].join('\n')) }],
        structuredContent: described,
      };
    },
  });
}

export function toolHistoryTool({ registry }: Management): ServerTool {
  return defineManagementTool<{ readonly name: string; readonly cursor?: string }>({
    name: 'dynamic.tool.history',
    title: 'Show the history of a dynamic tool',
    annotations: LOOKS,
    description: () =>
      'Every revision of a dynamic tool, the newest first, with who and when. dynamic.tool.get shows one of them, dynamic.tool.rollback goes back to it.',
    properties: { name: { type: 'string' }, cursor: CURSOR_PROPERTY },
    required: ['name'],
    outputSchema: answerSchema(
      { name: { type: 'string' }, revisions: { type: 'array', items: STORED_SCHEMA }, nextCursor: { type: 'string' } },
      ['name', 'revisions'],
    ),
    async call({ name, cursor }, { parts }) {
      const { revisions, nextCursor } = await registry.history(name, cursor === undefined ? {} : { cursor });
      if (revisions.length === 0) await readTool(registry, name);
      const described = revisions.map((stored) => describeStored(stored, parts.upstreams, false));
      // What a revision holds is a matter of dynamic.tool.get: here it would be the same schemas over and over.
      const shown = described.map(withoutDefinition);
      const more = nextCursor === undefined ? {} : { nextCursor };
      return {
        content: [{ type: 'text', text: textOf('revision', described, nextCursor) }],
        structuredContent: { name, revisions: shown, ...more },
      };
    },
  });
}

type Described = ReturnType<typeof describeStored>;

function withoutDefinition(described: Described) {
  if (!('definition' in described)) return described;
  const { definition: _, ...rest } = described;
  return rest;
}

function textOf(noun: string, described: readonly Described[], nextCursor: string | undefined): string {
  const lines = [counted(described.length, noun), ...described.map(lineOf)];
  const more = nextCursor === undefined ? [] : ['There are more: call again with nextCursor as cursor.'];
  return safeText([cutText(lines.join('\n'), SHOWN_CHARS, IN_STRUCTURED_CONTENT), ...more].join('\n'));
}

function lineOf(described: Described): string {
  const { name, revision, state, updatedBy, updatedAt, reason } = described;
  const description = 'definition' in described ? described.definition.description.split('\n', 1).join('') : '';
  const told = (reason ?? description).slice(0, LINE_CHARS);
  return `${name}: revision ${revision}, ${state}, by ${updatedBy} at ${updatedAt}. ${told}`;
}
