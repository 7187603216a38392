import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GUEST_SCOPE, nodeScope } from '../../../src/compile/guest-scope.ts';
import { createTypechecker } from '../../../src/compile/typescript/typecheck.ts';
import { DECLARATIONS, LIMITS, NEVER, read, SILENT } from './fixture.ts';

const checker = createTypechecker({ limits: LIMITS, log: SILENT });
beforeAll(() => checker.warm());
afterAll(() => checker.close());

it('compiles by itself, strictly and without skipping declarations', () => {
  const folder = mkdtempSync(join(tmpdir(), 'codeloom-scope-'));
  try {
    writeFileSync(join(folder, 'scope.d.ts'), GUEST_SCOPE);
    const config = {
      compilerOptions: {
        strict: true,
        noEmit: true,
        skipLibCheck: false,
        types: [],
        lib: ['es2025'],
        target: 'es2024',
      },
      files: ['scope.d.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const tsc = new URL('../../../node_modules/typescript/bin/tsc', import.meta.url);
    expect(execFileSync(process.execPath, [tsc.pathname, '-p', folder], { encoding: 'utf8' })).toBe('');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('has what programs are promised', async () => {
  const program = read(`
    for (const log of [console.debug, console.info, console.log, console.warn, console.error]) log('text', { n: 1 }, 3n);
    console.table([{ a: 1 }]); console.group('g'); console.groupEnd(); console.time('t'); console.timeLog('t'); console.timeEnd('t');
    console.assert(true, 'x'); console.count(); console.countReset(); console.dir({}); console.trace();
    await sleep(5);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const timer = setInterval(() => {}, 10); clearInterval(timer); clearTimeout(setTimeout((a) => a, 1, 'a'));
    queueMicrotask(() => {});
    const url = new URL('/a?b=c', 'https://example.org');
    for (const [key, value] of new URLSearchParams({ a: 'b' })) url.searchParams.append(key, value);
    const bytes = new TextEncoder().encode(url.href);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes) + atob(btoa('x'));
    const copy = structuredClone({ a: [1] }).a[0] + crypto.getRandomValues(new Uint8Array(4)).length;
    const id: string = crypto.randomUUID();
    const controller = new AbortController();
    controller.signal.addEventListener('abort', () => {}, { once: true });
    controller.abort(new DOMException('stop', 'AbortError'));
    AbortSignal.any([controller.signal, AbortSignal.timeout(5)]).throwIfAborted();
    const target = new EventTarget(); target.dispatchEvent(new Event('x'));
    try { await mcp.fs.stat({ path: 'x' }); } catch (error) {
      if (error instanceof ToolError) return [error.server, error.tool, error.code === 'denied', error.retryable, error.details.any, error.message];
    }
    return [text, copy, id, performance.now(), Object.groupBy([1], (n) => n), Promise.try(() => 1)];
  `);
  expect(await checker.check(program, DECLARATIONS, NEVER)).toEqual([]);
});

it('has what Node has as globals where the sandbox is plain Node', async () => {
  const source = `
    const parts: string[] = [__dirname, __filename, import.meta.url, import.meta.dirname, process.version];
    const blob: Blob = new Blob(['x']);
    const { port1 } = new MessageChannel();
    return [parts, blob, port1, Buffer.from('x'), setImmediate(() => {}), new ReadableStream(), global, WebAssembly];`;
  expect(await checker.check(read(source), `${DECLARATIONS}${nodeScope([])}`, NEVER)).toEqual([]);
});

it('has nothing of Node and nothing of a browser', async () => {
  const names = [
    'process',
    'require',
    'Buffer',
    'fetch',
    'window',
    'document',
    'setImmediate',
    '__dirname',
    'XMLHttpRequest',
    'localStorage',
  ];
  const found = await checker.check(read(`return [${names.join(', ')}]`), DECLARATIONS, NEVER);
  expect(found.map(({ message }) => message)).toEqual(names.map((name) => expect.stringContaining(`'${name}'`)));
});
