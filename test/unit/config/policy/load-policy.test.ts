import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../../../../src/config/load-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'codeloom-policy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const RULES = '{"rules": [{"subjects": ["alice"], "servers": {"fs": {}, "githb": {}, "my-*": {}}}]}';
const POLICY = file('policy.jsonc', RULES);

function load(given: {
  readonly flags?: Record<string, string>;
  readonly env?: Record<string, string>;
  readonly config?: string;
}) {
  const flags = { '--config': file('mcp.json', given.config ?? '{}'), ...given.flags };
  return loadSettings({
    flags: new Map(Object.entries(flags).map(([flag, text]) => [flag, [text]])),
    env: given.env ?? {},
    platform: 'linux',
    homeDir: folder,
  });
}

describe('the setting policy', () => {
  it.each([
    ['a flag', { flags: { '--policy': POLICY } }],
    ['a variable', { env: { CODELOOM_POLICY: POLICY } }],
    ['the config file', { config: JSON.stringify({ codeloom: { policy: POLICY } }) }],
  ])('names the file by %s, and the settings have what it says', async (_, given) => {
    const { settings } = await load(given);
    expect(settings.policy?.rules[0]?.subjects).toEqual(['alice']);
  });

  it('is no policy where it is not given', async () => {
    expect((await load({})).settings).not.toHaveProperty('policy');
  });

  it('has the file of a flag go before that of a variable', async () => {
    const other = file('other.json', '{"rules": []}');
    const { settings } = await load({ flags: { '--policy': other }, env: { CODELOOM_POLICY: POLICY } });
    expect(settings.policy).toEqual({ rules: [] });
  });

  it('keeps the server from starting where the file is not there, or wrong', async () => {
    const absent = join(folder, 'absent.json');
    await expect(load({ flags: { '--policy': absent } })).rejects.toThrow(`${absent}: there is no such file.`);
    await expect(load({ flags: { '--policy': folder } })).rejects.toThrow('is a folder, not a file.');
    const wrong = file('wrong.json', '{"rules": [{"subject": ["a"]}]}');
    await expect(load({ flags: { '--policy': wrong } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`${wrong}:1:13: rules[0].subject is no key of a rule. Did you mean "subjects"?`),
    });
  });

  it('notes servers that it names and nobody configured', async () => {
    const config = '{"mcpServers": {"fs": {"command": "x"}, "github": {"command": "x"}}}';
    const { notes } = await load({ flags: { '--policy': POLICY }, config });
    expect(notes).toContain('The policy names the server "githb", which is not configured. Did you mean "github"?');
    expect(notes.join()).not.toMatch(/"fs"|my-/);
  });
});
