/**
 * prompts/list and prompts/get on a client's server. There is one prompt. Called by client-server.ts.
 */
import { ProtocolError, ProtocolErrorCode, type Server } from '@modelcontextprotocol/server';
import { quote } from '../arguments/describe-value.ts';
import { CHECKLIST_NAME, type ChecklistGoal, renderChecklist } from './tool-call-checklist.ts';

const TITLE = 'Tool call checklist';
const DESCRIPTION = 'What to check before writing a program for run_js or code-mode.';
const GOAL = { name: 'goal', description: 'What the program is to achieve, in a sentence.', required: false } as const;
const MAX_GOAL_CHARS = 2_000;

export function offerPrompts(server: Server): void {
  server.setRequestHandler('prompts/list', async () => ({
    prompts: [{ name: CHECKLIST_NAME, title: TITLE, description: DESCRIPTION, arguments: [GOAL] }],
  }));
  server.setRequestHandler('prompts/get', async ({ params }) => {
    if (params.name !== CHECKLIST_NAME)
      throw invalid(`There is no prompt ${quote(params.name)}; there is ${CHECKLIST_NAME}.`);
    const text = renderChecklist(parseGoal(params.arguments ?? {}));
    return {
      description: DESCRIPTION,
      messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }],
    };
  });
}

function parseGoal(args: Readonly<Record<string, string>>): ChecklistGoal {
  const unknown = Object.keys(args).find((name) => name !== GOAL.name);
  if (unknown !== undefined) throw invalid(`${CHECKLIST_NAME} takes the argument goal, and no ${quote(unknown)}.`);
  const goal = args.goal?.trim() ?? '';
  if (goal.length > MAX_GOAL_CHARS)
    throw invalid(`goal: expected at most ${MAX_GOAL_CHARS} characters, got ${goal.length}.`);
  return goal === '' ? {} : { goal };
}

function invalid(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}
