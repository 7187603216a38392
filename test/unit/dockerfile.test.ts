import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  docker,
  failingDocker,
  firstHealthVerdict,
  makeBaseWithRegistry,
  missingDocker,
  REPOSITORY,
} from '../docker/local-docker.ts';
import { type Instruction, parseDockerfile, type Stage } from '../docker/parse-dockerfile.ts';

const { args, stages } = parseDockerfile(readFileSync(join(REPOSITORY, 'Dockerfile'), 'utf8'));
const ignored = readFileSync(join(REPOSITORY, '.dockerignore'), 'utf8');
const everything = stages.flatMap((stage) => stage.instructions);

function runtime(): Stage {
  const last = stages.at(-1);
  if (last === undefined) throw new Error('The Dockerfile has no stage.');
  return last;
}

function of(instructions: readonly Instruction[], name: string): string[] {
  return instructions.filter((instruction) => instruction.name === name).map(({ text }) => text);
}

describe('the Dockerfile', () => {
  it('takes its base from one argument, a tagged stock image, in every stage that is not built on another', () => {
    expect(args).toEqual(['NODE_IMAGE=node:24-slim']);
    const names = stages.map(({ name }) => name);
    const bases = stages.map(({ from }) => from).filter((from) => !names.includes(from));
    expect(new Set(bases)).toEqual(new Set(['$' + '{NODE_IMAGE}']));
  });

  it('builds in stages of its own and hands only their products to the last', () => {
    expect(stages.length).toBeGreaterThan(1);
    expect(of(runtime().instructions, 'RUN')).toEqual([]);
    for (const copy of of(runtime().instructions, 'COPY')) expect(copy).toMatch(/^--from=(dependencies|build) /);
  });

  it('installs from the lockfile, production packages only, and runs none of their scripts', () => {
    const installs = of(everything, 'RUN').filter((text) => /\bnpm\b/.test(text));
    expect(installs.length).toBeGreaterThan(0);
    for (const install of installs) expect(install).toMatch(/^npm ci (?=.*--omit=dev)(?=.*--ignore-scripts)/);
  });

  it('runs as a numbered user that is not root, and says so after the last file is copied', () => {
    expect(of(runtime().instructions, 'USER')).toEqual(['1000:1000']);
    const order = runtime().instructions.map(({ name }) => name);
    expect(order.indexOf('USER')).toBeGreaterThan(order.lastIndexOf('COPY'));
  });

  it('checks its health with node alone, at /livez', () => {
    const [check = '', ...more] = of(runtime().instructions, 'HEALTHCHECK');
    expect(more).toEqual([]);
    const command: unknown = JSON.parse(check.slice(check.indexOf('CMD ') + 4));
    expect(command).toEqual(['node', '-e', expect.stringContaining('/livez')]);
  });

  it('starts the server without a shell, as HTTP on the published port', () => {
    expect(of(runtime().instructions, 'ENTRYPOINT')).toEqual(['["node", "/app/dist/bin.js"]']);
    expect(of(runtime().instructions, 'CMD')).toEqual(['["serve"]']);
    expect(of(runtime().instructions, 'EXPOSE')).toEqual(['8788']);
    expect(of(runtime().instructions, 'ENV').join(' ')).toContain('CODELOOM_TRANSPORT=http');
  });

  it('neither takes secrets nor switches authentication off', () => {
    const given = [...of(everything, 'ENV'), ...of(everything, 'ARG'), ...args].join('\n');
    expect(given).not.toMatch(/token|secret|password|credential|api_?key|unauthenticated/i);
    expect(of(everything, 'ADD')).toEqual([]);
  });

  it('needs nothing that only BuildKit has', () => {
    for (const { name, text } of everything) {
      expect(text, name).not.toMatch(
        name === 'COPY' ? /--(link|chmod|parents|exclude)|<</ : /--(mount|network|security)=|<</,
      );
    }
  });

  it('sends the daemon only the files that it copies', () => {
    const [first, ...rest] = ignored.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(first).toBe('*');
    const sent = rest.map((line) => line.replace(/^!/, ''));
    const copied = of(everything, 'COPY').filter((text) => !text.startsWith('--from'));
    expect(new Set(sent)).toEqual(new Set(copied.flatMap((text) => text.split(' ').slice(0, -1))));
    for (const file of sent) expect(existsSync(join(REPOSITORY, file)), file).toBe(true);
  });
});

const missing = missingDocker();
describe.skipIf(missing !== undefined)(`the image that it builds${missing ? ` (skipped: ${missing})` : ''}`, () => {
  const tag = `${process.pid}`;
  const image = `codeloom-test/server:${tag}`;
  const hardened = ['--rm', '--read-only', '--network=none', '--cap-drop=ALL', '--security-opt=no-new-privileges'];

  beforeAll(async () => {
    const base = await makeBaseWithRegistry();
    // The host's network, because the registry's name may be known only there.
    const build = ['build', '--quiet', '--network=host', '--build-arg', `NODE_IMAGE=${base}`];
    // Kept under a name: the next run finds its packages installed. The other two go when the tests are over.
    await docker(...build, '--target=dependencies', '--tag=codeloom-test/dependencies', '.');
    await docker(...build, '--target=build', `--tag=codeloom-test/build:${tag}`, '.');
    await docker(...build, `--tag=${image}`, '.');
  }, 300_000);

  afterAll(async () => {
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
});
