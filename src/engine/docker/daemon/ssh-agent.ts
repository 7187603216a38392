/**
 * Reaches a daemon over ssh as the docker command line does: one `ssh … docker system dial-stdio` for each connection,
 * with the user's own ssh configuration, keys and known hosts. dockerode's built-in way would verify no host key.
 */
import { spawn } from 'node:child_process';
import { Agent } from 'node:http';
import { Duplex } from 'node:stream';
import type { DockerAddress, DockerEnvironment } from './docker-address.ts';

type SshAddress = Extract<DockerAddress, { kind: 'ssh' }>;

/** An agent for HTTP whose connections are ssh processes; each ends with its connection. */
export function createSshAgent(address: SshAddress, { variables }: DockerEnvironment): Agent {
  const { destination, port } = address;
  const options = ['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=30', '-T'];
  const args = [...options, ...(port === undefined ? [] : ['-p', String(port)]), '--', destination];
  const agent = new Agent();
  agent.createConnection = () => {
    const ssh = spawn('ssh', [...args, 'docker', 'system', 'dial-stdio'], {
      env: variables,
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
    });
    const connection = Duplex.from({ readable: ssh.stdout, writable: ssh.stdin });
    ssh.once('error', (error) => connection.destroy(error));
    connection.once('close', () => ssh.kill());
    connection.on('error', () => {});
    return connection;
  };
  return agent;
}
