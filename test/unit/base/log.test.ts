import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/base/fault.ts';
import { createLog, LOG_LEVELS, type LogLevel } from '../../../src/base/log.ts';

function linesAt(level: LogLevel, write: (log: ReturnType<typeof createLog>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  write(createLog(level, { write: (line) => lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('createLog', () => {
  it('writes one JSON object a line, with the time in words and nothing about the host', () => {
    const [line] = linesAt('info', (log) => log.info({ runId: 'r1' }, 'a line\nin two'));
    expect(Object.keys(line ?? {}).sort()).toEqual(['level', 'msg', 'runId', 'time']);
    expect(line).toMatchObject({ runId: 'r1', msg: 'a line\nin two' });
    expect(new Date(String(line?.time)).toISOString()).toBe(line?.time);
  });

  it.each(LOG_LEVELS.filter((level) => level !== 'silent').map((level, index) => [level, index + 1] as const))(
    'at the level %s keeps it and all that is graver',
    (level, count) => {
      const lines = linesAt(level, (log) => {
        for (const each of ['error', 'warn', 'info', 'debug', 'trace'] as const) log[each](each);
      });
      expect(lines.map(({ msg }) => msg)).toEqual(['error', 'warn', 'info', 'debug', 'trace'].slice(0, count));
    },
  );

  it('keeps nothing at the level silent', () => {
    expect(linesAt('silent', (log) => log.fatal('the end'))).toEqual([]);
  });

  it('keeps the cause of a fault, which no client sees', () => {
    const fault = new Fault('INTERNAL', 'It failed.', new Error('the reason'));
    const [line] = linesAt('error', (log) => log.error({ err: fault }, 'failed'));
    expect(JSON.stringify(line)).toContain('the reason');
  });

  it('writes to stderr at once, and never to stdout, which is the protocol’s', () => {
    const module = new URL('../../../src/base/log.ts', import.meta.url).href;
    const program = `import { createLog } from ${JSON.stringify(module)}; createLog('info').info('hello'); process.kill(process.pid, 'SIGKILL')`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toMatchObject({ msg: 'hello' });
  });
});
