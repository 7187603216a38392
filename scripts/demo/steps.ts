/**
 * The steps of the demo: each does one thing with Codeloom, holds what came back against what was expected, and says
 * what is worth showing. Used by scripts/demo.ts.
 */
import assert from 'node:assert/strict';
import { listing, ms, show, timing } from './narrate.ts';
import { TEXTS } from './scratch.ts';
import type { Session } from './session.ts';

export interface Step {
  readonly headline: string;
  /** Resolves with lines for a person; throws AssertionError where something is not as expected. */
  run(session: Session): Promise<readonly string[]>;
}

const COUNT_WORDS = `const { content } = await mcp.files.list_directory({ path: args.folder });
const names = content.split('\\n').map((line) => line.replace('[FILE] ', ''));
const counts = await Promise.all(
  names.map(async (name) => {
    const file = await mcp.files.read_text_file({ path: args.folder + '/' + name });
    return [name, file.content.trim().split(/\\s+/).length] as const;
  }),
);
return Object.fromEntries(counts);`;

const TYPE_ERROR = `const sum = await mcp.everything.get_sum({ a: 'two', b: 3 });
return sum;`;

const CALL_MS = 300;
const TEN_CALLS = `const wait = () => mcp.everything.trigger_long_running_operation({ duration: ${CALL_MS / 1000}, steps: 1 });
return (await Promise.all(Array.from({ length: 10 }, wait))).length;`;

const ENDLESS = `let turns = 0;
while (true) turns += 1;`;
const ENDLESS_MS = 500;

export const STEPS: readonly Step[] = [
  { headline: 'Make a tool: a stored program that counts the words of every file in a folder', run: makeTool },
  { headline: 'Call that tool', run: callTool },
  { headline: 'Run a program with a type error: it is told where and what, and nothing runs', run: typeError },
  { headline: `Run a program that makes ten tool calls of ${CALL_MS} ms at once`, run: tenCalls },
  { headline: `Run a program that never ends, with ${ENDLESS_MS} ms to live; then one that does end`, run: endless },
];

async function makeTool({ client, call, toolsChanged }: Session): Promise<readonly string[]> {
  const inputSchema = { type: 'object', properties: { folder: { type: 'string' } }, required: ['folder'] };
  const { isError, structuredContent } = await call('code-mode', {
    name: 'count-words',
    description: 'Counts the words of every text file in a folder.',
    servers: ['files'],
    code: COUNT_WORDS,
    inputSchema,
  });
  assert.notEqual(isError, true, JSON.stringify(structuredContent));
  await toolsChanged;
  const names = (await client.listTools()).tools.map(({ name }) => name);
  assert(names.includes('code-mode-count-words'), `The new tool is not listed: ${names.join(', ')}`);
  const types = await call('mcp-types', { servers: ['files'] });
  const { declarations } = types.structuredContent as { declarations: string };
  return [
    ...listing(COUNT_WORDS),
    '',
    'The client was told that the tools changed, and lists code-mode-count-words.',
    `It was checked against the declarations of the server: ${declarations.split('\n').length} lines of TypeScript, which mcp-types shows.`,
  ];
}

async function callTool({ outcome, notes }: Session): Promise<readonly string[]> {
  const run = await outcome('code-mode-count-words', { folder: notes });
  assert.equal(run.kind, 'completed', JSON.stringify(run));
  const expected = Object.entries(TEXTS).map(([name, text]) => [name, text.trim().split(/\s+/).length]);
  assert.deepEqual(run.result, Object.fromEntries(expected));
  return [JSON.stringify(run.result), timing(run)];
}

async function typeError({ outcome }: Session): Promise<readonly string[]> {
  const run = await outcome('run_js', { code: TYPE_ERROR });
  assert.equal(run.kind, 'type-error', JSON.stringify(run));
  assert.deepEqual(run.toolCalls, []);
  const [mistake, ...others] = run.diagnostics ?? [];
  assert(mistake !== undefined && others.length === 0, JSON.stringify(run.diagnostics));
  assert.deepEqual([mistake.line, mistake.column, mistake.code], [1, 44, 'TS2322']);
  const [first = '', ...rest] = listing(TYPE_ERROR);
  const caret = `${' '.repeat(4 + mistake.column)}^`;
  const told = `${mistake.line}:${mistake.column} ${mistake.code} ${mistake.message} ${mistake.hint ?? ''}`;
  return [first, show('red', caret), ...rest, '', show('red', told.trim()), timing(run)];
}

async function tenCalls({ outcome }: Session): Promise<readonly string[]> {
  const run = await outcome('run_js', { code: TEN_CALLS });
  assert.equal(run.kind, 'completed', JSON.stringify(run));
  assert.equal(run.result, 10);
  const each = run.toolCalls.map((call) => call.ms);
  const sum = each.reduce((total, one) => total + one, 0);
  assert(each.length === 10 && each.every((one) => one >= CALL_MS - 5), JSON.stringify(run.toolCalls));
  // One after the other they would take their sum; a machine under load may stretch the run, and the calls with it.
  assert(run.timings.runMs < sum / 2, `The calls did not overlap: ${run.timings.runMs} ms for ${sum} ms of calls.`);
  const shown = `Ten calls of ${ms(Math.min(...each))} to ${ms(Math.max(...each))}, ${ms(sum)} in all, done in ${ms(run.timings.runMs)}.`;
  return [...listing(TEN_CALLS), '', shown, timing(run)];
}

async function endless({ outcome }: Session): Promise<readonly string[]> {
  const run = await outcome('run_js', { code: ENDLESS, timeoutMs: ENDLESS_MS });
  assert.deepEqual([run.kind, run.error?.limit, run.error?.value], ['limit-exceeded', 'wallMs', ENDLESS_MS]);
  const next = await outcome('run_js', { code: 'return args.a * args.b;', args: { a: 6, b: 7 } });
  assert.deepEqual([next.kind, next.result], ['completed', 42], JSON.stringify(next));
  return [
    show('red', run.error?.message ?? ''),
    timing(run),
    `The next program returned ${next.result}.`,
    timing(next),
  ];
}
