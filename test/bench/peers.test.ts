/** The battery tells what it saw, of Codeloom as of others; and what it saw stands in the page. */
import { describe, expect, it } from 'vitest';
import { peersHtml, peersMarkdown } from '../../bench/page/render-peers.ts';
import { BEHAVIOURS } from '../../bench/peers/battery/behaviours.ts';
import { observe } from '../../bench/peers/battery/watch-child.ts';
import type { PeerResults } from '../../bench/peers/results.ts';

const numberOf = (name: string) => BEHAVIOURS.findIndex((each) => each.name === name);

describe('the battery', () => {
  it('sees a type error refused before the run, and one that runs', async () => {
    const at = numberOf('type error caught before the run');
    expect(await observe('codeloom', at)).toMatchObject({
      isGood: true,
      text: expect.stringContaining('not assignable'),
    });
    expect(await observe('node-vm', at)).toMatchObject({ isGood: false });
  });

  it('sees whether calls overlap, and an unawaited call told or kept quiet', async () => {
    const parallel = await observe('codeloom', numberOf('ten calls truly parallel'));
    expect(parallel).toMatchObject({ isGood: true, text: expect.stringContaining('10 at a time') });
    const unawaited = numberOf('unawaited call reported');
    expect(await observe('codeloom', unawaited)).toMatchObject({ isGood: true, text: 'reported' });
    expect(await observe('node-vm', unawaited)).toMatchObject({ isGood: false, text: 'not reported' });
  });

  it('says so where a peer cannot be opened', async () => {
    expect(await observe('no-such-peer', 0)).toMatchObject({
      isGood: false,
      text: expect.stringContaining('no-such-peer'),
    });
  });
});

describe('the peers in the page', () => {
  const results: PeerResults = {
    schema: 1,
    header: {
      takenAt: '2026-01-01 00:00',
      revision: 'abc',
      machine: { cpu: 'a', cores: 2, memoryGb: 1, system: 'b' },
      node: '24',
      versions: {},
    },
    rounds: 1,
    speeds: ['warm run', 'one call of 100 in parallel', 'ten calls of 50 ms'],
    behaviours: ['spin'],
    rows: [
      {
        name: 'codeloom',
        isolation: 'isolate',
        speeds: [
          { name: 'warm run', unit: 'ms', p50: 1.5, p95: 2, samples: 3 },
          { reason: 'no <b>' },
          { reason: 'no' },
        ],
        cells: [{ text: 'ended | after 2 s', isGood: true, peakMb: 900 }],
      },
    ],
  };

  it('are escaped, with what failed and how much memory was taken', () => {
    const html = peersHtml(results);
    expect(html).toContain('failed: no &lt;b&gt;');
    expect(html).toContain('ended | after 2 s (peak 900 MB)');
    expect(peersMarkdown(results)).toContain('| codeloom | yes | ended \\| after 2 s (peak 900 MB) |');
  });

  it('are left out where none were measured', () => {
    expect(peersHtml(undefined) + peersMarkdown(undefined)).toBe('');
  });
});
