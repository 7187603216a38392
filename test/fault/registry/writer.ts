/**
 * A process of its own that writes to a registry file for as long as it lives: `create` makes tool after tool, `count`
 * raises a number in one tool by compare-and-set, so often. Tells on stdout what was confirmed, a line each.
 */
import { createLog } from '../../../src/base/log.ts';
import { openRegistry } from '../../../src/registry/open-registry.ts';
import { RegistryConflict } from '../../../src/registry/operations/registry-fault.ts';

const [file = '', task = '', prefix = '', times = '0'] = process.argv.slice(2);
const registry = openRegistry({
  place: { kind: 'sqlite', file },
  isReadOnly: false,
  reserved: { names: [], prefixes: [] },
  log: createLog('silent'),
});
const padding = `// ${'x'.repeat(3_000)}`;

async function raise(): Promise<void> {
  for (;;) {
    const stored = await registry.get('counter');
    if (stored?.kind !== 'tool') throw new Error('There is no counter.');
    const code = String(Number(stored.definition.code) + 1);
    try {
      await registry.update({ ...stored.definition, code }, { by: prefix, expectedRevision: stored.revision });
      return;
    } catch (thrown) {
      if (!(thrown instanceof RegistryConflict)) throw thrown;
    }
  }
}

for (let at = 0; at < Number(times); at++) {
  if (task === 'count') await raise();
  else
    await registry.create(
      { name: `${prefix}-${at}`, description: 'x', code: `${padding}\nreturn ${at};` },
      { by: prefix },
    );
  // Waited for: one that is killed has told all that was confirmed, but for the last.
  await new Promise((told) => process.stdout.write(`${at}\n`, told));
}
await registry.close();
