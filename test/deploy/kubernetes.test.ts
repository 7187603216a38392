import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { SETTING_KEYS, VARIABLE_PREFIX, variableOf } from '../../src/config/table/setting-table.ts';
import { DRAIN_MS } from '../../src/server/serve.ts';
import { METRIC_TABLE } from '../../src/telemetry/metrics/metric-table.ts';
import { mistakesIn, type Shape, shapeOf } from './manifests/manifest-shapes.ts';
import {
  type DeploymentSpec,
  deployment,
  type Labels,
  type Manifest,
  manifest,
  manifestsIn,
  type Pod,
  podConfigFile,
  podEnvironment,
} from './manifests/pod.ts';
import { DEPLOY, documentsIn, settingsFrom } from './manifests/read-deploy.ts';

const FILES = readdirSync(`${DEPLOY}/kubernetes`).filter((name) => name !== 'kustomization.yaml');
const pod: Pod = deployment().template.spec;
const [container] = pod.containers;

describe('deploy/kubernetes', () => {
  it.each(FILES)('%s has known kinds with known keys alone', (file) => {
    const manifests = manifestsIn(file);
    expect(manifests.length).toBeGreaterThan(0);
    for (const each of manifests) expect(mistakesIn(each, shapeOf(each) ?? {}), each.kind).toEqual([]);
  });

  it('is named whole by its kustomization, but for the secret', () => {
    const [kustomization] = documentsIn('kubernetes/kustomization.yaml') as readonly {
      readonly namespace: string;
      readonly resources: readonly string[];
      readonly images: readonly { readonly name: string; readonly newTag: string }[];
    }[];
    expect(new Set(kustomization?.resources)).toEqual(new Set(FILES.filter((name) => !name.startsWith('secret.'))));
    expect(kustomization?.images).toEqual([{ name: 'codeloom', newTag: packageJson.version }]);
    expect(manifest('secret.example.yaml', 'Secret', 'codeloom-secrets').metadata.namespace).toBe(
      kustomization?.namespace,
    );
  });

  it('selects the labels that its pods have, everywhere', () => {
    const { matchLabels } = deployment().selector;
    expect(deployment().template.metadata.labels).toMatchObject(matchLabels);
    expect(manifest<{ selector: Labels }>('service.yaml', 'Service').spec.selector).toEqual(matchLabels);
    const policy = manifest<{ podSelector: { matchLabels: Labels } }>('network-policy.yaml', 'NetworkPolicy').spec;
    expect(policy.podSelector.matchLabels).toEqual(matchLabels);
    const budget = manifest<{ selector: { matchLabels: Labels } }>('disruption.yaml', 'PodDisruptionBudget').spec;
    expect(budget.selector.matchLabels).toEqual(matchLabels);
  });

  it('has an image pinned by the version of this package', () => {
    expect(container.image).toBe(`codeloom:${packageJson.version}`);
  });
});

