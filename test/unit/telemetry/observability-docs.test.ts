import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OBSERVABILITY_DOCS, renderObservabilityDocs } from '../../../scripts/observability-docs.ts';
import { RESOURCES } from '../../../src/server/resources/resource-table.ts';
import { METRIC_NAMES } from '../../../src/telemetry/metrics/metric-table.ts';

describe('docs/observability.md', () => {
  const text = readFileSync(OBSERVABILITY_DOCS, 'utf8');

  it('is what node scripts/observability-docs.ts writes', () => {
    expect(text).toBe(renderObservabilityDocs());
  });

  it('names every metric and every resource', () => {
    for (const name of [...METRIC_NAMES, ...RESOURCES.map(({ uri }) => uri)]) expect(text).toContain(`\`${name}\``);
  });
});
