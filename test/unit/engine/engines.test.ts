import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/base/fault.ts';
import type { DockerEngine } from '../../../src/engine/docker/docker-engine.ts';
import type { Engine, EngineName } from '../../../src/engine/engine.ts';
import { createEngines } from '../../../src/engine/engines.ts';
import type { DockerStanding } from '../../../src/engine/select-engine.ts';

const NEVER = new AbortController().signal;

function engine(name: EngineName): Engine & { closed: boolean } {
  const made = {
    name,
    isolation: 'isolate' as const,
    closed: false,
    warm: () => {},
    run: () => Promise.reject(new Error('not here')),
    health: () => ({ ok: true, detail: `${name} detail.`, ready: 1, busy: 0 }),
    close: async () => {
      made.closed = true;
    },
  };
  return made;
}

function dockerEngine(standing: () => DockerStanding, known = Promise.resolve()) {
  const made = Object.assign(engine('docker'), {
    started: 0,
    instanceId: 'x',
    sandboxes: {
      open: () => Promise.reject(new Error('not here')),
      get: () => {
        throw new Error('not here');
      },
      list: () => [],
      engineOf: () => engine('docker'),
      endWorkspace: () => {},
    },
    known,
    refuseImage: (image: string) => {
      throw new Fault('ENGINE_UNAVAILABLE', `No ${image} here.`);
    },
    standing,
    start: () => {
      made.started += 1;
    },
  });
  return made;
}

describe('the engines of a server', () => {
  it('refuse an image that may not be named before anything runs, wherever it was asked for', async () => {
    const docker = dockerEngine(() => 'ready');
    const engines = createEngines({ configured: 'auto', makeNode: () => engine('node'), makeDocker: () => docker });
    await expect(engines.choose(undefined, { image: 'odd' }, NEVER)).rejects.toThrow('No odd here.');
    expect((await engines.choose(undefined, {}, NEVER)).name).toBe('docker');
  });

  it('have long-lived sandboxes where Docker is not switched off', () => {
    const docker = dockerEngine(() => 'ready');
    const parts = { makeNode: () => engine('node'), makeDocker: () => docker };
    expect(createEngines({ configured: 'auto', ...parts }).sandboxes).toBe(docker.sandboxes);
    expect(createEngines({ configured: 'node', ...parts })).not.toHaveProperty('sandboxes');
  });

  it('decides anew for each run, and follows a daemon that goes and returns', async () => {
    let standing: DockerStanding = 'ready';
    const docker = dockerEngine(() => standing);
    const engines = createEngines({ configured: 'auto', makeNode: () => engine('node'), makeDocker: () => docker });
    const chosen = async () => (await engines.choose(undefined, {}, NEVER)).name;
    expect(await chosen()).toBe('docker');
    standing = 'absent';
    expect(await chosen()).toBe('node');
    expect(engines.health().engine).toMatchObject({ name: 'node', ok: true });
    standing = 'ready';
    expect(await chosen()).toBe('docker');
    expect(engines.health()).toMatchObject({
      engine: { name: 'docker' },
      engines: { node: { ok: true }, docker: { ok: true } },
    });
  });

  it('never makes a docker engine where the setting is node', async () => {
    const makeDocker = (): DockerEngine => {
      throw new Error('touched Docker');
    };
    const engines = createEngines({ configured: 'node', makeNode: () => engine('node'), makeDocker });
    engines.start();
    expect((await engines.choose('auto', {}, NEVER)).name).toBe('node');
    await expect(engines.choose('docker', {}, NEVER)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect(engines.health().engines).toEqual({ node: expect.anything() });
  });

  it('never makes a node engine where the setting is docker, and fails closed', async () => {
    const makeNode = (): Engine => {
      throw new Error('made a node engine');
    };
    const engines = createEngines({ configured: 'docker', makeNode, makeDocker: () => dockerEngine(() => 'absent') });
    await expect(engines.choose(undefined, {}, NEVER)).rejects.toThrow('docker detail.');
    expect(engines.health().engine).toMatchObject({ name: 'docker' });
  });

  it('works with docker alone where auto finds no node engine for this machine', async () => {
    const makeNode = (): Engine => {
      throw new Fault('ENGINE_UNAVAILABLE', 'No isolated-vm.');
    };
    const engines = createEngines({ configured: 'auto', makeNode, makeDocker: () => dockerEngine(() => 'ready') });
    expect((await engines.choose(undefined, {}, NEVER)).name).toBe('docker');
    await expect(engines.choose('node', {}, NEVER)).rejects.toThrow('No isolated-vm.');
  });

  it('waits for the first word of the daemon, unless the run is cancelled or wants node', async () => {
    const word = Promise.withResolvers<void>();
    let standing: DockerStanding = 'unknown';
    const docker = dockerEngine(() => standing, word.promise);
    const engines = createEngines({ configured: 'auto', makeNode: () => engine('node'), makeDocker: () => docker });
    expect((await engines.choose('node', {}, NEVER)).name).toBe('node');
    expect(docker.started).toBe(0);
    const cancel = new AbortController();
    const cancelled = engines.choose(undefined, {}, cancel.signal);
    cancel.abort(new Error('gone'));
    await expect(cancelled).rejects.toThrow('gone');
    const waiting = engines.choose(undefined, {}, NEVER);
    standing = 'ready';
    word.resolve();
    expect((await waiting).name).toBe('docker');
  });

  it('say whether docker could be had, for hints', () => {
    let standing: DockerStanding = 'ready';
    const parts = { makeNode: () => engine('node'), makeDocker: () => dockerEngine(() => standing) };
    const engines = createEngines({ configured: 'auto', ...parts });
    expect(engines.docker()).toBe('there');
    standing = 'absent';
    expect(engines.docker()).toBe('absent');
    expect(createEngines({ configured: 'node', ...parts }).docker()).toBe('off');
  });

  it('closes both', async () => {
    const node = engine('node');
    const docker = dockerEngine(() => 'ready');
    await createEngines({ configured: 'auto', makeNode: () => node, makeDocker: () => docker }).close();
    expect([node.closed, docker.closed]).toEqual([true, true]);
  });
});
