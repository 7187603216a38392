/** A listener that remembers what it heard, and can be waited for. */
import type { ChangedTool, Registry } from '../../../src/registry/registry.ts';

export interface Heard {
  resets: number;
  /** The last word on each. */
  readonly tools: Map<string, ChangedTool>;
}

export interface Hearing {
  readonly state: Heard;
  /** Resolves as soon as what was heard is enough. The test's own deadline is the only one. */
  until(isEnough: (heard: Heard) => boolean): Promise<void>;
}

export function hearChanges(registry: Registry): Hearing {
  const state: Heard = { resets: 0, tools: new Map() };
  const waiting = new Set<() => void>();
  registry.onChange((change) => {
    if (change.kind === 'reset') state.resets += 1;
    else for (const tool of change.tools) state.tools.set(tool.name, tool);
    for (const look of waiting) look();
  });
  return {
    state,
    until: (isEnough) =>
      new Promise((resolve) => {
        const look = () => {
          if (!isEnough(state)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}
