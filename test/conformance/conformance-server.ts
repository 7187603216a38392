/**
 * Codeloom as the official suite meets it: the real one over HTTP, with fixture-upstream.ts as its upstream, and with
 * the upstream's tools under their own names beside Codeloom's, because the suite calls tools by names of its own. A
 * call of such a tool goes the way of mcp-exec. Called by the tests; `node test/conformance/conformance-server.ts`
 * serves until it is interrupted, for a run of the suite by hand.
 */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createLog } from '../../src/base/log.ts';
import type { Tool } from '../../src/base/tool.ts';
import { defaultSettings } from '../../src/config/assemble-settings.ts';
import { buildCodeloom } from '../../src/main.ts';
import { Calls } from '../../src/server/call/calls.ts';
import { serveHttp } from '../../src/server/http/serve-http.ts';
import type { ServerTool } from '../../src/server/server-tool.ts';
import { createToolSurface } from '../../src/server/tool-surface.ts';
import { builtInTools } from '../../src/server/tools/built-in-tools.ts';
import { mcpExecTool } from '../../src/server/tools/mcp-exec.ts';

const FIXTURE = fileURLToPath(new URL('fixture-upstream.ts', import.meta.url));
const CONNECT_MS = 60_000;

export interface ConformanceServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function startConformanceServer(port = 0): Promise<ConformanceServer> {
  const transport = { kind: 'stdio', command: process.execPath, args: [FIXTURE], env: {} } as const;
  const settings = {
    ...defaultSettings({ transport: 'http', port, engine: 'node' }),
    upstreams: [{ name: 'fixture', transport }],
  };
  const parts = buildCodeloom(settings, createLog('error'));
  const [fixture] = (await parts.upstreams.catalog(['fixture'], AbortSignal.timeout(CONNECT_MS))).servers;
  const reexported = (fixture?.tools ?? []).map(reexport);
  const face = { parts, surface: createToolSurface([...builtInTools(parts), ...reexported]), calls: new Calls() };
  const http = await serveHttp(face);
  return {
    url: http.url,
    close: async () => {
      await face.calls.drain(0);
      await http.close();
      await parts.close();
    },
  };
}

/** The upstream's tool as one of Codeloom's own: its schema as it is, its calls through mcp-exec. */
function reexport({ server, name, description = '', inputSchema }: Tool): ServerTool {
  const exec = mcpExecTool();
  return {
    ...exec,
    name,
    title: name,
    inputSchema,
    description: () => description,
    check: () => [],
    call: (args, context) => exec.call({ name: `${server}.${name}`, arguments: args }, context),
  };
}

if (import.meta.main) {
  const server = await startConformanceServer(8788);
  process.stderr.write(`${server.url}\n`);
  await once(process, 'SIGINT');
  await server.close();
}
