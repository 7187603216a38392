import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkService } from '../../../../src/cli/commands/service-checks.ts';
import { defaultSettings } from '../../../../src/config/assemble-settings.ts';
import { openRegistry } from '../../../../src/registry/open-registry.ts';
import { NOTHING_RESERVED, SILENT, sqliteBench } from '../../../fault/registry/sqlite-bench.ts';
import { startIssuer } from '../../../fixtures/issuer/issuer.ts';
import { createCodeloom } from '../command-bench.ts';

/** A port of loopback that nobody listens on. */
async function deadPort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = createServer();
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
  });
  return promise;
}

async function issuerFor() {
  const issuer = await startIssuer();
  onTestFinished(() => issuer.close());
  const { auth, authIssuer, authAudience } = issuer.settings;
  const settings = defaultSettings({ auth, authIssuer, authAudience: [...authAudience] });
  return { issuer, codeloom: createCodeloom({ settings }) };
}

describe('what codeloom doctor asks of a service', () => {
  it('is nothing where there is neither a registry nor an issuer', async () => {
    expect(await checkService(createCodeloom())).toEqual([]);
  });

  it('finds a registry that answers, and makes no file for that', async () => {
    const bench = await sqliteBench();
    onTestFinished(() => bench.close());
    const registry = bench.open();
    const found = { kind: 'ok', subject: 'registry (sqlite)' };
    expect(await checkService(createCodeloom({ registry }))).toEqual([{ ...found, detail: 'answers, with 0 tools' }]);
    expect(existsSync(bench.file)).toBe(false);
    await registry.create({ name: 'a', description: 'x', code: 'return 1' }, { by: 'tests' });
    expect(await checkService(createCodeloom({ registry }))).toEqual([{ ...found, detail: 'answers, with 1 tool' }]);
  });

  it('warns of a file that cannot be used, without which programs run all the same', async () => {
    const bench = await sqliteBench();
    onTestFinished(() => bench.close());
    await writeFile(bench.file, 'This is no database, and longer than its header would be. '.repeat(20));
    const [finding] = await checkService(createCodeloom({ registry: bench.open() }));
    expect(finding).toMatchObject({
      kind: 'warning',
      subject: 'registry (sqlite)',
      detail: expect.stringMatching(/./),
    });
  });

  it('fails on a database that cannot be reached, without which a server does not become ready', async () => {
    const url = `postgres://codeloom:secret@127.0.0.1:${await deadPort()}/codeloom`;
    const place = { kind: 'postgres', url } as const;
    const registry = openRegistry({ place, isReadOnly: false, reserved: NOTHING_RESERVED, log: SILENT });
    onTestFinished(() => registry.close());
    const [finding] = await checkService(createCodeloom({ registry }));
    expect(finding).toMatchObject({ kind: 'failure', detail: "The registry's database cannot be reached." });
  });

  it('finds the keys of an issuer', async () => {
    const { codeloom, issuer } = await issuerFor();
    expect(await checkService(codeloom)).toEqual([
      { kind: 'ok', subject: 'token issuer', detail: `${issuer.url} gives its keys` },
    ]);
    expect(issuer.asked).toContain('/keys');
  });

  it.each(['fails', 'has no keys', 'is no JSON', 'redirects'] as const)(
    'fails where the issuer %s, because no token can be checked then',
    async (how) => {
      const { codeloom, issuer } = await issuerFor();
      issuer.behave(how);
      expect(await checkService(codeloom)).toMatchObject([
        { kind: 'failure', detail: `the keys of ${issuer.url} cannot be had, so no token can be checked` },
      ]);
    },
  );
});
