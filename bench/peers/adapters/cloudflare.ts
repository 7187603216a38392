/**
 * @cloudflare/codemode on workerd, through miniflare: a host worker with the executor, and a dynamic worker for every
 * run. The tools of the suite live in the host worker, which is where this peer's host is; what they saw comes back.
 */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { failed, loadPackage, type Peer, type PeerEnd, type ToolStats } from '../peer.ts';

interface MiniflareLibrary {
  readonly Miniflare: new (
    options: object,
  ) => {
    readonly ready: Promise<unknown>;
    dispatchFetch(url: string, request: object): Promise<{ readonly ok: boolean; text(): Promise<string> }>;
    dispose(): Promise<void>;
  };
}

interface Answer {
  readonly result: unknown;
  readonly error?: string;
  readonly logs?: readonly string[];
  readonly stats: ToolStats;
}

const HOST_WORKER = fileURLToPath(new URL('../fixtures/cloudflare-host.js', import.meta.url));

export const cloudflare: Peer = {
  name: '@cloudflare/codemode on workerd',
  isolation: 'dynamic worker in a workerd process',
  call: (tool, args) => `codemode.${tool}(${args})`,
  open: async ({ tools, timeoutMs }) => {
    const { Miniflare } = await loadPackage<MiniflareLibrary>('miniflare');
    const host = new Miniflare({
      modules: true,
      script: await buildHost(),
      compatibilityDate: '2026-01-01',
      compatibilityFlags: ['nodejs_compat'],
      workerLoaders: { LOADER: {} },
    });
    await host.ready;
    const fetched = await tools.call('fetch', {});
    Object.assign(tools.stats, { calls: 0, mostInFlight: 0 });
    return {
      run: async (program): Promise<PeerEnd> => {
        try {
          const wantsFetched = program.includes('.fetch(');
          const body = JSON.stringify({
            code: `async () => {${program}\n}`,
            timeoutMs,
            fetched: wantsFetched ? fetched : null,
          });
          const response = await host.dispatchFetch('http://host/', { method: 'POST', body });
          const text = await response.text();
          // An executor that throws is an error page of the host worker.
          if (!response.ok) return { isOk: false, words: text, logChars: 0 };
          const { result, error, logs = [], stats } = JSON.parse(text) as Answer;
          Object.assign(tools.stats, stats);
          return { isOk: error === undefined, value: result, words: error ?? '', logChars: logs.join('').length };
        } catch (thrown) {
          return failed(thrown);
        }
      },
      close: () => host.dispose(),
    };
  },
};

async function buildHost(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [HOST_WORKER],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['workerd', 'worker', 'import'],
    external: ['cloudflare:*', 'node:*'],
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