describe('the pod', () => {
  it('has no right that it could lose', () => {
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(pod.securityContext.runAsUser).toBeGreaterThan(0);
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(JSON.stringify(documentsIn('kubernetes/deployment.yaml'))).not.toMatch(/hostPath|docker\.sock|privileged"/);
  });

  it('can write to bounded folders alone, and mounts every volume there is', () => {
    const mounts = new Map(container.volumeMounts.map((mount) => [mount.name, mount]));
    expect([...mounts.keys()].sort()).toEqual(pod.volumes.map(({ name }) => name).sort());
    for (const { name, emptyDir } of pod.volumes) {
      if (emptyDir === undefined) expect(mounts.get(name)?.readOnly, name).toBe(true);
      else expect(emptyDir.sizeLimit, name).toMatch(/^\d+[MG]i$/);
    }
    const { XDG_STATE_HOME, XDG_CACHE_HOME } = podEnvironment();
    const writable = container.volumeMounts.filter(({ readOnly }) => readOnly !== true).map((mount) => mount.mountPath);
    expect(writable).toEqual(['/tmp', `${XDG_STATE_HOME}/codeloom`, `${XDG_CACHE_HOME}/codeloom`]);
  });

  it('is given settings that the server takes as they stand', async () => {
    const settings = await settingsFrom(podEnvironment(), podConfigFile());
    expect(settings).toMatchObject({
      transport: 'http',
      engine: 'node',
      sandboxes: 'off',
      registry: { kind: 'postgres' },
    });
    expect(settings.upstreams.map(({ name }) => name)).toEqual(['tracker']);
    expect(settings.allowUnauthenticated).toBe(false);
    const known = SETTING_KEYS.map(variableOf);
    const given = Object.keys(podEnvironment()).filter((name) => name.startsWith(VARIABLE_PREFIX));
    expect(given.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('reads its configuration from where that is mounted', () => {
    const mount = container.volumeMounts.find(({ name }) => name === 'servers');
    const volume = pod.volumes.find(({ name }) => name === 'servers');
    const files = Object.keys(manifest('config.yaml', 'ConfigMap', volume?.configMap?.name).data ?? {});
    expect(files.map((file) => `${mount?.mountPath}/${file}`)).toEqual([podEnvironment().CODELOOM_CONFIG]);
  });

  it('gets no variable from the service that has its name: those begin as settings do', () => {
    expect(manifest('service.yaml', 'Service').metadata.name.toUpperCase()).toBe(VARIABLE_PREFIX.slice(0, -1));
    expect(pod.enableServiceLinks).toBe(false);
  });

  it('is asked where the server answers', async () => {
    const { port } = await settingsFrom(podEnvironment(), podConfigFile());
    const [{ name, containerPort } = { name: '', containerPort: 0 }] = container.ports;
    expect(containerPort).toBe(port);
    const app = readFileSync(new URL('../../src/server/http/http-app.ts', import.meta.url), 'utf8');
    for (const { httpGet } of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
      expect(httpGet.port).toBe(name);
      expect(app).toContain(`app.get('${httpGet.path}'`);
    }
    expect(container.livenessProbe.httpGet.path).toBe('/livez');
    expect(container.readinessProbe.httpGet.path).toBe('/readyz');
  });

  it('has longer to end than its drain takes', () => {
    const { command } = container.lifecycle.preStop.exec;
    const needed = Number(command[1]) + DRAIN_MS / 1000;
    expect(command[0]).toBe('sleep');
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(needed * 2);
  });

  it('has the memory that so many runs need', async () => {
    const { limits } = await settingsFrom(podEnvironment(), podConfigFile());
    const needed = limits.concurrentRuns * limits.heapMb * 2 + limits.typecheckMb * 2;
    const gibibytes = Number(/^(\d+)Gi$/.exec(container.resources.limits.memory ?? '')?.[1]);
    expect(gibibytes * 1024).toBeGreaterThan(needed);
  });
});

describe('around the pod', () => {
  it('the service leads to its port, and keeps a client where its session is', () => {
    interface ServiceSpec {
      readonly ports: readonly { readonly targetPort: string; readonly port: number }[];
      readonly sessionAffinity: string;
    }
    const { ports, sessionAffinity } = manifest<ServiceSpec>('service.yaml', 'Service').spec;
    expect(ports.map(({ targetPort }) => targetPort)).toEqual(container.ports.map(({ name }) => name));
    expect(sessionAffinity).toBe('ClientIP');
  });

  it('the server answers to the names that the service has', async () => {
    const { allowedHosts } = await settingsFrom(podEnvironment(), podConfigFile());
    const { name } = manifest('service.yaml', 'Service').metadata;
    expect(allowedHosts).toEqual(expect.arrayContaining([name, `${name}.codeloom.svc`]));
  });

  it('the autoscaler changes the deployment, by a metric that the server has', () => {
    interface Autoscaler {
      readonly scaleTargetRef: { readonly apiVersion: string; readonly kind: string; readonly name: string };
      readonly minReplicas: number;
      readonly maxReplicas: number;
      readonly metrics: readonly { readonly pods?: { readonly metric: { readonly name: string } } }[];
    }
    const spec = manifest<Autoscaler>('autoscaling.yaml', 'HorizontalPodAutoscaler').spec;
    const target = manifest<DeploymentSpec>('deployment.yaml', 'Deployment');
    const { apiVersion, kind } = target;
    expect(spec.scaleTargetRef).toEqual({ apiVersion, kind, name: target.metadata.name });
    expect(target.spec.replicas).toBeUndefined();
    expect(spec.minReplicas).toBeGreaterThan(1);
    const names = spec.metrics.flatMap(({ pods }) => pods?.metric.name ?? []);
    expect(names).toHaveLength(1);
    for (const name of names) expect(METRIC_TABLE).toHaveProperty(name);
  });

  it('the policy lets in what the service leads to, and out what the settings name', async () => {
    interface Rule {
      readonly to?: readonly { readonly namespaceSelector?: { readonly matchLabels: Labels } }[];
      readonly ports: readonly { readonly port: number }[];
    }
    const { ingress, egress, policyTypes } = manifest<{
      readonly ingress: readonly Rule[];
      readonly egress: readonly Rule[];
      readonly policyTypes: readonly string[];
    }>('network-policy.yaml', 'NetworkPolicy').spec;
    expect(policyTypes).toEqual(['Ingress', 'Egress']);
    expect(ingress.flatMap(({ ports }) => ports.map(({ port }) => port))).toEqual([container.ports[0]?.containerPort]);
    const { registry, upstreams } = await settingsFrom(podEnvironment(), podConfigFile());
    const database = new URL(registry.url ?? '');
    const out = egress.find(({ ports }) => ports.some(({ port }) => String(port) === database.port));
    const namespace = out?.to?.[0]?.namespaceSelector?.matchLabels['kubernetes.io/metadata.name'];
    expect(database.hostname.split('.')[1]).toBe(namespace);
    for (const { transport } of upstreams) {
      if (transport.kind === 'stdio') throw new Error('Nothing can be started on a read-only root.');
      expect(new URL(transport.url).protocol).toBe('https:');
    }
    expect(egress.some(({ ports }) => ports.some(({ port }) => port === 443))).toBe(true);
  });
});

describe('the check of keys', () => {
  const shape: Shape = { spec: { list: [{ name: 'text', count: 'number', on: 'switch', labels: 'labels' }] } };
  it.each<[string, unknown]>([
    ['.spec.lst is not known', { spec: { lst: [] } }],
    ['.spec.list[0].count is no number', { spec: { list: [{ count: '1' }] } }],
    ['.spec.list[0].on is no switch', { spec: { list: [{ on: 'true' }] } }],
    ['.spec.list[1].name is no text', { spec: { list: [{ name: 'a' }, { name: 1 }] } }],
    ['.spec.list[0].labels is no labels', { spec: { list: [{ labels: { a: true } }] } }],
    ['.spec.list is no list', { spec: { list: {} } }],
    ['.spec is no object', { spec: null }],
  ])('says %s', (mistake, value) => {
    expect(mistakesIn(value, shape)).toEqual([mistake]);
  });

  it('knows a kind by its version too', () => {
    const head: Pick<Manifest, 'kind' | 'apiVersion'> = {
      kind: 'HorizontalPodAutoscaler',
      apiVersion: 'autoscaling/v1',
    };
    expect(shapeOf(head)).toBeUndefined();
    expect(mistakesIn(head, shapeOf(head) ?? {})).toHaveLength(2);
  });
});
