import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONFIGURATION_DOCS, renderConfigurationDocs } from '../../../scripts/configuration-docs.ts';
import { parseConfigFile } from '../../../src/config/config-file.ts';

describe('docs/configuration.md', () => {
  it('is what node scripts/configuration-docs.ts writes', () => {
    expect(readFileSync(CONFIGURATION_DOCS, 'utf8')).toBe(renderConfigurationDocs());
  });

  it('has an example that is valid', () => {
    const example = /```jsonc\n(.*?)```/s.exec(renderConfigurationDocs())?.[1] ?? '';
    const mistakes: string[] = [];
    const { upstreams, settings } = parseConfigFile(example, 'f', { HOME: '/h', TRACKER_TOKEN: 't' }, mistakes, []);
    expect(mistakes).toEqual([]);
    expect(upstreams.map(({ name }) => name)).toEqual(['files', 'tracker']);
    expect(settings.get('logLevel')).toBe('warn');
  });
});
