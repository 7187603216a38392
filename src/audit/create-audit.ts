/**
 * The audit trail: listens to what happens and writes it down, a line of JSON each, in a chain that shows every later change
 * (docs/audit.md). Made by src/main.ts where the settings want one. Nobody waits for it, and nothing fails because of it.
 */
import type { AuditSettings } from '../base/config.ts';
import { type Home, userFolder } from '../base/files/user-folder.ts';
import type { Tell } from '../base/gate/happening.ts';
import type { Log } from '../base/log.ts';
import { describeHappening } from './record/describe-happening.ts';
import { bodyOf } from './record/seal.ts';
import { TrailWriter } from './trail/trail-writer.ts';

export interface Audit {
  readonly tell: Tell;
  /** Begins to write. Rejects with Fault CONFIG_INVALID where the folder cannot be used. Without it, the first happening does. */
  open(): Promise<void>;
  /** Writes what is left, as far as the disk takes it. */
  close(): Promise<void>;
}

export interface AuditOptions {
  readonly settings: AuditSettings;
  readonly home: Home;
  readonly version: string;
  readonly log: Log;
}

/** Undefined where the settings want none. */
export function createAudit({ settings, home, version, log }: AuditOptions): Audit | undefined {
  const { isOn, maxFileMb, maxFiles, keepsArguments } = settings;
  if (!isOn) return undefined;
  const writer = new TrailWriter({
    dir: auditFolder(settings, home),
    maxBytes: maxFileMb * 1024 * 1024,
    maxFiles,
    opening: { version, pid: process.pid },
    log,
  });
  return {
    tell: (happening) => writer.add(recordOf(() => bodyOf(describeHappening(happening, { keepsArguments })))),
    open: () => writer.open(),
    close: () => writer.close(),
  };
}

/** Where the settings, or the platform, have it. */
export function auditFolder({ dir }: Pick<AuditSettings, 'dir'>, home: Home): string {
  return dir ?? userFolder('state', home, 'audit');
}

/** A value that cannot be described costs its own record, and no request. */
function recordOf(describe: () => string): string | undefined {
  try {
    return describe();
  } catch {
    return undefined;
  }
}
