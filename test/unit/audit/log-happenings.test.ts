import { describe, expect, it } from 'vitest';
import { logHappenings } from '../../../src/audit/log-happenings.ts';
import { localCaller } from '../../../src/base/gate/caller.ts';
import type { RequestHappening } from '../../../src/base/gate/happening.ts';
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

  it('has what was done to dynamic tools for everybody', () => {
    const request: RequestHappening = {
      kind: 'request',
      caller: localCaller('ada'),
      workspace: 'w',
      tool: 'dynamic.tool.create',
      runId: 'r',
      isManagement: true,
      touched: { name: 'plus', revision: 2 },
      ok: true,
      ms: 1,
    };
    expect(logged('info', request)).toMatchObject([{ runId: 'r', touched: { name: 'plus', revision: 2 } }]);
    expect(logged('info', { ...request, touched: { name: 'plus' } })).toHaveLength(1);
    const { touched: _touched, ...other } = request;
    expect(logged('info', other)).toEqual([]);
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
