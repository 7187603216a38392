/**
 * What a program sees beside `mcp` and `args`, as ambient declarations for the type-checker (docs/programs.md). Data,
 * not code: the sandbox runtime (sandbox-runtime/) is what really puts these names in scope. No DOM, no Node: a name that is not
 * here and not in the language is an error in a program. Where the text says `any`, plain JavaScript is meant to pass unchecked.
 */
export const GUEST_SCOPE = `
interface Console {
  debug(...values: unknown[]): void;
  info(...values: unknown[]): void;
  log(...values: unknown[]): void;
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
  table(data: unknown, columns?: readonly string[]): void;
  group(...label: unknown[]): void;
  groupCollapsed(...label: unknown[]): void;
  groupEnd(): void;
  time(label?: string): void;
  timeLog(label?: string, ...values: unknown[]): void;
  timeEnd(label?: string): void;
  assert(condition?: unknown, ...values: unknown[]): void;
  count(label?: string): void;
  countReset(label?: string): void;
  dir(value?: unknown, options?: unknown): void;
  dirxml(...values: unknown[]): void;
  trace(...values: unknown[]): void;
}
/** Lines end up in the outcome's \`logs\`. */
declare const console: Console;

/** Thrown where a tool call fails. */
declare class ToolError extends Error {
  private constructor();
  readonly name: "ToolError";
  readonly server: string;
  readonly tool: string;
  readonly code: "unknown-tool" | "invalid-arguments" | "invalid-result" | "upstream-error" | "upstream-timeout" | "upstream-lost" | "denied" | "budget-spent";
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  readonly details: any;
}

declare function sleep(ms: number): Promise<void>;
declare function setTimeout(callback: (...args: any[]) => unknown, ms?: number, ...args: any[]): number;
declare function setInterval(callback: (...args: any[]) => unknown, ms?: number, ...args: any[]): number;
declare function clearTimeout(id?: number): void;
declare function clearInterval(id?: number): void;
declare function queueMicrotask(callback: () => void): void;
declare const performance: { now(): number; readonly timeOrigin: number };
declare function structuredClone<Value>(value: Value, options?: { transfer?: unknown[] }): Value;
declare function atob(base64: string): string;
declare function btoa(binary: string): string;
declare const crypto: {
  randomUUID(): \`\${string}-\${string}-\${string}-\${string}-\${string}\`;
  getRandomValues<Values extends Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array | BigInt64Array | BigUint64Array>(values: Values): Values;
};

declare class TextEncoder {
  readonly encoding: "utf-8";
  encode(text?: string): Uint8Array<ArrayBuffer>;
  encodeInto(text: string, target: Uint8Array): { read: number; written: number };
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  decode(bytes?: ArrayBufferLike | ArrayBufferView, options?: { stream?: boolean }): string;
}

declare class URL {
  constructor(url: string | URL, base?: string | URL);
  static canParse(url: string | URL, base?: string | URL): boolean;
  static parse(url: string | URL, base?: string | URL): URL | null;
  href: string;
  readonly origin: string;
  protocol: string;
  username: string;
  password: string;
  host: string;
  hostname: string;
  port: string;
  pathname: string;
  search: string;
  hash: string;
  readonly searchParams: URLSearchParams;
  toString(): string;
  toJSON(): string;
}
declare class URLSearchParams {
  constructor(init?: string | Iterable<readonly [string, string] | readonly string[]> | Record<string, string> | URLSearchParams);
  readonly size: number;
  append(name: string, value: string): void;
  delete(name: string, value?: string): void;
  get(name: string): string | null;
  getAll(name: string): string[];
  has(name: string, value?: string): boolean;
  set(name: string, value: string): void;
  sort(): void;
  forEach(callback: (value: string, name: string, params: URLSearchParams) => void, thisArg?: unknown): void;
  keys(): IterableIterator<string>;
  values(): IterableIterator<string>;
  entries(): IterableIterator<[string, string]>;
  [Symbol.iterator](): IterableIterator<[string, string]>;
  toString(): string;
}

interface EventListenerOptions { once?: boolean; signal?: AbortSignal; capture?: boolean; passive?: boolean }
type EventHandler = ((event: Event) => unknown) | { handleEvent(event: Event): unknown } | null;
declare class Event {
  constructor(type: string, init?: { bubbles?: boolean; cancelable?: boolean; composed?: boolean });
  readonly type: string;
  readonly target: EventTarget | null;
  readonly currentTarget: EventTarget | null;
  readonly defaultPrevented: boolean;
  readonly cancelable: boolean;
  preventDefault(): void;
  stopPropagation(): void;
  stopImmediatePropagation(): void;
}
declare class EventTarget {
  addEventListener(type: string, listener: EventHandler, options?: boolean | EventListenerOptions): void;
  removeEventListener(type: string, listener: EventHandler, options?: boolean | EventListenerOptions): void;
  dispatchEvent(event: Event): boolean;
}
declare class AbortSignal extends EventTarget {
  private constructor();
  static abort(reason?: unknown): AbortSignal;
  static timeout(ms: number): AbortSignal;
  static any(signals: Iterable<AbortSignal>): AbortSignal;
  readonly aborted: boolean;
  readonly reason: any;
  onabort: ((event: Event) => unknown) | null;
  throwIfAborted(): void;
}
declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
declare class DOMException extends Error {
  constructor(message?: string, name?: string);
  readonly code: number;
}

interface ErrorConstructor {
  captureStackTrace(target: object, from?: Function): void;
  stackTraceLimit: number;
}
`;

/**
 * What a program sees beside that where its sandbox is plain Node, and the modules that it imports. Untyped: the types of
 * Node would cost every check more than all the rest.
 */
export function nodeScope(imported: readonly string[]): string {
  const modules = imported.map((specifier) => `declare module ${JSON.stringify(specifier)};`);
  const classes = NODE_CLASSES.map((name) => `declare const ${name}: any;\ntype ${name} = any;`);
  return `${NODE_SCOPE}${[...classes, ...modules].join('\n')}\n`;
}

/** Classes that Node has as globals; a program may name them as types too. */
const NODE_CLASSES: readonly string[] =
  'Blob File FormData ReadableStream WritableStream TransformStream CompressionStream DecompressionStream TextEncoderStream TextDecoderStream MessageChannel MessagePort BroadcastChannel'.split(
    ' ',
  );

const NODE_SCOPE = `
declare const WebAssembly: any;
declare const process: any;
declare const Buffer: any;
type Buffer = any;
declare const require: any;
declare const global: any;
declare const __filename: string;
declare const __dirname: string;
interface ImportMeta { readonly url: string; readonly filename: string; readonly dirname: string }
declare function setImmediate(callback: (...args: any[]) => unknown, ...args: any[]): any;
declare function clearImmediate(immediate?: any): void;
`;
