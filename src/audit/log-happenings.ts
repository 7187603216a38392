/**
 * What happened as lines of the log, each with the id of its run: what was denied for everybody to see, all else for those
 * who look closer. Joined by src/main.ts.
 */
import type { Tell } from '../base/gate/happening.ts';
import type { Log } from '../base/log.ts';

export function logHappenings(log: Log): Tell {
  return (happening) => {
    if (happening.kind === 'denial') {
      const { caller, what, reason } = happening;
      log.info({ subject: caller.subject, what, reason }, 'a request was denied');
    } else if (log.isLevelEnabled('debug')) {
      // Arguments are for the audit trail alone.
      const { kind: _kind, caller, args: _args, ...rest } = { args: undefined, ...happening };
      log.debug({ subject: caller.subject, ...rest }, SENTENCES[happening.kind]);
    }
  };
}

const SENTENCES = {
  request: 'a request was answered',
  run: 'a run ended',
  'tool-call': 'a tool call ended',
} as const;
