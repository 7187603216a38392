import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/base/fault.ts';
import { type CliHost, loadFor, reportThrown, withCodeloom } from '../../../src/cli/session.ts';
import { defaultSettings } from '../../../src/config/assemble-settings.ts';
import { createCodeloom, createRememberingTerminal, NEVER } from './command-bench.ts';

function createHost(build: CliHost['build']) {
  const terminal = createRememberingTerminal();
  return { terminal, signal: NEVER, env: {}, platform: 'linux', homeDir: '/nowhere', build } satisfies CliHost;
}

const LOADED = { settings: defaultSettings({ logLevel: 'silent' }), configFile: '', hasConfigFile: false, notes: [] };

describe('a session', () => {
  it('closes Codeloom after use, however that ended', async () => {
    const closes: string[] = [];
    const host = createHost(async () => createCodeloom({ close: async () => void closes.push('closed') }));
    expect(await withCodeloom(LOADED, host, async () => 7)).toBe(7);
    expect(await withCodeloom(LOADED, host, () => Promise.reject(new Fault('POOL_SATURATED', 'Busy.')))).toBe(1);
    expect(host.terminal.err).toEqual(['codeloom: Busy.']);
    expect(closes).toEqual(['closed', 'closed']);
  });

  it('lets only serve log more than errors by default, because commands say themselves what went wrong', async () => {
    const host = createHost(async () => createCodeloom());
    expect((await loadFor('serve', new Map(), host)).settings.logLevel).toBe('info');
    expect((await loadFor('other', new Map(), host)).settings.logLevel).toBe('error');
    expect((await loadFor('other', new Map([['--log-level', ['debug']]]), host)).settings.logLevel).toBe('debug');
  });
});

describe('what is thrown', () => {
  it.each([
    [new Fault('CONFIG_INVALID', 'One.\nTwo.'), 2, ['codeloom: One.', 'codeloom: Two.']],
    [new Fault('UPSTREAM_UNKNOWN', 'There is none.'), 2, ['codeloom: There is none.']],
    [new Fault('ENGINE_UNAVAILABLE', 'No engine.'), 1, ['codeloom: No engine.']],
    [new Fault('ENGINE_UNAVAILABLE', 'Odd \u{1b}[31m.'), 1, ['codeloom: Odd \\u001b[31m.']],
  ])('becomes a line for each sentence, and an exit code', (fault, code, lines) => {
    const terminal = createRememberingTerminal();
    expect(reportThrown(fault, terminal, LOADED.settings)).toBe(code);
    expect(terminal.err).toEqual(lines);
  });

  it('never shows a stack, whatever it was', () => {
    const terminal = createRememberingTerminal();
    expect(reportThrown(new Error('secret'), terminal, LOADED.settings)).toBe(1);
    expect(terminal.err).toEqual(['codeloom: Codeloom failed internally; its log has the details.']);
  });
});
