/** A short soak, with everything that the long one has (`npm run soak`); its length stands in run-soak.ts. */
import { beforeAll, describe, expect, it } from 'vitest';
import { missingDocker } from '../docker/local-docker.ts';
import { runSoak, SOAK_SECONDS, type SoakReport } from './run-soak.ts';

/** What a busy machine may take beside the soak itself: to start, to come to rest twice, to end. */
const AROUND_SECONDS = 180;

describe('a server under honest, hostile and rude clients at once', () => {
  let report: SoakReport;
  beforeAll(
    async () => {
      report = await runSoak({ seconds: SOAK_SECONDS.short, hasDocker: missingDocker() === undefined });
    },
    (SOAK_SECONDS.short + AROUND_SECONDS) * 1000,
  );

  it('answers every honest run correctly, and tells of no hostile one a success that did not happen', () => {
    const { honest, hostile, rude, wrong } = report.tally;
    expect(wrong).toEqual([]);
    expect(Math.min(honest, hostile, rude)).toBeGreaterThan(0);
  });

  it('holds as much memory, as many descriptors, timers, processes and containers in the end as it did before', () => {
    expect(report.grown).toEqual([]);
  });

  it('leaves no process and no container behind', () => {
    expect(report.left).toEqual([]);
  });
});
