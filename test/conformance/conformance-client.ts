/**
 * The upstream side as the official suite meets it: connects to the server at the URL that the suite gives as the last
 * argument, as to any configured upstream, lists its tools and calls each once. Started by the suite, once for each of
 * its client scenarios; exits with 1 where anything of that failed.
 */
import { isJsonObject, type Json, type JsonObject } from '../../src/base/json.ts';
import { resolveLimits } from '../../src/base/limits.ts';
import { createLog } from '../../src/base/log.ts';
import { createUpstreams } from '../../src/upstream/upstreams.ts';

const NAME = 'suite';
const PATIENCE_MS = 60_000;

const url = process.argv.at(-1) ?? '';
const signal = AbortSignal.timeout(PATIENCE_MS);
const upstreams = createUpstreams([{ name: NAME, transport: { kind: 'http', url, headers: {} } }], {
  limits: resolveLimits({}),
  log: createLog('error'),
  version: '1',
});

async function callAll(): Promise<void> {
  const { servers } = await upstreams.catalog([NAME], signal);
  for (const tool of servers.flatMap(({ tools }) => tools)) {
    const call = { runId: 'conformance', tool, args: argumentsFor(tool.inputSchema) };
    const reply = await upstreams.callTool(call, signal);
    if (reply.kind === 'failure') throw new Error(`${tool.name}: ${reply.failure.message}`);
    process.stdout.write(`${tool.name}: ${JSON.stringify(reply.value)}\n`);
  }
}

/** A value for each argument that is required: the suite's tools want numbers and texts. */
function argumentsFor({ properties, required }: JsonObject): JsonObject {
  const names = Array.isArray(required) ? required.map(String) : [];
  const choose = (schema: Json | undefined): Json =>
    isJsonObject(schema) && schema.type === 'number' ? 2 : 'something';
  return Object.fromEntries(
    names.map((name) => [name, choose(isJsonObject(properties) ? properties[name] : undefined)]),
  );
}

try {
  await callAll();
} catch (thrown) {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  process.exitCode = 1;
} finally {
  await upstreams.close();
}
