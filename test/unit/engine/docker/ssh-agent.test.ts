import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBench } from '../../../contract/engine/bench.ts';
import { missingDocker } from '../../../docker/local-docker.ts';
import { makeDockerEngine } from '../../../docker/local-engine.ts';

// In place of ssh: notes how it was called, and leads to the daemon of this machine.
const STAND_IN = `#!/usr/bin/env node
const { appendFileSync } = require('node:fs');
appendFileSync(process.env.CALLS, JSON.stringify(process.argv.slice(2)) + '\\n');
const daemon = require('node:net').connect({ path: '/var/run/docker.sock', allowHalfOpen: true });
process.stdin.pipe(daemon).pipe(process.stdout);
`;

const missing = missingDocker();
describe.skipIf(missing !== undefined)(`a daemon behind ssh${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'codeloom-ssh-'));
    writeFileSync(join(dir, 'ssh'), STAND_IN);
    chmodSync(join(dir, 'ssh'), 0o755);
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('is reached through the ssh command, and runs programs like any other', async () => {
    const calls = join(dir, 'calls');
    const path = `${dir}:${process.env.PATH}`;
    const variables = { PATH: path, CALLS: calls, DOCKER_HOST: 'ssh://me@build.example:2222' };
    const bench = createBench(makeDockerEngine({ environment: { variables, homeDir: dir } }));
    expect(await bench.result('return (await mcp.kit.echo({ n: 1 })).n')).toBe(1);
    await bench.close();
    const [first = ''] = readFileSync(calls, 'utf8').split('\n');
    const args = JSON.parse(first) as string[];
    expect(args.slice(-5)).toEqual(['--', 'me@build.example', 'docker', 'system', 'dial-stdio']);
    expect(args.join(' ')).toContain('-p 2222');
    expect(args.join(' ')).not.toMatch(/StrictHostKeyChecking/);
  });
});
