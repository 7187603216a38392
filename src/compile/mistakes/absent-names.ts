/**
 * Names that programs expect and do not find, with what to do instead. Called by hints.ts. A name that is missing here
 * only costs its hint.
 */
import { isBuiltin } from 'node:module';
import type { NodePlace } from '../esbuild/import-advice.ts';

const NO_NETWORK =
  'There is no network in the sandbox: reach the outside through a tool of a server, such as mcp.<server>.<tool>(…).';
const NO_NODE = "Node's own globals and modules are not in scope in the sandbox.";
const ON_DOCKER = 'Node is in scope on the docker engine alone: ask for engine docker.';
const NO_BROWSER = 'There is no browser and no DOM here.';
const TOOLS = 'Tools are called as mcp.<server>.<tool>(…).';
const NO_MODULES = 'Write an ES module with `export default`, or a function body that ends in `return`.';

const INSTEAD: ReadonlyMap<string, string> = new Map([
  ...['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'Request', 'Response', 'Headers'].map(
    (name) => [name, NO_NETWORK] as const,
  ),
  ...['window', 'document', 'localStorage', 'navigator', 'alert', 'location'].map(
    (name) => [name, NO_BROWSER] as const,
  ),
  ...['module', 'exports'].map((name) => [name, NO_MODULES] as const),
  ['require', 'There is no `require`: programs reach everything through `mcp`, `args` and the language itself.'],
  ['Buffer', 'Use Uint8Array with TextEncoder and TextDecoder, and atob and btoa for base64.'],
  ['setImmediate', 'Use setTimeout(callback, 0) or queueMicrotask(callback).'],
  ...['tools', 'servers', 'mcpServers', 'codemode'].map((name) => [name, TOOLS] as const),
  ['input', 'What the caller passed in is called `args`.'],
  ['params', 'What the caller passed in is called `args`.'],
]);

/** Globals of Node that have no other hint. */
const OF_NODE: ReadonlySet<string> = new Set(['process', '__dirname', '__filename', 'global', 'clearImmediate']);

/** A sentence for a name that is not in scope, or undefined. */
export function insteadOf(name: string, node: NodePlace): string | undefined {
  const instead = INSTEAD.get(name);
  if (instead !== undefined) return instead;
  const isModule = isBuiltin(`node:${name}`);
  if (!isModule && !OF_NODE.has(name)) return undefined;
  if (node === 'here') return isModule ? `Import it first: \`import ${name} from 'node:${name}';\`.` : undefined;
  return node === 'on-docker' ? ON_DOCKER : NO_NODE;
}
