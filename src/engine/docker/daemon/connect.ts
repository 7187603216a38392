/**
 * Makes the dockerode client for an address. Called by daemon-watch.ts. The library is loaded here, when somebody wants
 * Docker: it costs a hundred milliseconds that a server without it need not pay.
 */
import type { Agent } from 'node:http';
import type Docker from 'dockerode';
import { Fault } from '../../../base/fault.ts';
import { type DockerAddress, type DockerEnvironment, readDockerAddress, type TlsFiles } from './docker-address.ts';
import { createSshAgent } from './ssh-agent.ts';

export interface Connection {
  readonly docker: Docker;
  readonly address: DockerAddress;
}

export async function connect(environment: DockerEnvironment): Promise<Connection> {
  const address = readDockerAddress(environment);
  const { default: DockerClient } = await import('dockerode');
  // Every key is given: the library would fill the rest from the process's environment.
  const docker = new DockerClient({ ...NOTHING, ...optionsOf(address, environment) } as Docker.DockerOptions);
  return { docker, address };
}

const NOTHING = {
  host: undefined,
  port: undefined,
  protocol: undefined,
  socketPath: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
  username: undefined,
  pathPrefix: '/',
  timeout: undefined,
};

function optionsOf(address: DockerAddress, environment: DockerEnvironment): Partial<Docker.DockerOptions> {
  if (address.kind === 'socket') return { socketPath: address.path };
  if (address.kind === 'ssh') {
    const agent = createSshAgent(address, environment);
    return { protocol: 'http', host: 'docker.example', port: 80, ...withAgent(agent) };
  }
  const { host, port, tls } = address;
  if (tls === undefined) return { protocol: 'http', host, port };
  return { protocol: 'https', host, port, ...certificates(tls) };
}

function certificates(tls: TlsFiles): Partial<Docker.DockerOptions> {
  if (!tls.isVerified) {
    throw new Fault(
      'CONFIG_INVALID',
      'Codeloom talks to a Docker daemon over TLS only where its certificate is verified: set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH.',
    );
  }
  const { ca, cert, key } = tls;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

/** The library takes an agent; its types know of none. */
function withAgent(agent: Agent): object {
  return { agent };
}
