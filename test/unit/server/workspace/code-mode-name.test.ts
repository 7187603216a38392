import { describe, expect, it } from 'vitest';
import { codeModeName, refuseClash, toolNameHint } from '../../../../src/server/workspace/code-mode-name.ts';

const builtIns = ['run_js', 'code-mode', 'code-mode-delete', 'system.health'];
const tool = (name: string) => ({ name, servers: [] });

describe('the name of a code-mode tool', () => {
  it.each(['x', 'Issue_report-2', 'a'.repeat(48)])('may be %s', (name) => {
    expect(codeModeName(name)).toBe(`code-mode-${name}`);
  });

  it('may be given in full', () => {
    expect(codeModeName('code-mode-x')).toBe('code-mode-x');
  });

  it.each(['', 'a b', '../x', 'a/b', 'a.b', '-x', '_x', 'ä', 'x\n', 'x\u0000', 'a'.repeat(49), 'аdmin', 'code-mode-'])(
    'may not be %j, and the refusal says the rule',
    (name) => {
      expect(() => codeModeName(name)).toThrow('1 to 48 of the characters A-Z a-z 0-9 _ -');
    },
  );

  it.each(['delete', 'Delete', 'DE-LETE', 'de_lete'])(
    'may not be %s, which is a built-in under some spelling',
    (name) => {
      expect(() => refuseClash(codeModeName(name), builtIns, [], true)).toThrow(
        'belongs to the built-in tool "code-mode-delete"',
      );
    },
  );

  it('may not be taken already, unless it is to be replaced', () => {
    expect(() => refuseClash('code-mode-x', builtIns, [tool('code-mode-x')], false)).toThrow('replace: true');
    expect(() => refuseClash('code-mode-x', builtIns, [tool('code-mode-x')], true)).not.toThrow();
  });

  it('may not differ from another only in spelling, even to replace it', () => {
    expect(() => refuseClash('code-mode-get_user', builtIns, [tool('code-mode-get-User')], true)).toThrow(
      'differs only in spelling',
    );
  });
});

describe('the nearest name of a tool', () => {
  const names = ['run_js', 'code-mode', 'code-mode-delete', 'code-mode-sum'];

  it.each([
    ['sum', 'code-mode-sum'],
    ['smu', 'code-mode-sum'],
    ['code-mode-smu', 'code-mode-sum'],
    ['code_mode_sum', 'code-mode-sum'],
    ['runjs', 'run_js'],
    ['code-mod', 'code-mode'],
    ['get-sum', 'everything.get-sum'],
  ])('of %s is %s', (name, meant) => {
    const others = new Map([['get-sum', 'everything.get-sum']]);
    expect(toolNameHint(name, names, others)).toBe(` Did you mean "${meant}"?`);
  });

  it('is none where only the prefix is alike', () => {
    for (const name of ['code-mode-xyzzy', 'code_mode_xyzzy', 'xyzzy']) expect(toolNameHint(name, names)).toBe('');
  });
});
