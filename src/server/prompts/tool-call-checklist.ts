/**
 * The prompt `tool-call-checklist`: what an agent should check before it writes a program. Short, because it is paid for
 * in tokens by everybody who asks for it. Rendered for offer-prompts.ts.
 */

export const CHECKLIST_NAME = 'tool-call-checklist';

export interface ChecklistGoal {
  readonly goal?: string;
}

const STEPS = [
  'Signatures: did you look them up with mcp-types (names, then summary, then full for what you will call)? Do not guess names of tools or arguments.',
  'One program: does one run_js call do the whole job: loop, filter, join and sort in the program, and return only what you need? Every extra round costs more than a longer program.',
  'Independent calls: are they under Promise.all? At most a few dozen are in flight at a time; the rest wait.',
  'Every call awaited: a call that is pending when the program returns is aborted.',
  'A returned value: does the program `return` one JSON value, small enough to read? Long lists belong cut or counted.',
  'Failures: is what may fail in try/catch? A failed call throws ToolError {server, tool, code, message, retryable}. Repeat only what is retryable, and never a call that may have taken effect.',
  'Effects: which calls change something? Read and check first, change last, and say in the result what was changed.',
  'Limits: is there an end to every loop over pages? A run has a wall clock, a number of tool calls and a size of result; limit-exceeded names the one that was met.',
  "Nothing else is in scope: no network; files and Node's own modules only on the docker engine; packages only where `dependencies` allow them.",
  'Again later? Then keep the program as a tool with code-mode, or for every client with dynamic.tool.create where that is listed; give it an inputSchema for what varies.',
] as const;

export function renderChecklist({ goal }: ChecklistGoal): string {
  const aim = goal === undefined ? [] : [`The goal: ${goal}`, ''];
  return [
    ...aim,
    'Before you write a program for Codeloom, check each of these; then write it, and run it once.',
    '',
    ...STEPS.map((step, at) => `${at + 1}. ${step}`),
  ].join('\n');
}
