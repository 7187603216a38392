/** Packages in long-lived sandboxes: declared once, imported by every program there. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';
import { loadSettings } from '../../src/config/load-settings.ts';
import { buildCodeloom, type Codeloom } from '../../src/main.ts';
import { createToolSurface } from '../../src/server/tool-surface.ts';
import { builtInTools } from '../../src/server/tools/built-in-tools.ts';
import { Workspace } from '../../src/server/workspace/workspace.ts';
import { missingDocker } from '../docker/local-docker.ts';
import { type LocalRegistry, startRegistry } from '../packages/local-registry.ts';

const missing = missingDocker();
const PACKAGES = [
  { name: 'shout', version: '1.0.1', files: { 'index.js': 'module.exports = (text) => text.toUpperCase() + "!";' } },
];
const CODE = "import shout from 'shout';\nreturn shout('hello');";

describe.skipIf(missing !== undefined)(`packages in sandboxes${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let registry: LocalRegistry;
  let folder: string;
  let codeloom: Codeloom;

  beforeAll(async () => {
    [registry, folder] = await Promise.all([startRegistry(PACKAGES), mkdtemp(join(tmpdir(), 'codeloom-e2e-'))]);
    await writeFile(join(folder, 'npmrc'), '');
    vi.stubEnv('npm_config_registry', registry.url);
    vi.stubEnv('npm_config_userconfig', join(folder, 'npmrc'));
    const given = { dependencies: 'on', 'packages-dir': join(folder, 'packages'), sandboxes: 'on' };
    const flags = new Map(
      Object.entries({ ...given, 'docker-pull': 'never', 'log-level': 'silent' }).map(([name, text]) => [
        `--${name}`,
        [text],
      ]),
    );
    const homeDir = join(homedir(), 'nowhere');
    const { settings } = await loadSettings({ flags, env: {}, platform: process.platform, homeDir });
    codeloom = buildCodeloom(settings);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await codeloom.close();
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Calls of one client: its tools, its workspace. */
  function createCaller() {
    const surface = createToolSurface(builtInTools(codeloom));
    const workspace = new Workspace('ws', () => 0);
    const { signal } = new AbortController();
    return async (name: string, args: JsonObject) => {
      const tool = surface.find(name, workspace);
      if (tool === undefined) throw new Error(`There is no tool ${name}.`);
      expect(tool.check(args)).toEqual([]);
      return tool.call(args, { parts: codeloom, workspace, caller: codeloom.owner, surface, signal });
    };
  }

  it('are imported by the programs of a sandbox that was made with them', async () => {
    const run = createCaller();
    const made = await run('sandbox.initialize', { dependencies: [{ name: 'shout', version: '^1.0.0' }] });
    const { id } = made.structuredContent as { id: string };
    const ran = await run('sandbox.run_js', { id, code: CODE });
    expect(ran.structuredContent).toMatchObject({ kind: 'completed', result: 'HELLO!' });
    const without = await run('sandbox.run_js', { id, code: CODE, dependencies: [] });
    expect(without.isError).toBe(true);
    await run('sandbox.stop', { id });
  }, 120_000);

  it('are refused before a sandbox is made where there is no such package', async () => {
    const asked = createCaller()('sandbox.initialize', {
      dependencies: [{ name: 'no-such-package', version: '1.0.0' }],
    });
    await expect(asked).rejects.toMatchObject({ code: expect.stringMatching(/^DEPENDENCY_/) });
    expect(codeloom.sandboxes?.all.list('ws')).toEqual([]);
  }, 120_000);
});
