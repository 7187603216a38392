import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNameCheck, foldToolName } from '../../../src/registry/record/tool-name.ts';

const complain = createNameCheck({ names: ['system.health', 'run_js'], prefixes: ['code-mode-', 'dynamic.'] });

describe('the name of a tool', () => {
  it.each(['a', 'report', 'Weekly_Report-2.1', '_private', 'a'.repeat(64), '0', 'console', 'comet', 'null', 'a.b.c'])(
    'may be %j',
    (name) => expect(complain(name)).toBeUndefined(),
  );

  it.each(['system.health', 'System_Health', 'SYSTEM.HEALTH', 'run.js', 'code-mode-x', 'Code-Mode-X', 'dynamic_tool'])(
    'may not be %j, which is reserved in some spelling',
    (name) => expect(complain(name)).toMatch(/^name: expected a name that is free/),
  );

  it('says what would be right', () => {
    expect(complain('a b')).toBe('name: expected a name of 1 to 64 ASCII letters, digits, "_", "-" or ".", got "a b".');
  });

  it('is told in printable ASCII on one line, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (name) => {
        const complaint = complain(name);
        if (complaint !== undefined) expect(complaint).toMatch(/^[\x20-\x7e…]{1,800}$/);
      }),
    );
  });
});

describe('two names', () => {
  it.each([
    ['Report', 'report'],
    ['a.b', 'a_b'],
    ['A.B', 'a_b'],
  ])('%s and %s are too alike', (one, other) => expect(foldToolName(one)).toBe(foldToolName(other)));

  it.each([
    ['a-b', 'a_b'],
    ['ab', 'a_b'],
  ])('%s and %s are not', (one, other) => expect(foldToolName(one)).not.toBe(foldToolName(other)));
});
