import { describe, expect, it } from 'vitest';
import { logHappenings } from '../../../src/audit/log-happenings.ts';
import { localCaller } from '../../../src/base/gate/caller.ts';
import { createLog, type LogLevel } from '../../../src/base/log.ts';
import { toolCall } from './audit-bench.ts';

function logged(level: LogLevel, happening: Parameters<ReturnType<typeof logHappenings>>[0]) {
  const lines: string[] = [];
  logHappenings(createLog(level, { write: (line) => lines.push(line) }))(happening);
  return lines.map((line) => JSON.parse(line));
}

describe('the log of what happens', () => {
  it('has a line with the run’s id for each tool call, where somebody looks closely', () => {
    expect(logged('debug', toolCall())).toMatchObject([
      { runId: 'run-1', subject: 'ada', server: 'github', tool: 'get_issue', msg: 'a tool call ended' },
    ]);
    expect(logged('info', toolCall())).toEqual([]);
  });

  it('never has arguments', () => {
    expect(JSON.stringify(logged('debug', toolCall({ args: { secret: 'sesame' } })))).not.toContain('sesame');
  });

  it('has denials for everybody', () => {
    const denial = { kind: 'denial', caller: localCaller('eve'), what: 'server github', reason: 'not hers' } as const;
    expect(logged('info', denial)).toMatchObject([{ subject: 'eve', what: 'server github', reason: 'not hers' }]);
    expect(logged('warn', denial)).toEqual([]);
  });
});
