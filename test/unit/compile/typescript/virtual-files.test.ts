import { describe, expect, it } from 'vitest';
import { createVirtualFiles, PROGRAM_FILE } from '../../../../src/compile/typescript/virtual-files.ts';

const files = createVirtualFiles('/lib');

describe('createVirtualFiles', () => {
  it('holds what was written, and says whether that was new', () => {
    expect(files.write(PROGRAM_FILE, 'a')).toBe(true);
    expect(files.write(PROGRAM_FILE, 'a')).toBe(false);
    expect(files.answer('readFile', PROGRAM_FILE)).toEqual({ content: 'a' });
    expect(files.answer('fileExists', PROGRAM_FILE)).toBe(true);
  });

  it.each([
    '/etc/passwd',
    '/lib/../etc/passwd',
    '/lib/tsc',
    '/lib/lib.dom.d.ts',
    '/lib/lib.d.ts',
    '/lib/sub/lib.es5.d.ts',
    '/libx/lib.es5.d.ts',
    '__proto__',
    '',
  ])('does not have %s, and does not send the compiler to the disk for it', (path) => {
    expect(files.answer('readFile', path)).toEqual({ content: null });
    expect(files.answer('fileExists', path)).toBe(false);
    expect(files.answer('directoryExists', path)).toBe(false);
  });

  it('lets the compiler read its own library, without the DOM', () => {
    for (const name of ['es5', 'es2025', 'es2015.symbol.wellknown', 'esnext.disposable', 'decorators.legacy']) {
      expect(files.answer('readFile', `/lib/lib.${name}.d.ts`)).toBeUndefined();
    }
  });

  it('answers requests that it does not know with nothing', () => {
    expect(files.answer('constructor', '/')).toBeNull();
    expect(files.answer('writeFile', PROGRAM_FILE)).toBeNull();
  });
});
