import { describe, expect, it } from 'vitest';
import { loadSettings } from '../../../../src/config/load-settings.ts';

async function notesOf(env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { notes } = await loadSettings({ flags: new Map(), env, platform: 'linux', homeDir: '/nonexistent' });
  return notes;
}

describe('a setting that was given and changes nothing', () => {
  it('is noted, with the reason and what would use it', async () => {
    expect(
      await notesOf({
        CODELOOM_REGISTRY_URL: 'postgres://codeloom:secret@db/codeloom',
        CODELOOM_AUDIT_DIR: '/var/lib/trail',
        CODELOOM_AUDIT_FILES: '8',
        CODELOOM_ALLOW_PACKAGES: 'zod',
      }),
    ).toEqual([
      'registryUrl is set and not used: the registry is "sqlite"; registry "postgres" uses it.',
      'auditDir, auditFiles are set and not used: audit is "off"; audit "on" writes the trail.',
      'allowPackages is set and not used: dependencies is "off", so no package is installed.',
    ]);
    expect(await notesOf({ CODELOOM_REGISTRY: 'none', CODELOOM_REGISTRY_FILE: '/var/lib/registry.db' })).toEqual([
      'registryFile is set and not used: the registry is "none"; registry "sqlite" uses it.',
    ]);
  });

  it('is not noted where it is used, be it through the profile', async () => {
    const used = { CODELOOM_AUDIT_DIR: '/var/lib/trail', CODELOOM_REGISTRY_FILE: '/var/lib/registry.db' };
    expect(await notesOf({ ...used, CODELOOM_PROFILE: 'enterprise' })).toEqual([]);
    const postgres = { CODELOOM_REGISTRY: 'postgres', CODELOOM_REGISTRY_URL: 'postgres://codeloom@db/codeloom' };
    expect(await notesOf({ ...postgres, CODELOOM_DEPENDENCIES: 'on', CODELOOM_BLOCK_PACKAGES: 'left-pad' })).toEqual(
      [],
    );
  });

  it('is not noted where it is empty, as in a file of variables that leaves one out', async () => {
    expect(await notesOf({ CODELOOM_REGISTRY_URL: '', CODELOOM_ALLOW_PACKAGES: '' })).toEqual([]);
  });
});
