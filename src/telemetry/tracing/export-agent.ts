/**
 * The sockets that spans leave by: kept alive between batches, and ended for good when the process ends, whatever the
 * collector is doing. Made by otlp-provider.ts. The exporter's own would hold the process until a hanging collector's timeout.
 */
import { readFileSync } from 'node:fs';
import { Agent, type AgentOptions } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import type { TracingOptions } from './span.ts';

export interface ExportAgent {
  open(protocol: string): Agent;
  /** Ends what is under way. Whoever tries again is told that it is over. */
  close(): void;
}

export function createExportAgent(env: TracingOptions['env']): ExportAgent {
  let opened: Agent | undefined;
  return {
    open: (protocol) => {
      opened =
        protocol === 'https:'
          ? new SecureAgent({ keepAlive: true, ...tlsOptions(env) })
          : new Agent({ keepAlive: true });
      return opened;
    },
    close: () => {
      if (opened === undefined) return;
      opened.createConnection = refuse;
      opened.destroy();
    },
  };
}

/** No code that the exporter takes for worth a retry. */
function refuse(_options: AgentOptions, _callback?: unknown): never {
  throw Object.assign(new Error('The exporter is closed.'), { code: 'ERR_CLOSED' });
}

/** As the exporter's own agent has them; a file that cannot be read is an error of set-up. */
function tlsOptions(env: TracingOptions['env']) {
  const read = (name: string) => {
    const file = env[`OTEL_EXPORTER_OTLP_TRACES_${name}`] ?? env[`OTEL_EXPORTER_OTLP_${name}`] ?? '';
    return file === '' ? undefined : readFileSync(file);
  };
  const [ca, cert, key] = [read('CERTIFICATE'), read('CLIENT_CERTIFICATE'), read('CLIENT_KEY')];
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}
