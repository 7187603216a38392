import { describe, expect, it } from 'vitest';
import { importedBuiltins } from '../../../../src/compile/syntax/imported-builtins.ts';

describe('the modules of Node that a program imports', () => {
  it.each([
    ["import { createHash } from 'node:crypto'", ['node:crypto']],
    ["import 'zlib'", ['zlib']],
    ["import * as fs from 'fs/promises'; export default 1", ['fs/promises']],
    ["export { join } from 'node:path'", ['node:path']],
    ["const { gzipSync } = await import(/* now */ 'node:zlib')", ['node:zlib']],
    ['const os = require(`node:os`)', ['node:os']],
    ["import a from 'node:fs'; import b from 'node:fs'; import c from 'os'", ['node:fs', 'os']],
    ["import type { Readable } from '\\u006eode:stream'", ['node:stream']],
  ])('are found in %s', (source, expected) => {
    expect(importedBuiltins(source)).toEqual(expected);
  });

  it.each([
    ["import _ from 'lodash'"],
    ["import x from './fs'"],
    ["return 'node:fs'"],
    ["// import 'node:fs'"],
    ["const text = `import 'node:fs'`"],
    ["mcp.fs.read({ from: 'fs' })"],
    ["import.meta.resolve('node:fs')"],
    ["import x from 'node:no-such-module'"],
    [''],
  ])('are none in %s', (source) => {
    expect(importedBuiltins(source)).toEqual([]);
  });
});
