/**
 * What happened as lines of the log, each with the id of its run: what was denied, and what was done to dynamic tools, for
 * everybody to see, all else for those who look closer. Joined by src/main.ts.
 */
import type { Tell } from '../base/gate/happening.ts';
import type { Log } from '../base/log.ts';

export function logHappenings(log: Log): Tell {
  return (happening) => {
    if (happening.kind === 'denial') {
      const { caller, what, reason } = happening;
      log.info({ subject: caller.subject, what, reason }, 'a request was denied');
      return;
    }
    const level = happening.kind === 'request' && happening.touched !== undefined ? 'info' : 'debug';
    if (log.isLevelEnabled(level)) {
      // Arguments are for the audit trail alone.
      const { kind: _kind, caller, args: _args, ...rest } = { args: undefined, ...happening };
      log[level]({ subject: caller.subject, ...rest }, SENTENCES[happening.kind]);
    }
  };
}

const SENTENCES = {
  request: 'a request was answered',
  run: 'a run ended',
  'tool-call': 'a tool call ended',
} as const;
