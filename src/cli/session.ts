/**
 * What the commands have in common: settings are loaded, Codeloom is built, used and closed, and whatever is thrown
 * becomes one line on stderr and an exit code. Called by program.ts.
 */
import type { Settings } from '../base/config.ts';
import { type FaultCode, toFault } from '../base/fault.ts';
import { createLog } from '../base/log.ts';
import { type LoadedSettings, loadSettings, type SettingSources } from '../config/load-settings.ts';
import type { Codeloom } from '../main.ts';
import { safeText } from '../server/rendering/text.ts';
import type { Terminal } from './terminal.ts';

/** The process around the command line, as far as it is used. */
export interface CliHost extends Pick<SettingSources, 'env' | 'platform' | 'homeDir'> {
  readonly terminal: Terminal;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  build(settings: Settings): Promise<Codeloom>;
}

/** Codes that say: the command line or the configuration is wrong, not the work that was asked for. */
const USAGE_CODES: ReadonlySet<FaultCode> = new Set(['CONFIG_INVALID', 'ARGUMENTS_INVALID', 'UPSTREAM_UNKNOWN']);

/** A server's log tells of its life; a command itself says what went wrong, so its log tells only of our own failures. */
export function loadFor(
  command: 'serve' | 'other',
  flags: SettingSources['flags'],
  { env, platform, homeDir }: CliHost,
  more: SettingSources['defaults'] = {},
): Promise<LoadedSettings> {
  const defaults = command === 'serve' ? {} : ({ logLevel: 'error' } as const);
  return loadSettings({ flags, env, platform, homeDir, defaults: { ...defaults, ...more } });
}

/** Builds, uses and closes, whatever happens in between. */
export async function withCodeloom(
  { settings }: LoadedSettings,
  host: CliHost,
  use: (codeloom: Codeloom) => Promise<number>,
): Promise<number> {
  const codeloom = await host.build(settings);
  try {
    return await use(codeloom);
  } catch (thrown) {
    return reportThrown(thrown, host.terminal, settings);
  } finally {
    await codeloom.close();
  }
}

/** The exit code for it. The cause is logged where it is a riddle, or where the log level asks for it. */
export function reportThrown(thrown: unknown, terminal: Terminal, settings?: Settings): number {
  const fault = toFault(thrown);
  for (const line of fault.message.split('\n')) terminal.tell(`codeloom: ${safeText(line)}`);
  if (fault.cause !== undefined) {
    const log = createLog(settings?.logLevel ?? 'error');
    if (fault.code === 'INTERNAL') log.error({ err: fault.cause }, 'internal failure');
    else log.debug({ err: fault.cause, code: fault.code }, 'cause');
  }
  return USAGE_CODES.has(fault.code) ? 2 : 1;
}
