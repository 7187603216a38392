/**
 * The wall around a container, as the daemon is asked for it: every flag that docs/engines.md promises stands here.
 * Called by container-maker.ts. Pure; test/unit/engine/docker/container-spec.test.ts holds each flag, and
 * test/contract/engine/docker-wall.test.ts inspects a live container and tries to break each from inside.
 */
import type { ContainerCreateOptions } from 'dockerode';
import { nodeArguments } from './bootstrap.ts';

const MIB = 1024 * 1024;

/** Node itself, the runtime, and files in tmpfs, which count as memory of the container. */
const MEMORY_OVERHEAD_MB = 96;
/** Threads count too: Node has eleven of its own. */
const PIDS = 64;
const TMPFS_MB = 32;
const OPEN_FILES = 1_024;
/** Processor seconds of one process, beyond what the engine allows a run: for a host that is gone. */
const CPU_GRACE_S = 10;
export const CONTAINER_USER = '1000:1000';

export interface ContainerNeeds {
  readonly image: string;
  readonly heapMb: number;
  readonly cpuMs: number;
  readonly runtime: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

/** What of the wall is wider or narrower from one kind of container to another. */
export interface WallSizes {
  readonly memoryMb: number;
  readonly pids: number;
  readonly tmpMb: number;
  readonly workspaceMb: number;
  readonly cpuSeconds: number;
}

/** What the daemon has to find for one container, in MB. */
export function containerMemoryMb(heapMb: number): number {
  return heapMb + MEMORY_OVERHEAD_MB;
}

/** The container of one run. */
export function containerSpec({ heapMb, cpuMs, ...needs }: ContainerNeeds): ContainerCreateOptions {
  return walledSpec(needs, heapMb, {
    memoryMb: containerMemoryMb(heapMb),
    pids: PIDS,
    tmpMb: TMPFS_MB,
    workspaceMb: TMPFS_MB,
    cpuSeconds: Math.ceil(cpuMs / 1_000) + CPU_GRACE_S,
  });
}

/** A container whose main process is the runtime that comes over stdin, behind the whole wall. */
export function walledSpec(
  { image, runtime, labels }: Pick<ContainerNeeds, 'image' | 'runtime' | 'labels'>,
  heapMb: number,
  sizes: WallSizes,
): ContainerCreateOptions {
  return {
    Image: image,
    // Always overridden: an image's own entry point would interpret our command line.
    Entrypoint: ['node'],
    Cmd: [...nodeArguments(heapMb)],
    User: CONTAINER_USER,
    WorkingDir: '/workspace',
    Env: [],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    OpenStdin: true,
    // The container sees the end of its stdin when we are gone, however we went.
    StdinOnce: true,
    Tty: false,
    Labels: { ...labels },
    HostConfig: hostConfig(sizes, runtime),
  };
}

function hostConfig(
  { memoryMb, pids, tmpMb, workspaceMb, cpuSeconds }: WallSizes,
  runtime: string | undefined,
): NonNullable<ContainerCreateOptions['HostConfig']> {
  return {
    NetworkMode: 'none',
    ReadonlyRootfs: true,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    Privileged: false,
    PidsLimit: pids,
    // As much swap as memory means none at all.
    Memory: memoryMb * MIB,
    MemorySwap: memoryMb * MIB,
    NanoCpus: 1e9,
    Ulimits: [
      limit('nofile', OPEN_FILES),
      limit('fsize', Math.max(tmpMb, workspaceMb) * MIB),
      limit('core', 0),
      // First a signal that tells why, then one that cannot be ignored.
      { Name: 'cpu', Soft: cpuSeconds, Hard: cpuSeconds + 2 },
    ],
    Tmpfs: { '/tmp': tmpfs(tmpMb), '/workspace': tmpfs(workspaceMb) },
    // Reaps what the program leaves behind, and has signals work as elsewhere.
    Init: true,
    IpcMode: 'none',
    LogConfig: { Type: 'none', Config: {} },
    AutoRemove: false,
    ...(runtime === undefined ? {} : { Runtime: runtime }),
  };
}

/** The owner as well as the mode: where the image has such a folder, its mode is taken over. */
function tmpfs(sizeMb: number): string {
  return `rw,noexec,nosuid,nodev,size=${sizeMb}m,mode=1777,uid=1000,gid=1000`;
}

function limit(name: string, value: number): { Name: string; Soft: number; Hard: number } {
  return { Name: name, Soft: value, Hard: value };
}
