/** A server with an audit trail in a process of its own, as its users start it, and the verification of what it leaves. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { filesByTrail } from '../../../src/audit/trail/file-names.ts';
import { connectCommand, connectHttp, type Era, type TestClient } from '../../unit/server/clients.ts';
import { BIN, createConfig, startHttp } from '../served.ts';

export interface AuditServer {
  readonly client: TestClient;
  /** Ends client and server. */
  end(): Promise<void>;
}

export function auditFolder() {
  const { configFile, folder, remove } = createConfig();
  onTestFinished(remove);
  const dir = join(folder, 'audit');
  const args = (more: readonly string[]) => [
    ...[BIN, 'serve', '--config', configFile, '--registry-file', join(folder, 'registry.db'), '--engine', 'node'],
    ...['--audit', 'on', '--audit-dir', dir, ...more],
  ];
  return {
    dir,
    async overStdio(era: Era, more: readonly string[] = []): Promise<AuditServer> {
      const client = await connectCommand({ command: process.execPath, args: args(more), stderr: 'ignore' }, era);
      return { client, end: () => client.close() };
    },
    async overHttp(era: Era, more: readonly string[] = []): Promise<AuditServer> {
      const server = await startHttp(args(['--transport', 'http', '--port', '0', ...more]));
      const client = await connectHttp(server.url, era);
      return {
        client,
        end: async () => {
          await client.close();
          await server.end();
        },
      };
    },
    text: () => {
      const files = [...filesByTrail(readdirSync(dir)).values()].flat();
      return files.map(({ name }) => readFileSync(join(dir, name), 'utf8')).join('');
    },
    /** What `codeloom audit verify` prints, and its exit code. */
    async verify(...more: readonly string[]): Promise<{ readonly code: number; readonly stdout: string }> {
      const run = promisify(execFile)(process.execPath, [BIN, 'audit', 'verify', dir, ...more]);
      return run.then(
        ({ stdout }) => ({ code: 0, stdout }),
        ({ code, stdout }) => ({ code, stdout }),
      );
    },
  };
}

export function recordsOf(text: string): readonly Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
