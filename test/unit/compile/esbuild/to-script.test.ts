import { expect, it } from 'vitest';
import { toScript } from '../../../../src/compile/esbuild/to-script.ts';

const MAP = '{"version":3,"sources":["program.ts"],"mappings":"AAAA","names":[]}';

it('returns the default export from a function around the module', () => {
  const script = toScript('var a=1;export{b as other,a as default};\n', MAP);
  expect(script?.code).toContain('\nvar a=1;\nreturn a}');
  expect(script?.code).not.toContain('export');
});

it('moves the source map down by the lines that it puts before the module', () => {
  const script = toScript('a;export{a as default};\n', MAP);
  const line = script?.code.split('\n').findIndex((text) => text.startsWith('a;'));
  expect(JSON.parse(script?.sourceMap ?? '')).toMatchObject({ mappings: `${';'.repeat(line ?? -1)}AAAA` });
});

it.each(['a();\n', 'export{a as b};\n', 'x=`export{a as default};\n`;\n', 'export{a as default};b();\n', ''])(
  'finds no default export in %j',
  (module) => {
    expect(toScript(module, MAP)).toBeUndefined();
  },
);
