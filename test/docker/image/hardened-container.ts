/**
 * The server of deploy/ in a container of the image that the Dockerfile builds, as hardened as the manifests have it, with a
 * client, and with a real PostgreSQL whose socket is mounted. What needs the world outside (tokens, servers) is left out.
 */
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { ADMIN_HEADER } from '../../../src/server/http/access/open-access.ts';
import type { HardenedServer } from '../../deploy/manifests/as-docker-run.ts';
import type { Environment } from '../../deploy/manifests/read-deploy.ts';
import type { ThrowAwayCluster } from '../../postgres/throw-away-cluster.ts';
import { connectHttp, type TestClient } from '../../unit/server/clients.ts';
import { BASE_IMAGE, docker } from '../local-docker.ts';

export interface HardenedContainer {
  readonly id: string;
  readonly client: TestClient;
  /** What a command prints in it, or its error. */
  exec(...command: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

const ADMIN_TOKEN = 'the-token-of-this-test';
/** In place of tokens: their issuer would have to be on loopback or have a certificate. */
const OPEN = {
  CODELOOM_AUTH: 'none',
  CODELOOM_AUTH_ISSUER: '',
  CODELOOM_AUTH_AUDIENCE: '',
  CODELOOM_PUBLIC_URL: '',
  CODELOOM_ALLOW_UNAUTHENTICATED: 'true',
  CODELOOM_ADMIN_TOKEN: ADMIN_TOKEN,
};
const PORT = '8788';

export async function startHardened(
  { flags, folders, command, environment, configFile }: HardenedServer,
  image: string,
  cluster: ThrowAwayCluster,
): Promise<HardenedContainer> {
  const folder = await mkdtemp(join(tmpdir(), 'codeloom-hardened-'));
  const [sockets, config] = [dirname(cluster.socket), join(folder, 'mcp.json')];
  // The server's user has to get to the socket, and to a file that a cluster would show to everybody in the pod.
  await Promise.all([chmod(sockets, 0o711), chmod(folder, 0o755), writeFile(config, configFile, { mode: 0o644 })]);
  const mounts = await Promise.all(folders.map((path, index) => emptyFolder(join(folder, `${index}`), path)));
  const env: Environment = { ...environment, ...OPEN, CODELOOM_REGISTRY_URL: await cluster.createDatabase() };
  // One of its own: the daemon's default goes away where a second daemon of a test has none.
  const network = await docker('network', 'create', basename(folder));
  const removeFolder = async () => {
    await docker('network', 'rm', network);
    // What the server wrote belongs to its user, whom nobody else can be sure to be.
    const empty = ['sh', '-c', 'rm -rf /folder/*'];
    await docker('run', '--rm', '--network=none', `--volume=${folder}:/folder`, BASE_IMAGE, ...empty);
    await rm(folder, { recursive: true });
  };
  const id = await docker(
    'run',
    '--detach',
    `--network=${network}`,
    `--publish=127.0.0.1::${PORT}`,
    `--volume=${sockets}:${sockets}`,
    `--volume=${config}:${env.CODELOOM_CONFIG}:ro`,
    ...Object.entries(env).map(([name, text]) => `--env=${name}=${text}`),
    ...mounts,
    ...flags,
    image,
    ...command,
  );
  const remove = async () => {
    await docker('rm', '--force', '--volumes', id);
    await removeFolder();
  };
  try {
    await said(id, 'serving MCP over HTTP');
    const address = await docker('port', id, PORT);
    const client = await connectHttp(`http://${address}/mcp`, '2026', 'operator', { [ADMIN_HEADER]: ADMIN_TOKEN });
    return { id, client, exec: (...words) => docker('exec', id, ...words), remove };
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}

/** Like a volume of a pod that is made for its group. */
async function emptyFolder(folder: string, path: string): Promise<string> {
  await mkdir(folder);
  await chmod(folder, 0o2777);
  return `--volume=${folder}:${path}`;
}

/** Resolves at the line with this text; rejects with all that was said where the server ends before. */
async function said(id: string, text: string): Promise<void> {
  const logs = spawn('docker', ['logs', '--follow', id], { stdio: ['ignore', 'ignore', 'pipe'] });
  const lines: string[] = [];
  try {
    for await (const line of createInterface({ input: logs.stderr })) {
      lines.push(line);
      if (line.includes(text)) return;
    }
  } finally {
    logs.kill();
  }
  throw new Error(`The server ended:\n${lines.join('\n')}`);
}
