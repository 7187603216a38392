import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../packages/open-store.ts';

const LEAF = { name: 'leaf', version: '1.0.0', files: { 'index.js': 'module.exports = 1;' } };
const NEWER_LEAF = { name: 'leaf', version: '1.4.2', files: { 'index.js': 'module.exports = 2;' } };
const TREE = {
  name: '@scope/tree',
  version: '2.0.0',
  manifest: { dependencies: { leaf: '^1.0.0' } },
  files: { 'index.js': 'module.exports = require("leaf");', 'lib/deep.js': '' },
};

describe('the package store', () => {
  it('installs what is declared with all that it brings, and knows every file by its hash', async () => {
    const { open } = await openStore({ packages: [LEAF, NEWER_LEAF, TREE] });
    const set = await open({ '@scope/tree': '2.x' });
    expect(set.names).toEqual(['@scope/tree']);
    expect([...set.files.keys()].sort()).toEqual([
      'node_modules/@scope/tree/index.js',
      'node_modules/@scope/tree/lib/deep.js',
      'node_modules/@scope/tree/package.json',
      'node_modules/leaf/index.js',
      'node_modules/leaf/package.json',
    ]);
    expect(await readFile(join(set.folder, 'node_modules/leaf/index.js'), 'utf8')).toBe('module.exports = 2;');
    expect(set.native.size).toBe(0);
  });
});
