import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { loadAjv } from '../../../../src/base/schema/load-ajv.ts';

it('gives both dialects and their formats, the same ones every time', () => {
  const { Ajv, Ajv2020, addFormats } = loadAjv();
  for (const Dialect of [Ajv, Ajv2020]) {
    const ajv = new Dialect();
    addFormats(ajv);
    const check = ajv.compile({ type: 'string', format: 'date' });
    expect([check('2026-11-21'), check('someday')]).toEqual([true, false]);
  }
  expect(loadAjv().Ajv2020).toBe(Ajv2020);
});

it('loads nothing before it is asked', () => {
  const file = fileURLToPath(new URL('../../../../src/base/schema/load-ajv.ts', import.meta.url));
  const program = `
    import { createRequire } from 'node:module';
    const { loadAjv } = await import(${JSON.stringify(file)});
    const loaded = () => Object.keys(createRequire(${JSON.stringify(file)}).cache).some((path) => path.includes('ajv'));
    const before = loaded();
    loadAjv();
    console.log(before, loaded());`;
  expect(execFileSync(process.execPath, ['--input-type=module', '-e', program]).toString().trim()).toBe('false true');
});
