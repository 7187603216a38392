import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScratch } from '../../scripts/demo/scratch.ts';
import { loadSettings } from '../../src/config/load-settings.ts';
import { buildCodeloom, type Codeloom } from '../../src/main.ts';
import { readExamples } from './read-examples.ts';

const ROOT = new URL('../../', import.meta.url);
const FILES = ['README.md', ...readdirSync(new URL('docs/', ROOT)).map((name) => `docs/${name}`)];
const EXAMPLES = FILES.filter((name) => name.endsWith('.md')).flatMap((name) =>
  readExamples(name, readFileSync(new URL(name, ROOT), 'utf8')),
);

const scratch = createScratch({ everything: 'everything', files: 'filesystem', memory: 'memory' });
let codeloom: Codeloom;

beforeAll(async () => {
  const flags = new Map([
    ['--config', [scratch.configFile]],
    ['--log-level', ['silent']],
  ]);
  const { settings } = await loadSettings({ flags, env: {}, platform: process.platform, homeDir: scratch.folder });
  codeloom = buildCodeloom(settings);
});

afterAll(async () => {
  await codeloom.close();
  scratch.remove();
});

describe('the examples of the documentation', () => {
  it.each(EXAMPLES)('$place comes out as it says', async ({ code, request, outcome }) => {
    const signal = new AbortController().signal;
    expect(await codeloom.execute({ ...request, code, workspace: 'docs' }, signal)).toMatchObject(outcome as object);
  });

  it('are found', () => {
    expect(EXAMPLES.length).toBeGreaterThan(20);
  });
});

describe('readExamples', () => {
  const block = (head: string, body: string) => `\`\`\`${head}\n${body}\n\`\`\`\n`;

  it('reads the program, the request, the outcome and the place', () => {
    const markdown = `# T\n\n${block('js run {"args": 1}', 'return args;')}\n${block('json outcome', '{"result": [1]}')}`;
    expect(readExamples('f.md', markdown)).toEqual([
      { place: 'f.md:4', code: 'return args;', request: { args: 1 }, outcome: { result: [1] } },
    ]);
  });

  it('reads … as any text, and everything else as itself', () => {
    const [example] = readExamples('f', block('ts run', '1') + block('json outcome', '{"a": "x.…(z)", "b": "x.y"}'));
    expect({ a: 'x.1\n2(z)', b: 'x.y' }).toEqual(example?.outcome);
    expect({ a: 'xy1(z)', b: 'x.y' }).not.toEqual(example?.outcome);
    expect({ a: 'x.(z)', b: 'xay' }).not.toEqual(example?.outcome);
  });

  it('leaves blocks alone that are not to be run', () => {
    expect(readExamples('f', block('ts', '1') + block('json', '{}'))).toEqual([]);
  });

  it('refuses a program without an outcome', () => {
    expect(() => readExamples('f', `${block('ts run', '1')}text\n${block('json outcome', '{}')}`)).toThrow(
      'f:2: no json outcome block follows.',
    );
  });
});
