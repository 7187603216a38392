import { describe, expect, it } from 'vitest';
import { Fault } from '../../../../src/base/fault.ts';
import { createLog } from '../../../../src/base/log.ts';
import { renderFault, renderMistakes, renderThrown } from '../../../../src/server/rendering/render-fault.ts';

function collectingLog() {
  const lines: string[] = [];
  return { lines, log: createLog('info', { write: (line: string) => lines.push(line) }) };
}

describe('a failure as an answer', () => {
  it('has the code, the sentence and whether to try again, in both forms', () => {
    expect(renderFault(new Fault('POOL_SATURATED', 'All places are taken.'))).toEqual({
      content: [{ type: 'text', text: 'POOL_SATURATED: All places are taken.' }],
      structuredContent: { error: { code: 'POOL_SATURATED', message: 'All places are taken.', retryable: true } },
      isError: true,
    });
  });

  it('lists mistakes one a line', () => {
    const { content } = renderMistakes('run_js', ['a: wrong.', 'b: wrong.']);
    expect(content).toEqual([
      {
        type: 'text',
        text: 'ARGUMENTS_INVALID: The arguments of run_js do not fit its inputSchema; nothing was done.\na: wrong.\nb: wrong.',
      },
    ]);
  });

  it('shows nothing of an unexpected error and logs all of it', () => {
    const { lines, log } = collectingLog();
    const answer = JSON.stringify(renderThrown(new TypeError('at /home/somebody/x.ts'), 'run_js', log));
    expect(answer).toContain('INTERNAL');
    expect(answer).not.toContain('/home');
    expect(lines.join()).toContain('/home/somebody/x.ts');
  });

  it('logs no expected refusal above debug', () => {
    const { lines, log } = collectingLog();
    renderThrown(new Fault('UPSTREAM_UNKNOWN', 'There is none.'), 'run_js', log);
    expect(lines).toEqual([]);
  });
});
