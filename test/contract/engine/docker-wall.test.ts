/** The wall around a container: each flag as the daemon reports it of a live one, and as a program meets it from inside. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docker, missingDocker } from '../../docker/local-docker.ts';
import { makeDockerEngine } from '../../docker/local-engine.ts';
import { type Bench, createBench } from './bench.ts';

const MIB = 1024 * 1024;
const missing = missingDocker();

interface Inspected {
  readonly Config: {
    readonly User: string;
    readonly Env: readonly string[];
    readonly Tty: boolean;
    readonly StdinOnce: boolean;
    readonly Entrypoint: readonly string[];
    readonly Labels: Record<string, string>;
  };
  readonly HostConfig: Record<string, unknown> & { readonly Ulimits: readonly { Name: string; Hard: number }[] };
  readonly Mounts: readonly unknown[];
}

describe.skipIf(missing !== undefined)(`the wall of a container${missing ? ` (skipped: ${missing})` : ''}`, () => {
  const engine = makeDockerEngine();
  let bench: Bench;
  let live: Inspected;

  beforeAll(async () => {
    bench = createBench(engine);
    const inspected = Promise.withResolvers<Inspected>();
    const callTool = async () => {
      const filter = `label=io.codeloom.instance=${engine.instanceId}`;
      const [id = ''] = (await docker('ps', '--quiet', '--filter', filter)).split('\n');
      const [found] = JSON.parse(await docker('inspect', id)) as Inspected[];
      if (found !== undefined) inspected.resolve(found);
      return { kind: 'value', value: null } as const;
    };
    await bench.run('await mcp.kit.echo({})', { callTool });
    live = await inspected.promise;
  });
  afterAll(() => bench.close());

  /** What the program's own words say of an attempt: a value, or the code of the error. */
  const attempt = (code: string) =>
    bench.result(`
      const fs = process.getBuiltinModule('node:fs');
      const children = process.getBuiltinModule('node:child_process');
      try { ${code} } catch (error) { return String(error.code ?? error.message) }`);

  describe('as the daemon reports it', () => {
    it('has no network, no mounts, and nothing of the host’s namespaces', () => {
      expect(live.HostConfig).toMatchObject({
        NetworkMode: 'none',
        IpcMode: 'none',
        PidMode: '',
        UTSMode: '',
        UsernsMode: '',
      });
      expect(live.HostConfig).toMatchObject({ Binds: null, VolumesFrom: null, Privileged: false });
      expect(live.HostConfig.Devices ?? []).toEqual([]);
      expect(live.Mounts).toEqual([]);
    });

    it('has a read-only root, no capability, no new privileges, and the default seccomp profile', () => {
      const flags = { ReadonlyRootfs: true, CapDrop: ['ALL'], CapAdd: null, SecurityOpt: ['no-new-privileges'] };
      expect(live.HostConfig).toMatchObject(flags);
      expect(live.Config.User).toBe('1000:1000');
    });

    it('has caps on memory, swap, processes, processors and files', () => {
      const memory = (128 + 96) * MIB;
      expect(live.HostConfig).toMatchObject({ Memory: memory, MemorySwap: memory, PidsLimit: 64, NanoCpus: 1e9 });
      const caps = Object.fromEntries(live.HostConfig.Ulimits.map(({ Name, Hard }) => [Name, Hard]));
      expect(caps).toEqual({ nofile: 1_024, fsize: 32 * MIB, core: 0, cpu: 22 });
    });

    it('has small file systems in memory that nothing can be executed from', () => {
      for (const dir of ['/tmp', '/workspace']) {
        const options = (live.HostConfig.Tmpfs as Record<string, string>)[dir]?.split(',');
        expect(options).toEqual(expect.arrayContaining(['noexec', 'nosuid', 'nodev', 'size=32m']));
      }
    });

    it('has an init, no log on the host, and ends with our connection', () => {
      expect(live.HostConfig).toMatchObject({ Init: true, LogConfig: { Type: 'none' } });
      expect(live.Config).toMatchObject({ Tty: false, StdinOnce: true, Entrypoint: ['node'] });
    });

    it('has nothing of this server’s environment, and labels that name its owner', () => {
      const names = live.Config.Env.map((pair) => pair.split('=')[0]);
      expect(names.filter((name) => name !== 'PATH' && !/^(NODE|YARN)_VERSION$/.test(name ?? ''))).toEqual([]);
      expect(live.Config.Labels).toMatchObject({ 'io.codeloom.instance': engine.instanceId });
    });
  });

  describe('as a program meets it', () => {
    it('reaches no network', async () => {
      const interfaces = `return Object.keys(process.getBuiltinModule('node:os').networkInterfaces())`;
      expect(await attempt(interfaces)).toEqual(['lo']);
      const connect = `return await fetch('http://1.1.1.1').then(() => 'connected', (error) => error.cause.code)`;
      expect(await attempt(connect)).toBe('ENETUNREACH');
    });

    it('writes to no file but in /tmp and /workspace', async () => {
      for (const path of ['/etc/passwd', '/usr/local/bin/node', '/home/node/x', '/new'])
        expect(await attempt(`fs.writeFileSync('${path}', 'x'); return 'written'`), path).toMatch(/^(EROFS|EACCES)$/);
      const own = `fs.writeFileSync('/tmp/a', 'x'); fs.mkdirSync('/workspace/own'); return fs.readFileSync('/tmp/a', 'utf8')`;
      expect(await attempt(own)).toBe('x');
    });

    it('executes nothing that it has written', async () => {
      const code = `fs.writeFileSync('/tmp/run', '#!/bin/sh\\necho ran', { mode: 0o755 }); return String(children.execFileSync('/tmp/run'))`;
      expect(await attempt(code)).toBe('EACCES');
    });

    it('finds its disk full at the size of its file system', async () => {
      const fill = `for (let n = 0; n < 40; n++) fs.writeFileSync('/tmp/' + n, Buffer.alloc(1024 * 1024)); return 'all written'`;
      expect(await attempt(fill)).toBe('ENOSPC');
    });

    it('has no capability, cannot become root, and is held by seccomp', async () => {
      const status = (await attempt(`return fs.readFileSync('/proc/self/status', 'utf8')`)) as string;
      expect(status).toMatch(/^CapEff:\s+0+$/m);
      expect(status).toMatch(/^CapBnd:\s+0+$/m);
      expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
      expect(status).toMatch(/^Seccomp:\s+2$/m);
      expect(status).toMatch(/^Uid:\s+1000\s+1000\s+1000\s+1000$/m);
      expect(await attempt('process.setuid(0); return "root"')).toBe('EPERM');
    });

    it('can start only so many processes', async () => {
      const code = `
        let started = 0;
        for (; started < 200; started++) {
          const child = children.spawn('sleep', ['60'], { stdio: 'ignore' });
          const failed = await new Promise((resolve) => { child.once('error', (e) => resolve(e.code)); child.once('spawn', () => resolve(undefined)); });
          if (failed !== undefined) return [started, failed];
        }
        return [started];`;
      const [started, failed] = (await attempt(code)) as [number, string];
      expect(started).toBeLessThan(64);
      expect(failed).toBe('EAGAIN');
    });

    it('can open only so many files', async () => {
      expect(await attempt(`for (let n = 0; n < 2_000; n++) fs.openSync('/dev/null'); return 'all open'`)).toBe(
        'EMFILE',
      );
    });

    it('sees no process, no environment and no file of the host', async () => {
      const code = `
        const pids = fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name));
        return [pids.length <= 3, Object.keys(process.env).sort(), fs.existsSync('/var/run/docker.sock')];`;
      const [few, names, socket] = (await attempt(code)) as [boolean, string[], boolean];
      expect(few).toBe(true);
      expect(names.filter((name) => !/^(HOME|HOSTNAME|PATH|NODE_VERSION|YARN_VERSION)$/.test(name))).toEqual([]);
      expect(socket).toBe(false);
    });

    it('cannot mount, trace, or load anything into the kernel', async () => {
      const code = `return children.spawnSync('mount', ['-t', 'tmpfs', 'x', '/tmp']).status !== 0`;
      expect(await attempt(code)).toBe(true);
      expect(await attempt(`fs.writeFileSync('/proc/sys/kernel/core_pattern', 'x'); return 'written'`)).toMatch(
        /^(EROFS|EACCES)$/,
      );
    });
  });
});
