import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LIMITS_DOCS, renderLimitsDocs } from '../../../scripts/limits-docs.ts';
import { LIMIT_NAMES } from '../../../src/base/limits.ts';

describe('docs/limits.md', () => {
  it('is what node scripts/limits-docs.ts writes', () => {
    expect(readFileSync(LIMITS_DOCS, 'utf8')).toBe(renderLimitsDocs());
  });

  it('has a row for every limit, with its numbers as a person and as a config file would write them', () => {
    const text = renderLimitsDocs();
    for (const name of LIMIT_NAMES) expect(text).toMatch(new RegExp(`^\\| \`${name}\` \\| [^|]+ \\| \\d+`, 'm'));
    expect(text).toContain('| 30000 (30 s) | 1000 (1 s) to 120000 (2 min) |');
    expect(text).toContain('| 262144 (256 KiB) | 1024 (1 KiB) to 4194304 (4 MiB) |');
    expect(text).toContain('| 500 | 1 to 100000 |');
  });
});
