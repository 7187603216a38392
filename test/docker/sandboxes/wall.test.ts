/** The wall around a long-lived sandbox is that of a container for one run, and holds against what tries to break it. */
import { beforeAll, expect, it } from 'vitest';
import { createBench } from '../../contract/engine/bench.ts';
import { describeWithDocker } from '../describe-with-docker.ts';
import { docker } from '../local-docker.ts';
import { NEVER, openSandbox } from './open-sandbox.ts';

const MIB = 1024 * 1024;

describeWithDocker('the wall of a long-lived sandbox', (suite) => {
  let sandbox: Awaited<ReturnType<typeof openSandbox>>;
  beforeAll(async () => {
    sandbox = await openSandbox(suite().engine);
  });

  it('is the same as that of a container for one run, as the daemon reports it', async () => {
    const [live] = JSON.parse(await docker('inspect', sandbox.session.containerId));
    expect(live.HostConfig).toMatchObject({
      ...{ NetworkMode: 'none', IpcMode: 'none', PidMode: '', Binds: null, Privileged: false, ReadonlyRootfs: true },
      ...{ CapDrop: ['ALL'], CapAdd: null, SecurityOpt: ['no-new-privileges'], Init: true, NanoCpus: 1e9 },
      ...{ Memory: 512 * MIB, MemorySwap: 512 * MIB, PidsLimit: 128, LogConfig: { Type: 'none' } },
    });
    expect(live.Mounts).toEqual([]);
    expect(live.Config).toMatchObject({ User: '1000:1000', Tty: false, StdinOnce: true });
    for (const options of Object.values(live.HostConfig.Tmpfs) as string[])
      expect(options).toMatch(/^rw,noexec,nosuid,nodev,/);
  });

  it('lets a command reach no network, no other file system, no capability', async () => {
    const { stdout } = await sandbox.sh(
      'cat /proc/self/status; ls /sys/class/net; touch /etc/x; ls /var/run/docker.sock',
    );
    expect(stdout).toMatch(/^CapEff:\s+0+$/m);
    expect(stdout).toMatch(/^NoNewPrivs:\s+1$/m);
    expect(stdout).toMatch(/^Seccomp:\s+2$/m);
    expect(stdout.trim().split('\n').at(-1)).toBe('lo');
    const written = await sandbox.sh(`printf '#!/bin/sh\\necho ran' > /tmp/run; chmod +x /tmp/run; /tmp/run`);
    expect(written).toMatchObject({ exitCode: 126, stdout: '' });
  });

  it('lets a program there reach no more than a command', async () => {
    const bench = createBench(suite().engine.sandboxes.engineOf(sandbox.session));
    const status = await bench.result(
      `return process.getBuiltinModule('node:fs').readFileSync('/proc/self/status', 'utf8')`,
    );
    expect(status).toMatch(/^Uid:\s+1000\s+1000\s+1000\s+1000$/m);
    expect(status).toMatch(/^CapBnd:\s+0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    expect(status).toMatch(/^Seccomp:\s+2$/m);
  });

  it('survives a fork bomb, and takes commands again', async () => {
    await sandbox.sh('f() { f | f & }; f; sleep 600', 2_000);
    // Ended at its time, or for want of a place; then nothing of the bomb is left.
    await sandbox.session.exec({ argv: ['sleep', '600'], timeoutMs: 1_500 }, NEVER);
    expect(await sandbox.sh('echo fine')).toMatchObject({ exitCode: 0, stdout: 'fine\n' });
    expect(await sandbox.processes()).toEqual([]);
  });

  it('ends what fills the sandbox when there is no place for the next command, and says so', async () => {
    const fill = `const { spawn } = require('node:child_process');
      const more = () => spawn('sleep', ['600'], { stdio: 'ignore' }).on('error', () => require('node:fs').writeFileSync('full', ''));
      setInterval(() => { for (let n = 0; n < 20; n++) more(); }, 5);`;
    await sandbox.sh(`node -e "${fill}" & while [ ! -e full ]; do :; done`);
    const { exitCode, stderr } = await sandbox.session.exec({ argv: ['true'], timeoutMs: 60_000 }, NEVER);
    expect([exitCode, stderr]).toEqual([
      126,
      'true: not started, too many processes were running in the sandbox; all of them have been ended\n',
    ]);
    expect(await sandbox.sh('echo fine')).toMatchObject({ exitCode: 0, stdout: 'fine\n' });
    expect(await sandbox.processes()).toEqual([]);
  });

  it('survives a memory bomb and a full disk', async () => {
    const bomb = await sandbox.sh(`node -e 'const a=[];for(;;)a.push(Buffer.alloc(4000000,1))'`);
    expect(bomb.exitCode).toBeGreaterThan(0);
    const disk = await sandbox.sh(
      'head -c 400000000 /dev/zero > /workspace/full; ls -l /workspace/full | wc -l; rm /workspace/full',
    );
    expect(disk.stdout).toBe('1\n');
    expect(await sandbox.sh('echo fine > file; cat file')).toMatchObject({ stdout: 'fine\n' });
  });

  it('keeps a gigabyte of output inside', async () => {
    const before = process.memoryUsage().rss;
    const { exitCode, truncated } = await sandbox.sh('head -c 1073741824 /dev/zero', 120_000);
    expect(exitCode).toBe(0);
    expect(truncated?.stdoutBytes).toBe(1_073_741_824 - 64 * 1024);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * MIB);
  }, 150_000);

  it('ends the sandbox with PROTOCOL_VIOLATION where a command forges the keeper’s words', async () => {
    const own = await openSandbox(suite().engine, { workspace: 'forger' });
    // The keeper's channel is the one pipe that it only writes to, and waits for.
    const forge = `node -e '
      const fs = require("fs");
      for (const pid of fs.readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name))) {
        if (fs.readFileSync("/proc/" + pid + "/comm", "utf8") !== "sandbox\\n") continue;
        for (const fd of fs.readdirSync("/proc/" + pid + "/fd").filter((name) => name > 2)) {
          const path = "/proc/" + pid + "/fd/" + fd;
          const flags = parseInt(/flags:\\s+(\\d+)/.exec(fs.readFileSync("/proc/" + pid + "/fdinfo/" + fd, "utf8"))[1], 8);
          if ((flags & 0o4003) === 1 && fs.readlinkSync(path).startsWith("pipe:")) fs.writeFileSync(path, Buffer.alloc(64, 255));
        }
      }'; sleep 600`;
    await expect(own.sh(forge)).rejects.toMatchObject({ code: 'PROTOCOL_VIOLATION' });
    expect(() => suite().engine.sandboxes.get(own.session.id, 'forger')).toThrow(/it sent what no command can send/);
  });

  it('ends the sandbox where a command ends or stops its keeper, and says so', async () => {
    const own = await openSandbox(suite().engine, { workspace: 'killer' });
    await expect(own.sh('kill -9 -1; sleep 600')).rejects.toMatchObject({
      code: 'SANDBOX_LOST',
      message: expect.stringMatching(/killed with signal 9, from outside or by a command in it/),
    });
  });
});
