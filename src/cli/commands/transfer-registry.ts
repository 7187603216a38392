/**
 * `codeloom registry export [FILE]` and `codeloom registry import [FILE]`: every revision of every dynamic tool as lines
 * of JSON, out of the registry that the settings name and into it. Without FILE, or with -, stdout and stdin.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Fault } from '../../base/fault.ts';
import type { Codeloom } from '../../main.ts';
import type { ImportReport } from '../../registry/operations/transfer.ts';
import type { Registry } from '../../registry/registry.ts';
import { counted } from '../../server/rendering/text.ts';
import type { Terminal } from '../terminal.ts';

const SHOWN_REFUSALS = 20;
const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file or folder'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'this user may not'],
  ['ENOSPC', 'the disk is full'],
]);

export async function exportRegistry(
  codeloom: Codeloom,
  file: string | undefined,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const lines = registryOf(codeloom).exportLines();
  if (isStandard(file)) {
    for await (const line of lines) {
      signal.throwIfAborted();
      terminal.print(line);
    }
    return 0;
  }
  // Code may hold what only its owner should read.
  const target = createWriteStream(file, { mode: 0o600 });
  let count = 0;
  const counting = async function* () {
    for await (const line of lines) {
      count += 1;
      yield `${line}\n`;
    }
  };
  await pipeline(Readable.from(counting()), target, { signal }).catch((thrown) => {
    throw fileFault(thrown, `The file ${JSON.stringify(file)} cannot be written`);
  });
  // So that nobody takes an empty registry's export for a backup: all lines but the first and the last are revisions.
  terminal.tell(`Wrote ${counted(count - 2, 'revision')}.`);
  return 0;
}

/** Exit code 1 where something was refused, or where the lines end before their export did. */
export async function importRegistry(
  codeloom: Codeloom,
  file: string | undefined,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const registry = registryOf(codeloom);
  const lines = isStandard(file) ? linesOf(await terminal.readStdin()) : linesIn(file, signal);
  const report = await registry.importLines(lines);
  for (const line of reportLines(report)) terminal.tell(line);
  return report.refused.length === 0 && report.isComplete ? 0 : 1;
}

function reportLines({ added, present, refused, isComplete }: ImportReport): readonly string[] {
  const shown = refused.slice(0, SHOWN_REFUSALS).map(({ line, reason }) => `line ${line} was refused: ${reason}`);
  const more = refused.length - shown.length;
  return [
    `Added ${counted(added, 'revision')}; ${present} were there already, ${refused.length} were refused.`,
    ...shown,
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(isComplete ? [] : ['The lines end before their export did: something is missing.']),
  ];
}

function registryOf({ registry }: Codeloom): Registry {
  if (registry !== undefined) return registry;
  throw new Fault('CONFIG_INVALID', 'There is no registry: the setting registry is none.');
}

function isStandard(file: string | undefined): file is undefined | '-' {
  return file === undefined || file === '-';
}

async function* linesOf(text: string): AsyncIterable<string> {
  yield* text.split('\n');
}

async function* linesIn(file: string, signal: AbortSignal): AsyncIterable<string> {
  const source = createReadStream(file, { signal });
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  source.on('error', (thrown) => failed.reject(fileFault(thrown, `The file ${JSON.stringify(file)} cannot be read`)));
  const lines = createInterface({ input: source, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  for (;;) {
    // readline says nothing of a source that fails.
    const next = await Promise.race([lines.next(), failed.promise]);
    if (next.done) break;
    yield next.value;
  }
}

/** What the registry itself throws stays what it is. */
function fileFault(thrown: unknown, sentence: string): unknown {
  if (!(thrown instanceof Error) || !('syscall' in thrown)) return thrown;
  const code = 'code' in thrown ? String(thrown.code) : 'unknown error';
  const reason = REASONS.get(code) ?? `the system says ${code}`;
  return new Fault('ARGUMENTS_INVALID', `${sentence}: ${reason}.`, thrown);
}
