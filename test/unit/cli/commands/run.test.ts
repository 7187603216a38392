import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseRunRequest, runCommand } from '../../../../src/cli/commands/run.ts';
import type { ProgramRequest } from '../../../../src/program/program-request.ts';
import { TIMEOUT_PROPERTY } from '../../../../src/server/tools/run-js.ts';
import { createCodeloom, createRememberingTerminal, NEVER, outcomeOf, upstreamsOf } from '../command-bench.ts';

describe('the request of codeloom run', () => {
  const terminal = createRememberingTerminal('return 1');

  it('is made from stdin and options', async () => {
    const options = { servers: 'a, b', args: '{"x":1}', timeoutMs: '5000', typecheck: false };
    const expected = { code: 'return 1', servers: ['a', 'b'], args: { x: 1 }, timeoutMs: 5000, typecheck: false };
    expect(await parseRunRequest('-', options, terminal)).toEqual(expected);
  });

  it('may have any deadline that run_js takes', async () => {
    const { minimum, maximum } = TIMEOUT_PROPERTY;
    for (const timeoutMs of [minimum, maximum].map(String)) {
      const request = await parseRunRequest('-', { typecheck: true, timeoutMs }, terminal);
      expect(String(request.timeoutMs)).toBe(timeoutMs);
    }
  });

  it('may have packages, scoped ones too, and an image', async () => {
    const options = {
      typecheck: true,
      dependency: ['left-pad@^1.3.0', '@scope/name@1 || 2', 'a@npm:b@5'],
      image: 'node:24-slim',
    };
    expect(await parseRunRequest('-', options, terminal)).toMatchObject({
      dependencies: [
        { name: 'left-pad', version: '^1.3.0' },
        { name: '@scope/name', version: '1 || 2' },
        { name: 'a', version: 'npm:b@5' },
      ],
      image: 'node:24-slim',
    });
  });

  it('leaves out what was not given, and keeps an empty list of servers and null args', async () => {
    expect(await parseRunRequest('-', { typecheck: true }, terminal)).toEqual({ code: 'return 1', typecheck: true });
    const given = await parseRunRequest('-', { typecheck: true, servers: '', args: 'null' }, terminal);
    expect(given).toMatchObject({ servers: [], args: null });
  });

  it.each([
    [{ args: 'x' }, /^--args must be JSON/],
    [{ timeoutMs: '5s' }, /^--timeout-ms must be a whole number from 1 to 120000, not "5s"\.$/],
    [{ timeoutMs: '0' }, /^--timeout-ms must be/],
    [{ dependency: ['left-pad'] }, /^--dependency must be a name and a version or range, as in "left-pad@\^1\.3\.0"/],
    [{ dependency: ['@scope/name'] }, /^--dependency must be a name and a version or range/],
    [{ timeoutMs: '120001' }, /^--timeout-ms must be/],
  ])('is refused with %o', async (options, message) => {
    const request = parseRunRequest('-', { typecheck: true, ...options }, terminal);
    await expect(request).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID', message: expect.stringMatching(message) });
  });

  it('is refused where the file cannot be read', async () => {
    const message = expect.stringMatching(/cannot be read \(EISDIR\)/);
    await expect(parseRunRequest('.', { typecheck: true }, terminal)).rejects.toMatchObject({ message });
  });
});

describe('codeloom run', () => {
  it('runs the program on the configured engine and ends with 0', async () => {
    const requests: ProgramRequest[] = [];
    const codeloom = createCodeloom({
      execute: async (request) => {
        requests.push(request);
        return outcomeOf({ result: [1] });
      },
    });
    const terminal = createRememberingTerminal();
    const run = { request: { code: 'return [1]', typecheck: true }, isJson: false };
    expect(await runCommand(codeloom, run, terminal, NEVER)).toBe(0);
    expect(requests).toEqual([{ code: 'return [1]', typecheck: true, engine: 'auto', workspace: 'cli' }]);
    expect(terminal.out).toEqual(['[\n  1\n]']);
  });

  it('refuses servers that are not configured, with the nearest and with all that are', async () => {
    const codeloom = createCodeloom({
      upstreams: upstreamsOf({ names: () => [{ name: 'files' }, { name: 'memory' }] }),
    });
    const run = { request: { code: '', servers: ['flies', 'xyzzy'] }, isJson: false };
    await expect(runCommand(codeloom, run, createRememberingTerminal(), NEVER)).rejects.toMatchObject({
      code: 'UPSTREAM_UNKNOWN',
      message:
        'There is no server "flies". Did you mean "files"? There is no server "xyzzy". The servers are: files, memory.',
    });
  });

  it('says that files were not kept, or writes them to --out', async () => {
    const content = Buffer.from('x');
    const artifacts = ['a.txt', '../b.txt'].map((path) => ({ path, mimeType: 'text/plain', bytes: 1, content }));
    const codeloom = createCodeloom({ execute: async () => outcomeOf({ artifacts }) });
    const terminal = createRememberingTerminal();
    const run = { request: { code: '' }, isJson: false };
    expect(await runCommand(codeloom, run, terminal, NEVER)).toBe(0);
    expect(terminal.err.at(-1)).toBe('2 files not kept: --out DIR writes them there');
    const out = mkdtempSync(join(tmpdir(), 'codeloom-out-'));
    onTestFinished(() => rmSync(out, { recursive: true }));
    expect(await runCommand(codeloom, { ...run, isJson: true, out }, terminal, NEVER)).toBe(1);
    expect(readFileSync(join(out, 'a.txt'), 'utf8')).toBe('x');
    expect(terminal.err.at(-2)).toMatch(/^1 file written to /);
    expect(terminal.err.at(-1)).toBe('../b.txt was not written: its path leads elsewhere.');
  });

  it('ends with 1 for any other outcome, whole as JSON where that is asked for', async () => {
    const outcome = outcomeOf({ kind: 'program-threw', error: { name: 'E', message: 'no' } });
    const terminal = createRememberingTerminal();
    const run = { request: { code: '' }, isJson: true };
    expect(await runCommand(createCodeloom({ execute: async () => outcome }), run, terminal, NEVER)).toBe(1);
    expect(JSON.parse(terminal.out.join('\n'))).toEqual(outcome);
    expect(terminal.err).toEqual([]);
  });
});
