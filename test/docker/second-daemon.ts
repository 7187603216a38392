/** A Docker daemon of a test's own, beside the machine's, which it may kill and restart. Needs root and dockerd. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BASE_IMAGE } from './local-docker.ts';

export interface SecondDaemon {
  /** For DOCKER_HOST. */
  readonly address: string;
  /** Resolves when it answers. */
  start(): Promise<void>;
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Ends it and removes all that it left. */
  remove(): Promise<void>;
}

/** Why there can be none here; undefined where there can. */
export function missingSecondDaemon(): string | undefined {
  if (process.getuid?.() !== 0) return 'a second dockerd needs root';
  try {
    execFileSync('dockerd', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'there is no dockerd on this machine';
  }
}

/** What a daemon that was killed has left mounted, the innermost first. */
function mountsUnder(dir: string): readonly string[] {
  const places = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  return places.filter((place) => place === dir || place.startsWith(`${dir}/`)).reverse();
}

/** With the default image loaded from the machine's own daemon. */
export async function createSecondDaemon(): Promise<SecondDaemon> {
  const dir = mkdtempSync(join(tmpdir(), 'codeloom-dockerd-'));
  const address = `unix://${dir}/docker.sock`;
  let daemon: ChildProcess | undefined;
  const answers = async () => {
    for (let tries = 0; tries < 200; tries++) {
      try {
        execFileSync('docker', ['--host', address, 'version'], { stdio: 'ignore' });
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    throw new Error('The second dockerd did not come.');
  };
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    const ending = daemon;
    daemon = undefined;
    if (ending === undefined) return;
    ending.kill(signal);
    await once(ending, 'exit');
  };
  const made: SecondDaemon = {
    address,
    start: async () => {
      rmSync(join(dir, 'pid'), { force: true });
      const places = [
        `--data-root=${dir}/data`,
        `--exec-root=${dir}/exec`,
        `--pidfile=${dir}/pid`,
        `--host=${address}`,
      ];
      // The machine's containerd, under names of its own: it survives the daemon, as it does in the field.
      const apart = [
        '--bridge=none',
        '--iptables=false',
        '--ip6tables=false',
        '--containerd=/var/run/docker/containerd/containerd.sock',
      ];
      const names = ['--containerd-namespace=codeloom-test', '--containerd-plugins-namespace=codeloom-test-plugins'];
      daemon = spawn('dockerd', [...places, ...apart, ...names], { stdio: 'ignore' });
      await answers();
    },
    end,
    remove: async () => {
      await end('SIGTERM');
      for (const place of mountsUnder(dir)) execFileSync('umount', ['--lazy', place]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
  await made.start();
  execFileSync('sh', ['-c', `docker save ${BASE_IMAGE} | docker --host ${address} load`], { stdio: 'ignore' });
  return made;
}
