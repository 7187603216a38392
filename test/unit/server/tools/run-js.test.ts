import { describe, expect, it } from 'vitest';
import type { EngineChoice } from '../../../../src/base/config.ts';
import { runJsTool } from '../../../../src/server/tools/run-js.ts';
import { smallParts } from '../small-parts.ts';

/** What an agent reads of `run_js`. */
function descriptionOf(engine: EngineChoice, names: readonly { name: string; description?: string }[] = []): string {
  const parts = smallParts();
  const upstreams = { ...parts.upstreams, names: () => names };
  return runJsTool({ upstreams, settings: { ...parts.settings, engine } }).description();
}

describe('the description of run_js', () => {
  it('says what a call gives, so that nobody looks for content blocks', () => {
    expect(descriptionOf('auto')).toContain('there is no .content[0].text');
  });

  it.each<[EngineChoice, string]>([
    ['node', 'No network, files or require.'],
    ['docker', 'files only under /tmp and /workspace (the cwd). Files written to /workspace/out come back.'],
    ['auto', 'only with the docker engine'],
  ])('promises of the %s engine no more than it has', (engine, sentence) => {
    expect(descriptionOf(engine)).toContain(sentence);
  });

  it('names the servers, on one line each with what they are for, and counts those beyond forty', () => {
    expect(descriptionOf('node', [{ name: 'files', description: 'reads\nfiles' }, { name: 'db' }])).toMatch(
      /Servers: files \(reads files\), db\.$/,
    );
    const many = Array.from({ length: 42 }, (_, n) => ({ name: `s${n}` }));
    expect(descriptionOf('node', many)).toMatch(/s39, and 2 more \(see mcp-types\)\.$/);
    expect(descriptionOf('node')).toMatch(/No servers are configured\.$/);
  });
});
