/** What the registry of dynamic tools costs in a SQLite file, empty and with ten thousand tools. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createLog } from '../../../src/base/log.ts';
import { openRegistry } from '../../../src/registry/open-registry.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import type { BenchCase, Lab } from '../../harness/bench-case.ts';
import { runAlone } from '../../harness/run-case.ts';

const BARE = 'bare insert in a transaction';
const CREATE = 'create';
const GET = 'get of 10,000 tools';
const START_EMPTY = 'open and read, 1 tool';
const START_FULL = 'open and read, 10,000 tools';
const PER_SECOND = 'creates, one after the other';
const CODE = `return ${JSON.stringify('x'.repeat(2_000))};`;

export const sqliteRegistry: BenchCase = {
  name: 'sqlite-registry',
  title: 'The registry of dynamic tools in a SQLite file',
  about:
    'Creating a tool of 2 KB, reading one of 10,000, and opening the file anew with a first read, with 1 tool in it and with 10,000. Beside one bare insert of the same text with node:sqlite, in a transaction of its own, in the same mode (WAL, synchronous NORMAL).',
  claims: [
    { name: 'creates per second', of: [PER_SECOND], bound: 'at least', target: 200 },
    { name: 'opening with 10,000 tools, to opening with one', of: [START_FULL], to: [START_EMPTY], target: 2 },
    { name: 'a create, to a bare insert', of: [CREATE], to: [BARE] },
  ],
  measure: async (lab) => {
    const folder = mkdtempSync(join(tmpdir(), 'codeloom-bench-'));
    try {
      await measureIn(folder, lab);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function measureIn(folder: string, lab: Lab): Promise<void> {
  const [small, large] = [join(folder, 'small.db'), join(folder, 'large.db')];
  const registry = openAt(large);
  const tools = lab.count(10_000, 20);
  const startedMs = performance.now();
  for (let at = 0; at < tools; at++) await create(registry, `tool-${at}`);
  lab.record(PER_SECOND, 'per second', [tools / ((performance.now() - startedMs) / 1_000)]);
  const other = openAt(small);
  await create(other, 'tool-0');
  await other.close();
  const insert = bareInsert(join(folder, 'bare.db'));
  let made = 0;
  await lab.time(
    [
      { name: BARE, run: () => insert(`bare-${++made}`) },
      { name: CREATE, run: () => create(registry, `more-${++made}`) },
      { name: GET, run: () => registry.get('tool-7') },
      { name: START_EMPTY, run: () => openAndRead(small) },
      { name: START_FULL, run: () => openAndRead(large) },
    ],
    { iterations: lab.count(300, 3), warmup: lab.count(30, 1) },
  );
  await registry.close();
}

function openAt(file: string): Registry {
  const reserved = { names: [], prefixes: [] };
  return openRegistry({ place: { kind: 'sqlite', file }, isReadOnly: false, reserved, log: createLog('silent') });
}

async function create(registry: Registry, name: string): Promise<void> {
  await registry.create({ name, description: 'A tool of the benchmark.', code: CODE }, { by: 'bench' });
}

async function openAndRead(file: string): Promise<void> {
  const registry = openAt(file);
  await registry.get('tool-0');
  await registry.close();
}

function bareInsert(file: string): (name: string) => void {
  const database = new DatabaseSync(file);
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE tools (name TEXT PRIMARY KEY, code TEXT)',
  );
  const statement = database.prepare('INSERT INTO tools VALUES (?, ?)');
  return (name) => {
    database.exec('BEGIN IMMEDIATE');
    statement.run(name, CODE);
    database.exec('COMMIT');
  };
}

await runAlone(sqliteRegistry, { isMain: import.meta.main });
