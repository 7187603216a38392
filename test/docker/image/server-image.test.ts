import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeAsDocker, type HardenedServer, podAsDocker } from '../../deploy/manifests/as-docker-run.ts';
import { missingPostgres } from '../../postgres/local-postgres.ts';
import { ThrowAwayCluster } from '../../postgres/throw-away-cluster.ts';
import {
  docker,
  failingDocker,
  firstHealthVerdict,
  makeBaseWithRegistry,
  missingDocker,
  REPOSITORY,
} from '../local-docker.ts';
import { type HardenedContainer, startHardened } from './hardened-container.ts';

const missing = missingDocker() ?? missingPostgres();
describe.skipIf(missing !== undefined)(`the image of the server${missing ? ` (skipped: ${missing})` : ''}`, () => {
  const tag = `${process.pid}`;
  const image = `codeloom-test/server:${tag}`;
  const hardened = ['--rm', '--read-only', '--network=none', '--cap-drop=ALL', '--security-opt=no-new-privileges'];
  let cluster: ThrowAwayCluster;

  beforeAll(async () => {
    const base = await makeBaseWithRegistry();
    // The host's network, because the registry's name may be known only there.
    const build = ['build', '--quiet', '--network=host', '--build-arg', `NODE_IMAGE=${base}`];
    // Kept under a name: the next run finds its packages installed. The other two go when the tests are over.
    await docker(...build, '--target=dependencies', '--tag=codeloom-test/dependencies', '.');
    await docker(...build, '--target=build', `--tag=codeloom-test/build:${tag}`, '.');
    await docker(...build, `--tag=${image}`, '.');
    cluster = await ThrowAwayCluster.start();
  }, 300_000);

  afterAll(async () => {
    await cluster?.remove();
    await docker('image', 'rm', '--force', image, `codeloom-test/build:${tag}`);
  });

  it('answers with its version on a read-only root, without capabilities or network', async () => {
    const { version }: { version: string } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'));
    expect(await docker('run', ...hardened, image, '--version')).toBe(version);
  });

  it('refuses to serve beyond loopback until somebody has allowed it', async () => {
    const { code, stderr } = await failingDocker('run', ...hardened, image);
    expect(code).toBe(2);
    expect(stderr).toContain('--allow-unauthenticated');
  });

  it('cannot rewrite its own code, and has the native parts of its libraries', async () => {
    const probe = `
      import { accessSync, constants, existsSync } from 'node:fs';
      await Promise.all(['isolated-vm', 'esbuild', 'dockerode'].map((name) => import(name)));
      let writable = true;
      try { accessSync('/app/dist/bin.js', constants.W_OK); } catch { writable = false; }
      console.log(JSON.stringify({ uid: process.getuid(), writable, dev: existsSync('/app/node_modules/vitest') }));`;
    const printed = await docker(
      'run',
      '--rm',
      '--network=none',
      '--entrypoint=node',
      image,
      '--input-type=module',
      '-e',
      probe,
    );
    expect(JSON.parse(printed)).toEqual({ uid: 1000, writable: false, dev: false });
  });

  it('serves, reports itself healthy, and ends at once on SIGTERM', async () => {
    const allow = ['--env=CODELOOM_ALLOW_UNAUTHENTICATED=true', '--health-interval=1s'];
    const id = await docker('run', '--detach', '--tmpfs=/tmp', ...allow, ...hardened.slice(1), image);
    try {
      expect(await firstHealthVerdict(id)).toMatch(/: healthy$/);
      await docker('stop', '--time=20', id);
      expect(await docker('inspect', '--format={{.State.ExitCode}}', id)).toBe('0');
    } finally {
      await docker('rm', '--force', '--volumes', id);
    }
  });
  describe.each<[string, () => HardenedServer]>([
    ['the pod of deploy/kubernetes', podAsDocker],
    ['deploy/compose.yaml', composeAsDocker],
  ])('as in %s', (_name, asDocker) => {
    let server: HardenedContainer;

    beforeAll(async () => {
      server = await startHardened(asDocker(), image, cluster);
    }, 60_000);

    afterAll(() => server?.remove());

    it('is found to be all right by whoever looks after it', async () => {
      expect(await firstHealthVerdict(server.id)).toMatch(/: healthy$/);
    });

    it('checks and runs programs, and outlives those that take too much', async () => {
      const run = (code: string, more = {}) => server.client.call('run_js', { code, ...more });
      const completed = { kind: 'completed', result: 42, engine: 'node', isolation: 'isolate' };
      expect((await run('const n: number = 6; return n * 7')).structured).toMatchObject(completed);
      expect((await run('const n: number = "6"; return n')).structured.kind).toBe('type-error');
      const endless = await run('for (;;) {}', { timeoutMs: 1_000 });
      expect(endless.structured).toMatchObject({ kind: 'limit-exceeded', error: { limit: 'wallMs' } });
      const greedy = await run('const all = []; for (;;) all.push("x".repeat(1e6) + all.length);', {
        typecheck: false,
      });
      expect(greedy.structured.kind).toBe('limit-exceeded');
      expect((await run('return 6 * 7')).structured).toMatchObject(completed);
    }, 60_000);

    it('has every wall around a worker: user, capabilities, privileges, system calls, data', async () => {
      await server.client.call('run_js', { code: 'return 1' });
      const workers = await server.exec('sh', '-c', SHOW_WORKERS);
      const shown = workers.split('--\n').filter((text) => text !== '');
      expect(shown.length).toBeGreaterThan(0);
      for (const worker of shown) {
        expect(worker).toMatch(/^Uid:\s+([1-9]\d*)\s+\1\s+\1\s+\1$/m);
        for (const set of ['CapPrm', 'CapEff', 'CapBnd']) expect(worker).toMatch(new RegExp(`^${set}:\\s+0+$`, 'm'));
        expect(worker).toMatch(/^NoNewPrivs:\s+1$/m);
        // 2: a filter, the daemon's default.
        expect(worker).toMatch(/^Seccomp:\s+2$/m);
        expect(worker).not.toMatch(/^(?:PATH|TRACKER_TOKEN|CODELOOM_\w+)=/m);
      }
      // The very first of a server shows how large a worker is, and is bounded by nothing yet; it takes one run only.
      expect(workers).toMatch(/^Max data size\s+\d+/m);
    });

    it('keeps dynamic tools in the database, and calls them', async () => {
      const tool = { name: 'triple', description: 'Triples a number.', code: 'return args.n * 3', inputSchema: NUMBER };
      const { structured } = await server.client.call('dynamic.tool.create', { tool });
      expect(structured).toMatchObject({ name: 'triple', revision: 1 });
      expect((await server.client.call('triple', { n: 14 })).structured.result).toBe(42);
      const { structured: health } = await server.client.call('system.health');
      expect(health).toMatchObject({ ok: true, registry: { ok: true, kind: 'postgres', tools: 1 } });
    });

    it('writes to its folders, which hold what Node compiled, and to nothing else', async () => {
      expect(await server.exec('ls', '/var/cache/codeloom/compiled')).toMatch(/^v24\./);
      for (const folder of ['/app', '/', '/etc/codeloom']) {
        const { stderr } = await failingDocker('exec', server.id, 'touch', `${folder}/x`);
        expect(stderr, folder).toMatch(/Read-only file system|Permission denied/);
      }
    });

    it('writes down what was done, for nobody else to read', async () => {
      const listed = await server.exec('ls', '-l', '/var/lib/codeloom/audit');
      expect(listed).toMatch(/^-rw------- .*\.jsonl$/m);
      const verified = await server.exec('node', '/app/dist/bin.js', 'audit', 'verify');
      expect(verified).toMatch(/^Trail 1 is whole: \d+ records in 1 file/);
    });

    it('finds nothing wrong with its surroundings', async () => {
      const found = await server.exec('node', '/app/dist/bin.js', 'doctor');
      expect(found).toMatch(/^ok {3}isolated-vm: loads/m);
      expect(found).toMatch(
        /^ok {3}bounds of a worker: watchdog, the system's bound on memory, and death with its parent$/m,
      );
      expect(found).toMatch(/Codeloom works here\.$/);
    }, 60_000);

    it('ends by itself when it is told to', async () => {
      await server.client.close();
      await docker('stop', '--time=30', server.id);
      expect(await docker('inspect', '--format={{.State.ExitCode}}', server.id)).toBe('0');
    }, 60_000);
  });
});

const NUMBER = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] };
/** Of each worker: who it is, what it may, its bounds, its environment. */
const SHOW_WORKERS = `for process in /proc/[0-9]*; do
  case "$(tr '\\0' ' ' <"$process/cmdline" 2>/dev/null)" in
    */node\\ --no-node-snapshot*isolate-worker*) cat "$process/status" "$process/limits"; tr '\\0' '\\n' <"$process/environ"; echo --;;
  esac
done`;
