/**
 * A happening as the members of its record: each is named here, so that nothing gets into the trail because somebody added
 * it to a happening. Texts are freed of what looks like a secret, and cut. Called for every happening, in its way.
 */
import type { Happening } from '../../base/gate/happening.ts';
import { contentHash } from '../../base/json.ts';
import { REDACTED, redactText, redactValue } from './redact.ts';

export interface DescribeOptions {
  /** Arguments of calls are kept, without what looks like a secret. */
  readonly keepsArguments: boolean;
}

const NAME_CHARS = 256;
const FINGERPRINT_CHARS = 16;
const REASON_CHARS = 1_000;

type Members = Readonly<Record<string, unknown>>;

export function describeHappening(happening: Happening, { keepsArguments }: DescribeOptions): Members {
  const { kind, caller } = happening;
  const who = { time: new Date().toISOString(), kind, subject: subjectName(caller.subject) };
  switch (happening.kind) {
    case 'request': {
      const { workspace, runId, tool, called, isManagement, touched, ok, code, ms, argsBytes, resultBytes } = happening;
      const where = { workspace, runId, tool: name(tool), called: name(called), isManagement, touched: named(touched) };
      return { ...who, ...where, ok, code: name(code), ms, argsBytes, resultBytes, ...kept(happening, keepsArguments) };
    }
    case 'run': {
      const { workspace, runId, tool, engine, outcome, ms, timings, toolCalls, codeBytes, resultBytes } = happening;
      const what = { workspace, runId, tool: name(tool), engine, outcome, ok: outcome === 'completed' };
      return { ...who, ...what, ms, timings, toolCalls, codeBytes, resultBytes };
    }
    case 'tool-call': {
      const { runId, server, tool, ok, code, ms, argsBytes, resultBytes } = happening;
      const what = { runId, server: name(server), tool: name(tool), ok, code: name(code) };
      return { ...who, ...what, ms, argsBytes, resultBytes, ...kept(happening, keepsArguments) };
    }
    case 'denial': {
      const { what, reason } = happening;
      return { ...who, what: redactText(what, NAME_CHARS), ok: false, reason: redactText(reason, REASON_CHARS) };
    }
  }
}

function name(text: string): string;
function name(text: string | undefined): string | undefined;
function name(text: string | undefined): string | undefined {
  return text === undefined ? undefined : redactText(text, NAME_CHARS);
}

/** Two that leaving something out makes alike are two people still: what follows then tells them apart, and no secret. */
function subjectName(subject: string): string {
  const shown = name(subject);
  if (shown === subject && !subject.includes(REDACTED)) return subject;
  return `${shown}#${contentHash(subject).slice(0, FINGERPRINT_CHARS)}`;
}

function named(touched: { readonly name: string; readonly revision?: number } | undefined): Members | undefined {
  return touched === undefined ? undefined : { name: name(touched.name), revision: touched.revision };
}

function kept({ args }: { readonly args?: unknown }, keepsArguments: boolean): Members {
  return keepsArguments && args !== undefined ? { args: redactValue(args) } : {};
}
