/**
 * Which keys the manifests of deploy/kubernetes may have, and of what type: a misspelt key is one that a cluster refuses or,
 * worse, leaves out. Taken from the API of Kubernetes 1.30, as far as the manifests use it.
 */

/** A type's name; a list of one shape; keys that may be there; or `labels`, text by any name. */
export type Shape = 'text' | 'number' | 'switch' | 'labels' | readonly [Shape] | { readonly [key: string]: Shape };

const SELECTOR: Shape = { matchLabels: 'labels' };
const PROBE: Shape = {
  httpGet: { path: 'text', port: 'text' },
  periodSeconds: 'number',
  timeoutSeconds: 'number',
  failureThreshold: 'number',
};
const CONTAINER: Shape = {
  name: 'text',
  image: 'text',
  imagePullPolicy: 'text',
  args: ['text'],
  envFrom: [{ configMapRef: { name: 'text' }, secretRef: { name: 'text' } }],
  ports: [{ name: 'text', containerPort: 'number' }],
  startupProbe: PROBE,
  livenessProbe: PROBE,
  readinessProbe: PROBE,
  lifecycle: { preStop: { exec: { command: ['text'] } } },
  securityContext: {
    allowPrivilegeEscalation: 'switch',
    readOnlyRootFilesystem: 'switch',
    capabilities: { drop: ['text'] },
  },
  resources: { requests: 'labels', limits: 'labels' },
  volumeMounts: [{ name: 'text', mountPath: 'text', readOnly: 'switch' }],
};
const POD: Shape = {
  automountServiceAccountToken: 'switch',
  enableServiceLinks: 'switch',
  shareProcessNamespace: 'switch',
  terminationGracePeriodSeconds: 'number',
  securityContext: {
    runAsNonRoot: 'switch',
    runAsUser: 'number',
    runAsGroup: 'number',
    fsGroup: 'number',
    seccompProfile: { type: 'text' },
  },
  topologySpreadConstraints: [
    { maxSkew: 'number', topologyKey: 'text', whenUnsatisfiable: 'text', labelSelector: SELECTOR },
  ],
  containers: [CONTAINER],
  volumes: [{ name: 'text', configMap: { name: 'text' }, emptyDir: { sizeLimit: 'text' } }],
};
const PEER: Shape = {
  namespaceSelector: SELECTOR,
  podSelector: SELECTOR,
  ipBlock: { cidr: 'text', except: ['text'] },
};
const PORTS: Shape = [{ protocol: 'text', port: 'number' }];
const PACE: Shape = {
  stabilizationWindowSeconds: 'number',
  policies: [{ type: 'text', value: 'number', periodSeconds: 'number' }],
};

const SPECS: Readonly<Record<string, Shape>> = {
  'apps/v1 Deployment': {
    replicas: 'number',
    revisionHistoryLimit: 'number',
    progressDeadlineSeconds: 'number',
    strategy: { type: 'text', rollingUpdate: { maxUnavailable: 'number', maxSurge: 'number' } },
    selector: SELECTOR,
    template: { metadata: { labels: 'labels', annotations: 'labels' }, spec: POD },
  },
  'v1 Service': {
    type: 'text',
    selector: 'labels',
    sessionAffinity: 'text',
    sessionAffinityConfig: { clientIP: { timeoutSeconds: 'number' } },
    ports: [{ name: 'text', port: 'number', targetPort: 'text' }],
  },
  'autoscaling/v2 HorizontalPodAutoscaler': {
    scaleTargetRef: { apiVersion: 'text', kind: 'text', name: 'text' },
    minReplicas: 'number',
    maxReplicas: 'number',
    metrics: [
      {
        type: 'text',
        pods: { metric: { name: 'text' }, target: { type: 'text', averageValue: 'text' } },
        resource: { name: 'text', target: { type: 'text', averageUtilization: 'number' } },
      },
    ],
    behavior: { scaleUp: PACE, scaleDown: PACE },
  },
  'policy/v1 PodDisruptionBudget': { maxUnavailable: 'number', selector: SELECTOR },
  'networking.k8s.io/v1 NetworkPolicy': {
    podSelector: SELECTOR,
    policyTypes: ['text'],
    ingress: [{ from: [PEER], ports: PORTS }],
    egress: [{ to: [PEER], ports: PORTS }],
  },
};

const METADATA: Shape = { name: 'text', namespace: 'text', labels: 'labels' };

/** The shape of a whole manifest; undefined for a kind that is not known here. */
export function shapeOf({
  apiVersion,
  kind,
}: {
  readonly apiVersion: string;
  readonly kind: string;
}): Shape | undefined {
  const head: Shape = { apiVersion: 'text', kind: 'text', metadata: METADATA };
  if (kind === 'ConfigMap') return { ...head, data: 'labels' };
  if (kind === 'Secret') return { ...head, type: 'text', stringData: 'labels' };
  const name = `${apiVersion} ${kind}`;
  const spec = Object.hasOwn(SPECS, name) ? SPECS[name] : undefined;
  return spec === undefined ? undefined : { ...head, spec };
}

/** Where the value is not of that shape, one place each. */
export function mistakesIn(value: unknown, shape: Shape, at = ''): readonly string[] {
  if (typeof shape === 'string') return isOf(value, shape) ? [] : [`${at} is no ${shape}`];
  if (isList(shape)) {
    if (!Array.isArray(value)) return [`${at} is no list`];
    return value.flatMap((item, index) => mistakesIn(item, shape[0], `${at}[${index}]`));
  }
  if (typeof value !== 'object' || value === null) return [`${at} is no object`];
  return Object.entries(value).flatMap(([key, member]) => {
    const known = Object.hasOwn(shape, key) ? shape[key] : undefined;
    return known === undefined ? [`${at}.${key} is not known`] : mistakesIn(member, known, `${at}.${key}`);
  });
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function isOf(value: unknown, type: 'text' | 'number' | 'switch' | 'labels'): boolean {
  if (type === 'text') return typeof value === 'string';
  if (type === 'number') return Number.isInteger(value);
  if (type === 'switch') return typeof value === 'boolean';
  return typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string');
}
