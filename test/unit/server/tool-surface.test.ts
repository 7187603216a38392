import { describe, expect, it } from 'vitest';
import type { Registry } from '../../../src/registry/registry.ts';
import { createSchemaRules } from '../../../src/server/arguments/schema-rules.ts';
import type { SandboxParts } from '../../../src/server/server-parts.ts';
import { createToolSurface, nameStyleFor } from '../../../src/server/tool-surface.ts';
import { builtInTools } from '../../../src/server/tools/built-in-tools.ts';
import { Workspace } from '../../../src/server/workspace/workspace.ts';
import { smallParts } from './small-parts.ts';

const surface = createToolSurface(builtInTools(smallParts()));
const workspace = new Workspace('w', () => 0);
workspace.put({ name: 'code-mode-zebra', servers: [] });
workspace.put({ name: 'code-mode-ant', servers: ['files'] });

describe('the tools of a workspace', () => {
  it('are listed in one order: built-ins by the table, then made ones by name', () => {
    expect(surface.list(workspace, 'dotted').tools.map(({ name }) => name)).toEqual([
      'run_js',
      'mcp-types',
      'code-mode',
      'code-mode-delete',
      'mcp-exec',
      'system.health',
      'system.guard_metrics',
      'system.runtime_config',
      'code-mode-ant',
      'code-mode-zebra',
    ]);
  });

  it('have schemas that are JSON Schemas', () => {
    const everything = { ...smallParts(), sandboxes: {} as SandboxParts, registry: {} as Registry };
    const rules = createSchemaRules();
    for (const { name, inputSchema, outputSchema } of builtInTools(everything, { note: () => {} }))
      expect([...rules(inputSchema), ...rules(outputSchema)], name).toEqual([]);
  });

  it('all have a title, a description, annotations and object schemas', () => {
    for (const tool of surface.list(workspace, 'dotted').tools) {
      expect(tool.title, tool.name).toBeTruthy();
      expect(tool.description, tool.name).toBeTruthy();
      expect(Object.keys(tool.annotations ?? {}).sort(), tool.name).toEqual([
        'destructiveHint',
        'idempotentHint',
        'openWorldHint',
        'readOnlyHint',
        'title',
      ]);
      expect([tool.inputSchema.type, tool.outputSchema?.type], tool.name).toEqual(['object', 'object']);
    }
  });

  it('are described in few lines, with the servers and what they are for on one of them', () => {
    const description = surface.list(workspace, 'dotted').tools[0]?.description ?? '';
    expect(description.split('\n').length).toBeLessThanOrEqual(10);
    expect(description).toContain('Servers: broken, files (Files on a scratch folder), my.clock (Tells the time).');
  });

  it('are found under both spellings and under their aliases, whatever is listed', () => {
    expect(surface.find('system.health', workspace)?.name).toBe('system.health');
    expect(surface.find('system_health', workspace)?.name).toBe('system.health');
    expect(surface.find('run_js_ephemeral', workspace)?.name).toBe('run_js');
    expect(surface.find('code-mode-ant', workspace)?.name).toBe('code-mode-ant');
  });

  it.each(['__proto__', 'constructor', 'RUN_JS', ''])('do not include %j', (name) => {
    expect(surface.find(name, workspace)).toBeUndefined();
  });

  it('have no dots for clients that reject them', () => {
    expect(surface.list(workspace, 'underscore').tools.some(({ name }) => name.includes('.'))).toBe(false);
  });
});

describe('the spelling of names', () => {
  it.each([
    ['auto', 'claude-ai', 'underscore'],
    ['auto', 'Claude Code', 'underscore'],
    ['auto', 'vscode', 'dotted'],
    ['auto', undefined, 'dotted'],
    ['dotted', 'claude-ai', 'dotted'],
    ['underscore', 'vscode', 'underscore'],
  ] as const)('under %s for a client named %s is %s', (setting, client, style) => {
    expect(nameStyleFor(setting, client)).toBe(style);
  });
});
