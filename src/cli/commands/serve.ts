/**
 * `codeloom serve`, and what `codeloom` alone does: serves MCP until the client goes or a signal comes. stdout belongs
 * to the protocol here, so nothing is printed.
 */
import type { LoadedSettings } from '../../config/load-settings.ts';
import type { Codeloom } from '../../main.ts';

/** Resolves with the exit code, after the drain. */
export async function serveCommand(codeloom: Codeloom, loaded: LoadedSettings, signal: AbortSignal): Promise<number> {
  for (const note of loaded.notes) codeloom.log.info(note);
  if (codeloom.upstreams.names().length === 0) {
    const where = loaded.hasConfigFile ? 'to' : 'by creating';
    codeloom.log.warn(`No servers are configured; add some under "mcpServers" ${where} ${loaded.configFile}.`);
  }
  const served = await codeloom.serve();
  const close = () => void served.close();
  signal.addEventListener('abort', close, { once: true });
  if (signal.aborted) close();
  await served.closed;
  return 0;
}
