import { afterEach, describe, expect, it } from 'vitest';
import { Workspaces } from '../../../../src/server/workspace/workspaces.ts';

const open: Workspaces[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

function create(limits = { workspaces: 2, workspaceIdleMs: 1_000 }) {
  const clock = { now: 0 };
  const workspaces = new Workspaces(limits, () => clock.now);
  open.push(workspaces);
  const ended: string[] = [];
  return { clock, workspaces, ended, add: (key: string) => workspaces.open(key, () => ended.push(key)) };
}

describe('workspaces', () => {
  it('have ids that tell nothing of their keys', () => {
    const { add } = create();
    expect(add('session:secret').id).not.toContain('secret');
  });

  it('live on while they are looked up and end once idle for too long', () => {
    const { clock, workspaces, ended, add } = create();
    add('a');
    clock.now = 900;
    expect(workspaces.get('a')).toBeDefined();
    clock.now = 1_900;
    expect(workspaces.get('a')).toBeDefined();
    clock.now = 2_901;
    expect(workspaces.get('a')).toBeUndefined();
    expect(ended).toEqual(['a']);
  });

  it('do not end under somebody who is inside', () => {
    const { clock, workspaces, ended, add } = create();
    const leave = add('a').enter();
    clock.now = 10_000;
    workspaces.sweep();
    expect(ended).toEqual([]);
    leave();
    clock.now = 11_001;
    workspaces.sweep();
    expect(ended).toEqual(['a']);
  });

  it('take down what hangs on them when they end, once, and at once where they have ended', () => {
    const { workspaces, add } = create();
    const workspace = add('a');
    const taken: string[] = [];
    workspace.onEnd('sandboxes', () => taken.push('first'));
    workspace.onEnd('sandboxes', () => taken.push('in its place'));
    workspaces.end('a');
    workspaces.end('a');
    expect(taken).toEqual(['in its place']);
    workspace.onEnd('sandboxes', () => taken.push('late'));
    expect(taken).toEqual(['in its place', 'late']);
  });

  it('at the cap let the longest idle one give way in which nothing was ever called', () => {
    const { clock, ended, add } = create();
    add('used').markUsed();
    clock.now = 1;
    add('unused');
    add('new');
    expect(ended).toEqual(['unused']);
  });

  it('at the cap refuse when all are in use, and say so as something to retry', () => {
    const { workspaces, add } = create();
    add('a').markUsed();
    add('b').enter();
    expect(() => add('c')).toThrow(expect.objectContaining({ code: 'POOL_SATURATED', retryable: true }));
    expect(workspaces.size).toBe(2);
  });

  it('at the cap make room of what has expired first', () => {
    const { clock, ended, add } = create();
    add('a').markUsed();
    add('b').markUsed();
    clock.now = 1_001;
    add('c');
    expect(ended).toEqual(['a', 'b']);
  });

  it('end once, however often that is asked', () => {
    const { workspaces, ended, add } = create();
    add('a');
    workspaces.end('a');
    workspaces.end('a');
    workspaces.close();
    expect(ended).toEqual(['a']);
  });
});
