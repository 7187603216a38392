import { describe, expect, it } from 'vitest';
import { createNameCheck } from '../../../../src/registry/record/tool-name.ts';
import type { Registry } from '../../../../src/registry/registry.ts';
import { RESERVED_NAMES } from '../../../../src/server/dynamic/reserved-names.ts';
import type { SandboxParts } from '../../../../src/server/server-parts.ts';
import { builtInTools } from '../../../../src/server/tools/built-in-tools.ts';
import { smallParts } from '../small-parts.ts';

/** Every part that adds tools; none of them is called. */
const EVERYTHING = { ...smallParts(), sandboxes: {} as SandboxParts, registry: {} as Registry };

describe('the names that no dynamic tool may have', () => {
  const complain = createNameCheck(RESERVED_NAMES);

  it('are those of every built-in tool of every profile, in either spelling', () => {
    const tools = builtInTools(EVERYTHING, { note: () => {} });
    const names = tools.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(names).toEqual(expect.arrayContaining(['run_js_ephemeral', 'sandbox.exec', 'dynamic.tool.create']));
    for (const name of names.flatMap((each) => [each, each.replaceAll('.', '_'), each.toUpperCase()]))
      expect(complain(name), name).toMatch(/^name: expected/);
  });

  it.each(['code-mode-mine', 'system.metrics', 'dynamic_tool_x', 'mcp-add', '__proto__', 'constructor'])(
    'have %s among them',
    (name) => expect(complain(name)).toMatch(/^name: expected/),
  );

  it.each(['report', 'github.summary', 'mcp_digest', 'sandboxes', 'run_js_2', 'dynamic'])('leave %s free', (name) =>
    expect(complain(name)).toBeUndefined(),
  );
});
