import { describe, expect, it } from 'vitest';
import { expandVariables } from '../../../src/config/expand-variables.ts';

const ENV = { HOME: '/home/me', EMPTY: '', TRICK: '\u{24}{HOME}', 'ProgramFiles(x86)': 'C:' };

/** `<X>` for a reference, so that no line here looks like a forgotten template string. */
function reference(text: string): string {
  return text.replaceAll('<', '\u{24}{').replaceAll('>', '}');
}

describe('references in strings', () => {
  it.each([
    ['a variable', '<HOME>/bin', '/home/me/bin'],
    ['a variable in VS Code form', '<env:HOME>', '/home/me'],
    ['a default where it is not set', '<NOPE:-x y:-z>', 'x y:-z'],
    ['a default where it is empty', '<EMPTY:-x>', 'x'],
    ['an empty default', '<NOPE:->', ''],
    ['an empty variable', '[<EMPTY>]', '[]'],
    ['several', '<HOME>:<HOME>', '/home/me:/home/me'],
    ['a name with brackets', '<ProgramFiles(x86)>', 'C:'],
    ['nothing', '$HOME $ {HOME}', '$HOME $ {HOME}'],
  ])('replace %s', (_title, text, expected) => {
    expect(expandVariables(reference(text), ENV)).toEqual({ text: expected, mistakes: [] });
  });

  it('are literal after a second dollar sign', () => {
    expect(expandVariables(reference('$<HOME> <HOME>'), ENV).text).toBe(reference('<HOME> /home/me'));
  });

  it('are not looked for in what a variable holds', () => {
    expect(expandVariables(reference('<TRICK>'), ENV).text).toBe(reference('<HOME>'));
  });

  it.each([
    [
      'an unset variable',
      '<NOPE>',
      /^needs the environment variable NOPE, which is not set; set it, or give a default/,
    ],
    ['a name on the prototype', '<__proto__>', /^needs the environment variable __proto__/],
    ['another name on the prototype', '<constructor>', /^needs the environment variable constructor/],
    ['an input of VS Code', '<input:token>', /VS Code input .* use an environment variable/],
    ['another kind of reference', '<config:x>', /^has a reference that is none of/],
    ['a reference without a name', '<>', /^has a reference that is none of/],
    ['a reference without an end', '<HOME', /^has a .* without "}"/],
  ])('are a mistake with %s', (_title, text, mistake) => {
    expect(expandVariables(reference(text), ENV).mistakes).toEqual([expect.stringMatching(mistake)]);
  });
});
