import { describe, expect, it } from 'vitest';
import { resolveLimits } from '../../../../../src/base/limits.ts';
import { containerSpec } from '../../../../../src/engine/docker/container/container-spec.ts';
import { sessionSpec } from '../../../../../src/engine/docker/session/session-spec.ts';

const needs = { image: 'node:24-slim', runtime: 'runsc', labels: { a: 'b' } };

describe('a long-lived sandbox as the daemon is asked for it', () => {
  it('differs from a container for one run in its sizes alone', () => {
    const ofRun = containerSpec({ ...needs, heapMb: 128, cpuMs: 1_000 });
    const ofSandbox = sessionSpec({ ...needs, lifeMs: 60_000 }, resolveLimits({ sandboxMb: 1_024 }));
    const sizes = ['Memory', 'MemorySwap', 'PidsLimit', 'Ulimits', 'Tmpfs'];
    const without = ({ HostConfig = {}, Cmd: _cmd, ...rest }: typeof ofRun) => ({
      ...rest,
      HostConfig: Object.fromEntries(Object.entries(HostConfig).filter(([key]) => !sizes.includes(key))),
    });
    expect(without(ofSandbox)).toEqual(without(ofRun));
    expect(ofSandbox.Cmd?.[0]).toBe('--max-old-space-size=64');
  });

  it('has all its memory in one cap, files included, and processor time for its life', () => {
    const { HostConfig } = sessionSpec({ ...needs, lifeMs: 60_000 }, resolveLimits({ sandboxMb: 1_024 }));
    expect(HostConfig).toMatchObject({ Memory: 1_024 * 1_048_576, MemorySwap: 1_024 * 1_048_576, PidsLimit: 128 });
    expect(HostConfig?.Tmpfs).toMatchObject({
      '/tmp': expect.stringContaining('noexec,nosuid,nodev,size=128m'),
      '/workspace': expect.stringContaining('noexec,nosuid,nodev,size=512m'),
    });
    expect(HostConfig?.Ulimits).toContainEqual({ Name: 'cpu', Soft: 120, Hard: 122 });
    expect(HostConfig?.Ulimits).toContainEqual({ Name: 'fsize', Soft: 512 * 1_048_576, Hard: 512 * 1_048_576 });
  });
});
