import { describe, expect, it } from 'vitest';
import { Fault } from '../../../../src/base/fault.ts';
import { defaultSettings } from '../../../../src/config/assemble-settings.ts';
import type { ProgramRequest } from '../../../../src/program/program-request.ts';
import { ERAS } from '../clients.ts';
import { startHttp } from '../serving.ts';

const dependencies = [{ name: 'left-pad', version: '^1.3.0' }];

describe.each(ERAS)('dependencies and an image, for a client of %s', (era) => {
  it('reach the run', async () => {
    const { connect, parts } = await startHttp();
    const client = await connect(era);
    await client.call('run_js', { code: 'return 1', dependencies, image: 'node:24-slim' });
    expect(parts.executed).toMatchObject([{ dependencies, image: 'node:24-slim' }]);
  });

  it('stay with a made tool, whether it takes a script or has a program', async () => {
    const { connect, parts } = await startHttp();
    const client = await connect(era);
    await client.call('code-mode', { name: 'scripts', servers: [], dependencies, image: 'node:24-slim' });
    await client.call('code-mode', { name: 'stored', servers: [], code: 'return 1', dependencies });
    await client.call('code-mode-scripts', { script: 'return 1' });
    await client.call('code-mode-stored', {});
    expect(parts.executed).toMatchObject([{ dependencies, image: 'node:24-slim' }, { dependencies }]);
  });

  it.each<[string, unknown]>([
    ['no list', { name: 'a', version: '1' }],
    ['texts', ['left-pad@1']],
    ['something beside name and version', [{ name: 'a', version: '1', registry: 'https://evil' }]],
    ['no version', [{ name: 'a' }]],
    ['ten thousand', Array.from({ length: 10_000 }, (_, at) => ({ name: `p${at}`, version: '1' }))],
    ['a name without an end', [{ name: 'a'.repeat(10_000), version: '1' }]],
  ])('are refused where they are %s', async (_what, given) => {
    const { connect, parts } = await startHttp();
    const client = await connect(era);
    const answer = await client.call('run_js', { code: 'return 1', dependencies: given });
    expect(answer).toMatchObject({ isError: true, structured: { error: { code: 'ARGUMENTS_INVALID' } } });
    expect(parts.executed).toEqual([]);
  });
});

describe('dependencies', () => {
  const listed = async (install: 'on' | 'off') => {
    const settings = { packages: { ...defaultSettings().packages, install } };
    const tools = await (await (await startHttp({ settings })).connect(ERAS[0])).list();
    const schemaOf = (name: string) => tools.find((tool) => tool.name === name)?.inputSchema;
    return [schemaOf('run_js'), schemaOf('code-mode')];
  };

  it('are listed where the operator has them on, and accepted by name all the same where not', async () => {
    for (const schema of await listed('on')) expect(schema).toHaveProperty('properties.dependencies');
    for (const schema of await listed('off')) expect(schema).not.toHaveProperty('properties.dependencies');
  });

  it('that are texts are answered with the shape that they need', async () => {
    const client = await (await startHttp()).connect(ERAS[0]);
    const { structured } = await client.call('run_js', { code: 'return 1', dependencies: ['nanoid@^5'] });
    expect(structured).toMatchObject({
      error: { mistakes: ['dependencies[0]: expected an object { name, version }, got the string "nanoid@^5".'] },
    });
  });
});

describe('a tool whose dependencies cannot be had', () => {
  it('is not made, also where it takes scripts', async () => {
    const asked: ProgramRequest[] = [];
    const { connect, parts } = await startHttp();
    Object.assign(parts, {
      check: async (request: ProgramRequest) => {
        asked.push(request);
        throw new Fault('DEPENDENCY_REFUSED', 'The package "left-pad" is blocked here (setting blockPackages).');
      },
    });
    const client = await connect(ERAS[0]);
    const answer = await client.call('code-mode', { name: 'x', servers: [], dependencies });
    expect(answer).toMatchObject({ isError: true, structured: { error: { code: 'DEPENDENCY_REFUSED' } } });
    expect(asked).toMatchObject([{ dependencies }]);
    expect((await client.list()).map(({ name }) => name)).not.toContain('code-mode-x');
  });
});
