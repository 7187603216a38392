import { describe, expect, it } from 'vitest';
import { type CodeModeTool, Workspace } from '../../../../src/server/workspace/workspace.ts';

const tool = (name: string): CodeModeTool => ({ name: `code-mode-${name}`, servers: [] });

describe('a workspace', () => {
  it('lists its tools by name, in whatever order they came', () => {
    const workspace = new Workspace('w', () => 0);
    for (const name of ['b', 'a', 'c']) workspace.put(tool(name));
    expect(workspace.tools().map(({ name }) => name)).toEqual(['code-mode-a', 'code-mode-b', 'code-mode-c']);
  });

  it('tells its listeners of every change until they leave, and of nothing else', () => {
    const workspace = new Workspace('w', () => 0);
    let changes = 0;
    const stop = workspace.onToolsChanged(() => {
      changes += 1;
    });
    workspace.put(tool('a'));
    workspace.remove('code-mode-a');
    workspace.remove('code-mode-a');
    expect(changes).toBe(2);
    stop();
    workspace.put(tool('a'));
    expect(changes).toBe(2);
  });

  it('finds no tool under the name of something that every object has', () => {
    expect(new Workspace('w', () => 0).tool('__proto__')).toBeUndefined();
  });

  it('takes a hundred tools, then replaces but adds no more', () => {
    const workspace = new Workspace('w', () => 0);
    for (let at = 0; at < 100; at += 1) workspace.put(tool(String(at)));
    workspace.put(tool('7'));
    expect(() => workspace.put(tool('one-more'))).toThrow('100 code-mode tools');
    expect(workspace.tools()).toHaveLength(100);
  });

  it('refuses tools whose text adds up to too much', () => {
    const workspace = new Workspace('w', () => 0);
    const program = { code: 'x'.repeat(3 * 1024 * 1024), inputSchema: {}, checkArgs: () => [] };
    workspace.put({ ...tool('a'), program });
    expect(() => workspace.put({ ...tool('b'), program })).toThrow('more than 4194304 characters');
    workspace.put({ ...tool('a'), program });
  });

  it('is not idle while somebody is inside, and leaving twice counts once', () => {
    let now = 0;
    const workspace = new Workspace('w', () => now);
    const leave = workspace.enter();
    workspace.enter();
    now = 500;
    leave();
    leave();
    expect([workspace.isBusy, workspace.idleMs]).toEqual([true, 0]);
  });

  it('counts idleness from the last leaving', () => {
    let now = 0;
    const workspace = new Workspace('w', () => now);
    const leave = workspace.enter();
    now = 100;
    leave();
    now = 130;
    expect(workspace.idleMs).toBe(30);
  });
});
