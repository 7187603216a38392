import { homedir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../../src/config/load-settings.ts';
import { buildCodeloom, type Codeloom } from '../../src/main.ts';
import { missingDocker } from '../docker/local-docker.ts';

const missing = missingDocker();
describe.skipIf(missing !== undefined)(
  `a program that uses Node itself${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    let codeloom: Codeloom;
    beforeAll(async () => {
      const flags = new Map([['--log-level', ['silent']]]);
      const homeDir = `${homedir()}/nowhere`;
      const { settings } = await loadSettings({ flags, env: {}, platform: process.platform, homeDir });
      codeloom = buildCodeloom(settings);
    });
    afterAll(() => codeloom.close());

    const execute = (code: string, engine?: 'node' | 'docker') => {
      const request = { code, workspace: 'e2e', servers: [], ...(engine === undefined ? {} : { engine }) };
      return codeloom.execute(request, new AbortController().signal);
    };

    it('is sent to a container by auto, type-checked and with all forms of import', async () => {
      const code = `
import { createHash } from 'node:crypto';
import zlib, { gunzipSync } from 'zlib';
import * as fs from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';

const { tmpdir } = await import('node:os');
const path: string = tmpdir() + '/text.gz';
await pipeline(fs.createReadStream('/proc/self/comm') as Readable, zlib.createGzip(), fs.createWriteStream(path));
fs.mkdirSync('/workspace/out', { recursive: true });
return {
  hash: createHash('sha256').update('x').digest('hex').slice(0, 8),
  name: gunzipSync(fs.readFileSync(path)).toString().trim().length > 0,
  bytes: Buffer.from('ü').length,
  version: Number(process.versions.node.split('.')[0]) >= 22,
};`;
      const outcome = await execute(code);
      expect(outcome).toMatchObject({ kind: 'completed', engine: 'docker', isolation: 'container' });
      expect(outcome.result).toEqual({ hash: '2d711642', name: true, bytes: 2, version: true });
    });

    it('has its errors at the agent’s own lines', async () => {
      const outcome = await execute("import { readFileSync } from 'node:fs';\n\nreadFileSync('/nowhere');");
      expect(outcome).toMatchObject({
        kind: 'program-threw',
        error: { line: 3, message: expect.stringMatching(/ENOENT/) },
      });
    });

    it('is type-checked beyond what Node gives', async () => {
      const outcome = await execute(
        "import { join } from 'node:path';\nconst n: number = 'text';\nreturn join('a', nme);",
      );
      expect(outcome).toMatchObject({ kind: 'type-error', diagnostics: [{ line: 2 }, { line: 3 }] });
    });

    it('is refused with the line and what to do on the node engine', async () => {
      const outcome = await execute(
        "const a = 1;\nconst { join } = await import('node:path');\nreturn join('a');",
        'node',
      );
      const hint = expect.stringMatching(/only the docker engine has/);
      expect(outcome).toMatchObject({ engine: 'node', diagnostics: [{ line: 2, hint }] });
    });

    it('still cannot import packages or files', async () => {
      for (const specifier of [
        'lodash',
        './local.js',
        '/etc/passwd',
        'node:no-such-module',
        'https://example.com/x.js',
      ]) {
        const outcome = await execute(`import x from '${specifier}';\nreturn x;`, 'docker');
        expect(outcome.kind, specifier).toMatch(/^(type|bundle)-error$/);
      }
    });
  },
);
