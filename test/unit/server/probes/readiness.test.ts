import { describe, expect, it } from 'vitest';
import type { Registry } from '../../../../src/registry/registry.ts';
import { unreadyParts } from '../../../../src/server/probes/readiness.ts';

const parts = (ok: boolean, kind?: Registry['kind']) => ({
  health: () => ({ engine: { ok, detail: 'no daemon at tcp://10.1.2.3', ready: 0, busy: 0 } }),
  ...(kind === undefined ? {} : { registry: { kind } as Registry }),
});
const names = (...given: Parameters<typeof unreadyParts>) => unreadyParts(...given).map(({ part }) => part);

describe('what is not ready', () => {
  it.each([
    ['nothing, where all is well', parts(true), undefined, []],
    ['the engine, where none takes a run', parts(false), undefined, ['engine']],
    ['the registry, until its database was read', parts(true, 'postgres'), { isLoaded: false }, ['registry']],
    ['nothing, once it was', parts(true, 'postgres'), { isLoaded: true }, []],
    ['nothing, for a file that cannot be read', parts(true, 'sqlite'), { isLoaded: false }, []],
    ['all that is not', parts(false, 'postgres'), { isLoaded: false }, ['engine', 'registry']],
  ])('is %s', (_what, given, dynamic, expected) => {
    expect(names(given, dynamic)).toEqual(expected);
  });

  it('says nothing of what is inside', () => {
    expect(JSON.stringify(unreadyParts(parts(false), undefined))).not.toContain('10.1.2.3');
  });
});
