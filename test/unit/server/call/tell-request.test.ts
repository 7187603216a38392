import { describe, expect, it } from 'vitest';
import { Fault } from '../../../../src/base/fault.ts';
import { localCaller, type Scope } from '../../../../src/base/gate/caller.ts';
import type { Happening, RequestHappening } from '../../../../src/base/gate/happening.ts';
import type { JsonObject } from '../../../../src/base/json.ts';
import { tellRequest } from '../../../../src/server/call/tell-request.ts';
import { defineTool, type ServerTool } from '../../../../src/server/server-tool.ts';
import { createToolSurface } from '../../../../src/server/tool-surface.ts';
import { Workspace } from '../../../../src/server/workspace/workspace.ts';
import { smallParts } from '../small-parts.ts';

function toolOf(name: string, scope: Scope = 'codeloom.execute'): ServerTool {
  return defineTool<JsonObject>({
    ...{ name, scope, title: name, annotations: {}, properties: {}, required: [], outputSchema: {} },
    description: () => name,
    call: async () => ({ content: [] }),
  });
}

const RUN = toolOf('run_js');
const CREATE = toolOf('dynamic.tool.create', 'codeloom.manage');
const HEALTH = toolOf('system.health', 'codeloom.admin');
const EXEC = toolOf('mcp-exec');

function told(tool: ServerTool, args: JsonObject, end: Parameters<typeof tellRequest>[2]): RequestHappening {
  const heard: Happening[] = [];
  const parts = { ...smallParts(), tell: (happening: Happening) => void heard.push(happening) };
  const surface = createToolSurface([RUN, CREATE, HEALTH, EXEC], undefined);
  const workspace = new Workspace('w1', () => 0);
  const asked = { tool, args, caller: localCaller('ada'), workspace, runId: 'run-7', startedMs: performance.now() };
  tellRequest({ parts, surface }, asked, end);
  const [happening] = heard;
  if (heard.length !== 1 || happening?.kind !== 'request') throw new Error('Not one request was told.');
  return happening;
}

const answer = (structuredContent: JsonObject, isError = false) => ({ content: [], structuredContent, isError });

describe('a request that was answered', () => {
  it('is told with who, where, what, how it ended, and the id of its run', () => {
    const happening = told(RUN, { code: '1' }, answer({ kind: 'completed' }));
    expect(happening).toEqual({
      ...{ kind: 'request', workspace: 'w1', runId: 'run-7', tool: 'run_js', isManagement: false, ok: true },
      ...{ code: 'completed', args: { code: '1' }, caller: localCaller('ada'), ms: expect.any(Number) },
    });
  });

  it('has the code of a fault, of an error that a tool rendered, or the kind of an outcome', () => {
    expect(told(RUN, {}, new Fault('POOL_SATURATED', 'x'))).toMatchObject({ ok: false, code: 'POOL_SATURATED' });
    const refused = answer({ error: { code: 'ARGUMENTS_INVALID' } }, true);
    expect(told(RUN, {}, refused)).toMatchObject({ ok: false, code: 'ARGUMENTS_INVALID' });
    expect(told(RUN, {}, answer({ kind: 'program-threw', error: { name: 'Error' } }, true))).toMatchObject({
      ...{ ok: false, code: 'program-threw' },
    });
    expect(told(RUN, {}, { content: [] })).not.toHaveProperty('code');
  });

  it('that manages names the dynamic tool that it was about, its revision, and sizes', () => {
    const args = { tool: { name: 'plus', code: '1' } };
    const result = { name: 'plus', revision: 3 };
    expect(told(CREATE, args, answer(result))).toMatchObject({
      ...{ isManagement: true, touched: { name: 'plus', revision: 3 } },
      ...{ argsBytes: JSON.stringify(args).length, resultBytes: JSON.stringify(result).length },
    });
    expect(told(CREATE, args, new Fault('REGISTRY_CONFLICT', 'x')).touched).toEqual({ name: 'plus' });
    expect(told(CREATE, { name: 'minus' }, answer({ error: { code: 'X' } }, true)).touched).toEqual({ name: 'minus' });
    expect(told(CREATE, { name: 7 }, answer({ name: 8, revision: '9' }))).not.toHaveProperty('touched');
    expect(told(HEALTH, {}, answer({ name: 'x' }))).not.toHaveProperty('touched');
  });

  it('by the name of another tool counts as what was called', () => {
    const args = { name: 'dynamic.tool.create', arguments: { tool: { name: 'plus' } } };
    expect(told(EXEC, args, answer({ name: 'plus', revision: 1 }))).toMatchObject({
      ...{
        tool: 'mcp-exec',
        called: 'dynamic.tool.create',
        isManagement: true,
        touched: { name: 'plus', revision: 1 },
      },
    });
    expect(told(EXEC, { name: 'dynamic_tool_create' }, answer({})).called).toBe('dynamic.tool.create');
    expect(told(EXEC, { name: 'github.get_issue' }, answer({}))).toMatchObject({ isManagement: false });
    expect(told(EXEC, { name: ['x'] }, answer({}))).not.toHaveProperty('called');
  });
});
