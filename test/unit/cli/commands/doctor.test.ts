import { describe, expect, it } from 'vitest';
import { Fault } from '../../../../src/base/fault.ts';
import { doctorCommand } from '../../../../src/cli/commands/doctor.ts';
import { defaultSettings } from '../../../../src/config/assemble-settings.ts';
import type { LoadedSettings } from '../../../../src/config/load-settings.ts';
import type { Codeloom } from '../../../../src/main.ts';
import {
  createCodeloom,
  createRememberingTerminal,
  NEVER,
  outcomeOf,
  serverOf,
  upstreamsOf,
} from '../command-bench.ts';

const LOADED: LoadedSettings = { settings: defaultSettings(), configFile: 'mcp.json', hasConfigFile: true, notes: [] };

/** Completes what is right and refuses what has the wrong type, as the real one would. */
const HEALTHY: Partial<Codeloom> = {
  execute: async ({ typecheck }) =>
    typecheck === false ? outcomeOf({ result: 42 }) : outcomeOf({ kind: 'type-error' }),
};

async function doctor(parts: Partial<Codeloom>, load: () => Promise<LoadedSettings> = async () => LOADED) {
  const terminal = createRememberingTerminal();
  const code = await doctorCommand({ load, build: async () => createCodeloom(parts) }, terminal, NEVER);
  return { code, lines: terminal.out.join('\n') };
}

describe('codeloom doctor', () => {
  it('finds that the parts of this machine work', async () => {
    const { code, lines } = await doctor(HEALTHY);
    expect(lines).toMatch(/^ok {3}Node\.js: 2\d\./m);
    expect(lines).toMatch(/^ok {3}isolated-vm: loads/m);
    expect(lines).toMatch(/^(ok {3}|warn )bounds of a worker: .*(watchdog)/m);
    expect(lines).toMatch(/^ok {3}esbuild: answers$/m);
    expect(lines).toMatch(/^(ok {3}|warn )Docker: /m);
    expect(lines).toMatch(/^ok {3}configuration: mcp\.json is valid, with 0 servers$/m);
    expect(lines).toMatch(/^ok {3}profile: mvp$/m);
    expect(lines).toMatch(/^ok {3}running a program: works on node \(isolate\)\. One worker is ready\.$/m);
    expect(lines).toMatch(/^ok {3}type-checker: answers in 1 ms$/m);
    expect(lines).toMatch(/Codeloom works here\.$/);
    expect(code).toBe(0);
  });

  it('says what the profile sets', async () => {
    const settings = defaultSettings({ profile: 'enterprise' });
    const { lines } = await doctor(HEALTHY, async () => ({ ...LOADED, settings }));
    expect(lines).toMatch(/^ok {3}profile: enterprise, which sets sandboxes=on.* where nothing else is given$/m);
  });

  it('fails where a type error passes, or a program does not run', async () => {
    const checked = await doctor({ execute: async () => outcomeOf({ result: 42 }) });
    expect(checked.lines).toMatch(/^FAIL type-checker: let a type error pass as completed\n {5}Run npm ci/m);
    expect(checked.code).toBe(1);
    const fault = new Fault('ENGINE_UNAVAILABLE', 'No engine is there.');
    const health = { ok: false, detail: 'No engine is there.', ready: 0, busy: 0 };
    const run = await doctor({ execute: () => Promise.reject(fault), health: () => ({ engine: health }) });
    expect(run.lines).toMatch(/^FAIL running a program: No engine is there\.$/m);
    expect(run.lines).not.toContain('type-checker');
    expect(run.lines).toMatch(/1 of the above failed\.$/);
  });

  it('tells every mistake of the configuration and goes on with the defaults', async () => {
    const mistakes = new Fault('CONFIG_INVALID', 'mcp.json:1:1: one.\nmcp.json:2:1: two.');
    const { code, lines } = await doctor(HEALTHY, () => Promise.reject(mistakes));
    expect(lines).toMatch(/^FAIL configuration: mcp\.json:1:1: one\.\nFAIL configuration: mcp\.json:2:1: two\.$/m);
    expect(lines).toMatch(/^ok {3}running a program/m);
    expect(code).toBe(1);
  });

  it('warns of an upstream that is dead or has dropped tools, and closes what it built', async () => {
    let closes = 0;
    const { code, lines } = await doctor({
      ...HEALTHY,
      upstreams: upstreamsOf({
        names: () => [{ name: 'dead' }, { name: 'odd' }],
        catalog: async ([name]) => {
          if (name === 'dead') throw new Fault('UPSTREAM_UNAVAILABLE', 'It did not start.');
          return { servers: [serverOf('odd', { dropped: [{ name: 'x', reason: 'y' }] })], hash: '' };
        },
      }),
      close: async () => {
        closes += 1;
      },
    });
    expect(lines).toMatch(/^warn server dead: It did not start\.$/m);
    expect(lines).toMatch(
      /^warn server odd: connects and offers 0 tools; 1 were dropped\n {5}codeloom tools odd says why\.$/m,
    );
    expect(code).toBe(0);
    expect(closes).toBe(1);
  });
});
