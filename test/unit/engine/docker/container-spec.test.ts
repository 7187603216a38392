import { describe, expect, it } from 'vitest';
import { containerMemoryMb, containerSpec } from '../../../../src/engine/docker/container/container-spec.ts';

const NEEDS = { image: 'node:24-slim', heapMb: 128, cpuMs: 10_000, runtime: undefined, labels: { a: 'b' } };

describe('what the daemon is asked for', () => {
  const spec = containerSpec(NEEDS);

  it('is a wall on every side', () => {
    expect(spec.HostConfig).toMatchObject({
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Privileged: false,
      IpcMode: 'none',
      Init: true,
      PidsLimit: 64,
      NanoCpus: 1e9,
    });
    expect(spec.User).toBe('1000:1000');
  });

  it('has no mount, no device, no volume and no environment', () => {
    for (const name of ['Binds', 'Mounts', 'Devices', 'VolumesFrom', 'CapAdd', 'PortBindings'])
      expect(spec.HostConfig).not.toHaveProperty(name);
    expect(spec.Env).toEqual([]);
    expect(spec).not.toHaveProperty('Volumes');
  });

  it('gives as much swap as memory, which is none, and follows the heap', () => {
    for (const heapMb of [16, 128, 2_048]) {
      const { HostConfig, Cmd } = containerSpec({ ...NEEDS, heapMb });
      expect(HostConfig?.Memory).toBe(containerMemoryMb(heapMb) * 1024 * 1024);
      expect(HostConfig?.MemorySwap).toBe(HostConfig?.Memory);
      expect(Cmd?.[0]).toBe(`--max-old-space-size=${heapMb}`);
    }
  });

  it('starts node itself, whatever the image would start', () => {
    expect(spec.Entrypoint).toEqual(['node']);
  });

  it('ends with our connection, and is not removed before it was asked how it ended', () => {
    expect(spec).toMatchObject({ OpenStdin: true, StdinOnce: true, Tty: false });
    expect(spec.HostConfig?.AutoRemove).toBe(false);
  });

  it('names a runtime only where one is set', () => {
    expect(spec.HostConfig).not.toHaveProperty('Runtime');
    expect(containerSpec({ ...NEEDS, runtime: 'runsc' }).HostConfig?.Runtime).toBe('runsc');
  });
});
