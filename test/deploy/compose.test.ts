import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { SETTING_KEYS, SETTING_TABLE, VARIABLE_PREFIX, variableOf } from '../../src/config/table/setting-table.ts';
import { DRAIN_MS } from '../../src/server/serve.ts';
import { parseDockerfile } from '../docker/parse-dockerfile.ts';
import { composeEnvironment, composeFile } from './manifests/compose-file.ts';
import { podEnvironment } from './manifests/pod.ts';
import { DEPLOY, readEnvFile, settingsFrom, textOf } from './manifests/read-deploy.ts';

const { services, networks, volumes } = composeFile();
const { codeloom, postgres } = services;
const both = [codeloom, postgres];

describe('deploy/compose.yaml', () => {
  it('has two services, and every network and volume that they name', () => {
    expect(Object.keys(services)).toEqual(['codeloom', 'postgres']);
    expect(new Set(both.flatMap((service) => service.networks))).toEqual(new Set(Object.keys(networks)));
    const named = both.flatMap((service) => service.volumes).filter((volume) => !/^[./]/.test(volume));
    expect(new Set(named.map((volume) => volume.split(':')[0]))).toEqual(new Set(Object.keys(volumes)));
  });

  it('pins its images by tag, builds the one that is ours, and restarts both', () => {
    expect(codeloom.image).toBe(`codeloom:${packageJson.version}`);
    expect(existsSync(join(DEPLOY, codeloom.build?.context ?? '-', 'Dockerfile'))).toBe(true);
    expect(Number(/^postgres:(\d+)\.\d+$/.exec(postgres.image)?.[1])).toBeGreaterThanOrEqual(15);
    for (const { restart } of both) expect(restart).toBe('unless-stopped');
  });

  it('leaves neither a right that it could lose, and bounds what they take', () => {
    for (const service of both) {
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
      expect(service.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
      expect(service.mem_limit).toMatch(/^\d+g$/);
      expect(service.pids_limit).toBeGreaterThan(0);
      for (const folder of service.tmpfs) expect(folder).toMatch(/:size=\d+m/);
      expect(service.logging.options['max-size']).toBeDefined();
    }
  });

  it('gives nobody the socket of a daemon; how that is done stands in a comment, with the reason', () => {
    expect(JSON.stringify(composeFile())).not.toContain('docker.sock');
    const comments = textOf('compose.yaml')
      .split('\n')
      .filter((line) => line.startsWith('#'));
    expect(comments.join('\n')).toMatch(/is root on the machine[\s\S]*- \/var\/run\/docker\.sock:/);
  });

  it('waits for the database, which nobody outside can reach, and asks the server where it answers', () => {
    expect(codeloom.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
    expect(postgres.ports).toBeUndefined();
    expect(postgres.networks.map((name) => networks[name]?.internal)).toEqual([true]);
    const { CODELOOM_PORT: port } = composeEnvironment();
    expect(codeloom.ports).toEqual([`127.0.0.1:${port}:${port}`]);
    expect(codeloom.healthcheck.test.join(' ')).toContain(`http://127.0.0.1:${port}/livez`);
    const { stages } = parseDockerfile(readFileSync(join(DEPLOY, '..', 'Dockerfile'), 'utf8'));
    const exposed = stages.at(-1)?.instructions.find(({ name }) => name === 'EXPOSE');
    expect(exposed?.text).toBe(port);
  });

  it('has longer to end than its drain takes', () => {
    expect(Number.parseInt(codeloom.stop_grace_period, 10)).toBeGreaterThan((DRAIN_MS / 1000) * 2);
  });

  it('gives the server settings that it takes as they stand, and what it refers to', async () => {
    const settings = await settingsFrom(composeEnvironment(), textOf('mcp.example.json'));
    expect(settings).toMatchObject({
      transport: 'http',
      engine: 'node',
      sandboxes: 'off',
      registry: { kind: 'postgres' },
    });
    expect(settings.upstreams).toHaveLength(1);
    expect(new URL(settings.registry.url ?? '').hostname).toBe('postgres');
    expect(codeloom.volumes).toContain(`./mcp.json:${composeEnvironment().CODELOOM_CONFIG}:ro`);
  });

  it('knows one password, and expects it in both files', () => {
    const { POSTGRES_PASSWORD } = readEnvFile(`${postgres.env_file}.example`);
    const { username, password, pathname } = new URL(composeEnvironment().CODELOOM_REGISTRY_URL ?? '');
    expect(password).toBe(POSTGRES_PASSWORD);
    expect([username, pathname.slice(1)]).toEqual([
      postgres.environment.POSTGRES_USER,
      postgres.environment.POSTGRES_DB,
    ]);
  });
});

describe('deploy/.env.example', () => {
  const example = readEnvFile('.env.example');
  const names = Object.keys(example).filter((name) => name.startsWith(VARIABLE_PREFIX));

  it('gives only settings that there are, and none that compose.yaml gives', () => {
    const known = SETTING_KEYS.map(variableOf);
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
    expect(names.filter((name) => Object.hasOwn(codeloom.environment, name))).toEqual([]);
  });

  it('names every setting that an operator over HTTP may want to change', () => {
    const elsewhere = new Set([...names, ...Object.keys(codeloom.environment)]);
    const left = SETTING_KEYS.filter((key) => !elsewhere.has(variableOf(key)));
    const rows: readonly (typeof left)[number][] = ['path', 'registryFile', 'packagesDir', 'auditDir'];
    expect(left.filter((key) => !rows.includes(key) && !key.startsWith('docker.'))).toEqual([]);
    for (const key of rows) expect(SETTING_TABLE).toHaveProperty(key);
  });

  it('is taken with the other way of access, too', async () => {
    const open = {
      CODELOOM_AUTH: 'none',
      CODELOOM_AUTH_ISSUER: '',
      CODELOOM_AUTH_AUDIENCE: '',
      CODELOOM_ALLOW_UNAUTHENTICATED: 'true',
      CODELOOM_ADMIN_TOKEN: '0123456789abcdef',
    };
    const settings = await settingsFrom({ ...composeEnvironment(), ...open }, textOf('mcp.example.json'));
    expect(settings.allowUnauthenticated).toBe(true);
  });

  it('holds no secret that could be taken for one', () => {
    for (const text of [textOf('.env.example'), textOf('postgres.env.example'), JSON.stringify(podEnvironment())])
      expect(text).not.toMatch(/[0-9a-f]{24}|eyJ|BEGIN [A-Z ]*PRIVATE KEY/);
  });

  it('cannot be committed once it is filled in', () => {
    const ignored = readFileSync(join(DEPLOY, '..', '.gitignore'), 'utf8').split('\n');
    for (const file of [codeloom.env_file, postgres.env_file, 'mcp.json']) expect(ignored).toContain(`deploy/${file}`);
  });
});
