/**
 * Codeloom as an operator starts it with a policy file, in front of three real MCP servers: over stdio, where the subject
 * is the user who runs the tests, and over HTTP, where it is whoever a token of a small real issuer names. Everything is
 * taken down when the test ends.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createScratch } from '../../../scripts/demo/scratch.ts';
import { AUDIENCE, startIssuer } from '../../fixtures/issuer/issuer.ts';
import { connectCommand, connectHttp, type Era, type TestClient } from '../../unit/server/clients.ts';
import { BIN, startHttp } from '../served.ts';

export const USER = userInfo().username;
const SCOPES = 'codeloom.execute codeloom.manage codeloom.admin';

export interface PolicyServers {
  /** Behind the name of the program. */
  readonly args: readonly string[];
  /** A process of its own, for the user of the tests. */
  overStdio(era: Era): Promise<TestClient>;
  /** `codeloom run` of a program, by the user of the tests. */
  run(code: string, ...more: readonly string[]): Promise<{ readonly exitCode: number; readonly said: string }>;
  /** A process for all who connect to it, each with a token of its own. */
  overHttp(): Promise<(subject: string, era?: Era) => Promise<TestClient>>;
}

/** `policy`: the text of the file. */
export function policyServers(policy: string, ...more: readonly string[]): PolicyServers {
  const scratch = createScratch({ everything: 'everything', files: 'filesystem', memory: 'memory' });
  const file = join(scratch.folder, 'policy.jsonc');
  writeFileSync(file, policy);
  const ends: (() => Promise<unknown>)[] = [];
  onTestFinished(async () => {
    for (const end of ends.toReversed()) await end();
    scratch.remove();
  });
  const registry = join(scratch.folder, 'registry.db');
  const shared = ['serve', '--config', scratch.configFile, '--policy', file, '--registry-file', registry];
  const args = [BIN, ...shared, '--engine', 'node', ...more];
  return {
    args: args.slice(1),
    async overStdio(era) {
      const quiet = [...args, '--log-level', 'silent'];
      const client = await connectCommand({ command: process.execPath, args: quiet, stderr: 'ignore' }, era);
      ends.push(() => client.close());
      return client;
    },
    async run(code, ...given) {
      const program = join(scratch.folder, 'program.ts');
      writeFileSync(program, code);
      const own = ['--config', scratch.configFile, '--policy', file, '--engine', 'node', ...given];
      const child = spawnSync(process.execPath, [BIN, 'run', program, ...own], { encoding: 'utf8' });
      return { exitCode: child.status ?? -1, said: child.stdout + child.stderr };
    },
    async overHttp() {
      const issuer = await startIssuer();
      ends.push(() => issuer.close());
      const access = ['--auth', 'jwt', '--auth-issuer', issuer.url, '--auth-audience', AUDIENCE];
      const server = await startHttp([...args, '--transport', 'http', '--port', '0', ...access]);
      ends.push(() => server.end());
      return async (subject, era = '2026') => {
        const Authorization = `Bearer ${await issuer.sign({ sub: subject, scope: SCOPES })}`;
        const client = await connectHttp(server.url, era, 'test-client', { Authorization });
        ends.push(() => client.close());
        return client;
      };
    },
  };
}

/** The code of the fault or failure that an answer carries. */
export function codeOf({ structured }: { readonly structured: Readonly<Record<string, unknown>> }): unknown {
  return (structured.error as { readonly code?: unknown } | undefined)?.code;
}
