/**
 * The server of deploy/ as a `docker run` that gives it the same room: user, root, capabilities, folders that can be
 * written, environment. So what the manifests promise is tried on a real daemon, without a cluster and without Compose.
 */
import { composeEnvironment, composeFile } from './compose-file.ts';
import { deployment, podConfigFile, podEnvironment } from './pod.ts';
import { type Environment, textOf } from './read-deploy.ts';

export interface HardenedServer {
  /** All but the image's name, the command, mounts and the environment. */
  readonly flags: readonly string[];
  /** Paths where it gets a folder of its own, as a cluster makes them: everybody in the container may write there. */
  readonly folders: readonly string[];
  readonly command: readonly string[];
  readonly environment: Environment;
  /** To be mounted where CODELOOM_CONFIG says. */
  readonly configFile: string;
}

export function podAsDocker(): HardenedServer {
  const { securityContext, containers, volumes, shareProcessNamespace } = deployment().template.spec;
  const [{ securityContext: own, volumeMounts, args, resources, readinessProbe, ports }] = containers;
  const written = volumes.filter(({ emptyDir }) => emptyDir !== undefined).map(({ name }) => name);
  const folders = volumeMounts.filter(({ name }) => written.includes(name)).map(({ mountPath }) => mountPath);
  return {
    flags: [
      `--user=${securityContext.runAsUser}:${securityContext.runAsGroup}`,
      ...(own.readOnlyRootFilesystem ? ['--read-only'] : []),
      ...own.capabilities.drop.map((name) => `--cap-drop=${name}`),
      ...(own.allowPrivilegeEscalation ? [] : ['--security-opt=no-new-privileges']),
      `--memory=${resources.limits.memory?.replace('Gi', 'g')}`,
      ...(shareProcessNamespace ? ['--init'] : []),
      ...healthFlags(asked(readinessProbe.httpGet.path, ports[0]?.containerPort)),
    ],
    folders,
    command: args,
    environment: podEnvironment(),
    configFile: podConfigFile(),
  };
}

export function composeAsDocker(): HardenedServer {
  const { codeloom } = composeFile().services;
  return {
    flags: [
      `--user=${codeloom.user}`,
      ...(codeloom.read_only ? ['--read-only'] : []),
      ...(codeloom.init ? ['--init'] : []),
      ...codeloom.cap_drop.map((name) => `--cap-drop=${name}`),
      ...codeloom.security_opt.map((option) => `--security-opt=${option}`),
      ...codeloom.tmpfs.map((folder) => `--tmpfs=${folder}`),
      // One without a name, which takes its owner from the image just as one with a name does.
      ...codeloom.volumes.filter((volume) => /^\w+:/.test(volume)).map((volume) => `--volume=${volume.split(':')[1]}`),
      `--memory=${codeloom.mem_limit}`,
      `--pids-limit=${codeloom.pids_limit}`,
      ...healthFlags(codeloom.healthcheck.test.slice(1)),
    ],
    folders: [],
    command: codeloom.command ?? [],
    environment: composeEnvironment(),
    configFile: textOf('mcp.example.json'),
  };
}

/** Its words go to no shell of the manifest's, so they are put into quotes for the one that docker calls. */
function healthFlags(words: readonly string[]): readonly string[] {
  const command = words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
  return [`--health-cmd=${command}`, '--health-interval=1s', '--health-start-period=30s'];
}

/** What a kubelet does. */
function asked(path: string, port = 0): readonly string[] {
  return ['node', '-e', `fetch("http://127.0.0.1:${port}${path}").then((reply) => process.exit(reply.ok ? 0 : 1))`];
}
