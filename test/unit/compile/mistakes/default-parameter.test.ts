import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTypechecker } from '../../../../src/compile/typescript/typecheck.ts';
import { DECLARATIONS, LIMITS, NEVER, read, SILENT } from '../fixture.ts';

const checker = createTypechecker({ limits: LIMITS, log: SILENT });
beforeAll(() => checker.warm());
afterAll(() => checker.close());
const check = (source: string, declarations = DECLARATIONS) => checker.check(read(source), declarations, NEVER);

it.each([
  ['export default async function({ mcp, args }) { return mcp.fs.list() }', 33, 'mcp'],
  ['export default async function main({ args, mcp }: any) { return mcp.fs.list() }', 44, 'mcp'],
  ['async ({ mcp, args }) => mcp.fs.list()', 10, 'mcp'],
  ['(mcp, args) => mcp.fs.list()', 2, 'mcp'],
  ['export default (async ({ mcp: tools = {} }) => tools);', 26, 'mcp'],
  ['async function main({ args }) { return args.x }', 23, 'args'],
  ['const main = async ({ mcp }) => mcp; export default main', 23, 'mcp'],
  ['export default main; async function main({ mcp }) { return mcp }', 44, 'mcp'],
])('tells that the default function gets args alone: %s', async (source, column, name) => {
  expect(await check(source)).toEqual([
    {
      line: 1,
      column,
      code: 'parameter',
      message: `The default function is called with \`args\` alone, so its parameter has no ${name}.`,
      hint: 'Take no parameter, or `(args)`: `mcp`, `args` and `console` are in scope already.',
    },
  ]);
});

it.each([
  'export default async (args) => args.n',
  'async ({ n }) => n',
  'export default async ({ args, command }) => [args, command]',
  'export default () => { const f = ({ mcp, args }) => [mcp, args]; return f({ mcp, args }) }',
  'const f = ({ mcp }) => mcp; return f({ mcp })',
  'export default { mcp: 1, args: (mcp, args) => 2 }',
  'export default class { constructor(mcp) {} }',
  '() => ({ mcp: 1, args })',
  'const text = "export default ({ mcp }) => 1"; export default () => text',
])('leaves other functions alone: %s', async (source) => {
  expect(await check(source)).toEqual([]);
});

it('leaves alone what args really have', async () => {
  const declarations = 'declare const mcp: {}; declare const args: { mcp: string; args: string[] };';
  expect(await check('async ({ mcp, args }) => [mcp, args]', declarations)).toEqual([]);
  expect(await check('async ({ args }) => args', declarations)).toEqual([]);
});
