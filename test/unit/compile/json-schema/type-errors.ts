/** Runs the real TypeScript compiler over texts, once, and tells what it said. Used by the tests of the declarations. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const TSC = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
const FLAGS = ['--strict', '--noEmit', '--target', 'es2024', '--lib', 'es2024', '--types', '', '--pretty', 'false'];

/** One string per error, `file(line,column): error TS…: …`; empty where everything compiles. */
export async function typeErrors(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'codeloom-types-'));
  try {
    await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
    const output = await new Promise<string>((resolve, reject) => {
      execFile(
        process.execPath,
        [TSC, ...FLAGS, ...Object.keys(files)],
        { cwd: folder, maxBuffer: 64 * 1024 * 1024 },
        (error, stdout, stderr) => (stderr === '' ? resolve(stdout) : reject(error ?? new Error(stderr))),
      );
    });
    return output.split('\n').filter((line) => /error TS/.test(line));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A JSON value as a TypeScript expression on one line; `__proto__` becomes an ordinary property. */
export function toExpression(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toExpression).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `[${JSON.stringify(key)}]: ${toExpression(member)}`);
  return `{ ${members.join(', ')} }`;
}
