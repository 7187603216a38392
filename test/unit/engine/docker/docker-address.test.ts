import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDockerAddress } from '../../../../src/engine/docker/daemon/docker-address.ts';

describe('the address of the Docker daemon', () => {
  let homeDir: string;
  beforeEach(() => {
    homeDir = mkdtempSync(join(tmpdir(), 'codeloom-home-'));
  });
  afterEach(() => rmSync(homeDir, { recursive: true, force: true }));

  const read = (variables: Record<string, string> = {}) => readDockerAddress({ variables, homeDir });
  const put = (path: string, content: string) => {
    const file = join(homeDir, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, content);
  };
  const putContext = (name: string, endpoint: object) => {
    const folder = createHash('sha256').update(name).digest('hex');
    put(`.docker/contexts/meta/${folder}/meta.json`, JSON.stringify({ Name: name, Endpoints: { docker: endpoint } }));
    return `.docker/contexts/tls/${folder}/docker`;
  };

  it.each([
    ['unix:///run/user/1000/podman/podman.sock', { kind: 'socket', path: '/run/user/1000/podman/podman.sock' }],
    ['npipe:////./pipe/docker_engine', { kind: 'socket', path: '//./pipe/docker_engine' }],
    ['tcp://build.example:2375', { kind: 'tcp', host: 'build.example', port: 2375 }],
    ['tcp://build.example', { kind: 'tcp', host: 'build.example', port: 2375 }],
    ['tcp://build.example:80', { kind: 'tcp', host: 'build.example', port: 80 }],
    ['10.0.0.1:4243', { kind: 'tcp', host: '10.0.0.1', port: 4243 }],
    ['tcp://[::1]:2375', { kind: 'tcp', host: '::1', port: 2375 }],
    ['https://build.example', { kind: 'tcp', host: 'build.example', port: 2376, tls: { isVerified: true } }],
    ['ssh://me@build.example:2222', { kind: 'ssh', destination: 'me@build.example', port: 2222 }],
    ['ssh://build', { kind: 'ssh', destination: 'build' }],
  ])('reads DOCKER_HOST %s', (text, expected) => {
    expect(read({ DOCKER_HOST: text })).toEqual({ ...expected, from: 'DOCKER_HOST' });
  });

  it.each(['ftp://x', 'tcp://', 'ssh://-oProxyCommand=evil', 'ssh://', 'tcp://a b'])('refuses %s', (text) => {
    expect(() => read({ DOCKER_HOST: text })).toThrow(/DOCKER_HOST is not understood/);
  });

  it('takes certificates from DOCKER_CERT_PATH, or from the folder of the CLI', () => {
    for (const name of ['ca', 'cert', 'key']) put(`certs/${name}.pem`, `the ${name}`);
    const own = read({ DOCKER_HOST: 'tcp://h:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: join(homeDir, 'certs') });
    const tls = {
      isVerified: true,
      ca: Buffer.from('the ca'),
      cert: Buffer.from('the cert'),
      key: Buffer.from('the key'),
    };
    expect(own).toMatchObject({ port: 2376, tls });
    put('.docker/ca.pem', 'other');
    expect(read({ DOCKER_HOST: 'tcp://h', DOCKER_TLS_VERIFY: '1' })).toMatchObject({
      port: 2376,
      tls: { ca: Buffer.from('other') },
    });
  });

  it('refuses a certificate without its key', () => {
    put('.docker/cert.pem', 'cert');
    expect(() => read({ DOCKER_HOST: 'tcp://h', DOCKER_TLS_VERIFY: '1' })).toThrow(/not complete/);
  });

  it('follows the current context of the CLI, with its certificates', () => {
    const tlsDir = putContext('far away', { Host: 'tcp://far.example:2376', SkipTLSVerify: false });
    for (const name of ['ca', 'cert', 'key']) put(`${tlsDir}/${name}.pem`, name);
    put('.docker/config.json', JSON.stringify({ currentContext: 'far away' }));
    const tls = { isVerified: true, ca: Buffer.from('ca') };
    expect(read()).toMatchObject({ kind: 'tcp', host: 'far.example', tls, from: 'the docker context "far away"' });
  });

  it('prefers DOCKER_HOST over DOCKER_CONTEXT over the current context', () => {
    putContext('a', { Host: 'unix:///a.sock' });
    putContext('b', { Host: 'unix:///b.sock' });
    put('.docker/config.json', JSON.stringify({ currentContext: 'a' }));
    expect(read()).toMatchObject({ path: '/a.sock' });
    expect(read({ DOCKER_CONTEXT: 'b' })).toMatchObject({ path: '/b.sock' });
    expect(read({ DOCKER_CONTEXT: 'b', DOCKER_HOST: 'unix:///c.sock' })).toMatchObject({ path: '/c.sock' });
    expect(read({ DOCKER_CONTEXT: 'default' })).toMatchObject({ kind: 'socket', from: 'the default socket' });
  });

  it('refuses a context that is not there, naming it', () => {
    expect(() => read({ DOCKER_CONTEXT: 'gone' })).toThrow(/There is no usable docker context "gone"/);
    put('.docker/config.json', '{"currentContext": "__proto__"}');
    expect(() => read()).toThrow(/"__proto__"/);
  });

  it('takes the default socket where the config of the CLI is absent or broken', () => {
    expect(read()).toMatchObject({ kind: 'socket', from: 'the default socket' });
    put('.docker/config.json', 'no json');
    expect(read()).toMatchObject({ kind: 'socket' });
  });

  it('looks for the CLI’s files where DOCKER_CONFIG says', () => {
    put('elsewhere/config.json', '{"currentContext":"x"}');
    expect(() => read({ DOCKER_CONFIG: join(homeDir, 'elsewhere') })).toThrow(/"x"/);
  });
});
