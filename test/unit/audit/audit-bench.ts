/**
 * A folder of its own for audit trails, writers of it, and what lies in it afterwards.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Audit, createAudit } from '../../../src/audit/create-audit.ts';
import { filesByTrail } from '../../../src/audit/trail/file-names.ts';
import { TrailWriter, type TrailWriterOptions } from '../../../src/audit/trail/trail-writer.ts';
import type { AuditSettings } from '../../../src/base/config.ts';
import { localCaller } from '../../../src/base/gate/caller.ts';
import type { ToolCallHappening } from '../../../src/base/gate/happening.ts';
import { createLog } from '../../../src/base/log.ts';

export interface AuditBench {
  /** Where there is nothing yet. */
  readonly dir: string;
  readonly logged: readonly string[];
  writer(options?: Partial<TrailWriterOptions>): TrailWriter;
  audit(settings?: Partial<AuditSettings>): Audit;
  /** Names of the files of a trail, in order. */
  names(trail?: number): readonly string[];
  text(name?: string): string;
  records(trail?: number): readonly Record<string, unknown>[];
  remove(): void;
}

export function auditBench(): AuditBench {
  const parent = mkdtempSync(join(tmpdir(), 'codeloom-audit-'));
  const dir = join(parent, 'audit');
  const logged: string[] = [];
  const log = createLog('info', { write: (line) => logged.push(line) });
  const names = (trail = 1) => (filesByTrail(readdirSync(dir)).get(trail) ?? []).map(({ name }) => name);
  const text = (name = names()[0] ?? '') => readFileSync(join(dir, name), 'latin1');
  return {
    dir,
    logged,
    writer: (options) =>
      new TrailWriter({ dir, maxBytes: 1024 * 1024, maxFiles: 100, opening: { version: 'test' }, log, ...options }),
    audit: (given) => {
      const settings = { isOn: true, dir, maxFileMb: 1, maxFiles: 8, keepsArguments: false, ...given };
      const home = { env: {}, platform: process.platform, homeDir: parent };
      const audit = createAudit({ settings, home, version: 'test', log });
      if (audit === undefined) throw new Error('The settings want no audit.');
      return audit;
    },
    names,
    text,
    records: (trail) =>
      names(trail).flatMap((name) =>
        text(name)
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line)),
      ),
    remove: () => rmSync(parent, { recursive: true }),
  };
}

export function toolCall(more: Partial<ToolCallHappening> = {}): ToolCallHappening {
  return {
    kind: 'tool-call',
    caller: localCaller('ada'),
    runId: 'run-1',
    server: 'github',
    tool: 'get_issue',
    ok: true,
    ms: 1.5,
    argsBytes: 20,
    resultBytes: 300,
    ...more,
  };
}

/** A record as a body, as long as it is told to be. */
export function note(at: number, chars = 0): string {
  return JSON.stringify({ time: new Date(0).toISOString(), kind: 'note', at, filler: 'x'.repeat(chars) });
}
