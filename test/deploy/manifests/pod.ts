/** The manifests of deploy/kubernetes as far as tests look into them, read from their files. */
import { documentsIn, type Environment } from './read-deploy.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly periodSeconds: number;
  readonly timeoutSeconds?: number;
  readonly failureThreshold: number;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string }[];
  readonly envFrom: readonly {
    readonly configMapRef?: { readonly name: string };
    readonly secretRef?: { readonly name: string };
  }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly lifecycle: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } };
  readonly securityContext: {
    readonly allowPrivilegeEscalation: boolean;
    readonly readOnlyRootFilesystem: boolean;
    readonly capabilities: { readonly drop: readonly string[]; readonly add?: readonly string[] };
  };
  readonly resources: { readonly requests: Labels; readonly limits: Labels };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}

export interface Pod {
  readonly automountServiceAccountToken: boolean;
  readonly enableServiceLinks: boolean;
  readonly shareProcessNamespace: boolean;
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: {
    readonly runAsNonRoot: boolean;
    readonly runAsUser: number;
    readonly runAsGroup: number;
    readonly fsGroup: number;
    readonly seccompProfile: { readonly type: string };
  };
  readonly containers: readonly [Container];
  readonly volumes: readonly {
    readonly name: string;
    readonly emptyDir?: { readonly sizeLimit: string };
    readonly configMap?: { readonly name: string };
  }[];
}

export interface Manifest<Spec = unknown> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Labels };
  readonly spec: Spec;
  readonly data?: Environment;
  readonly stringData?: Environment;
}

export interface DeploymentSpec {
  readonly replicas?: number;
  readonly selector: { readonly matchLabels: Labels };
  readonly template: { readonly metadata: { readonly labels: Labels }; readonly spec: Pod };
}

export function manifestsIn(file: string): readonly Manifest[] {
  return documentsIn(`kubernetes/${file}`) as readonly Manifest[];
}

export function manifest<Spec>(file: string, kind: string, name = 'codeloom'): Manifest<Spec> {
  const found = manifestsIn(file).find((each) => each.kind === kind && each.metadata.name === name);
  if (found === undefined) throw new Error(`${file} has no ${kind} ${name}.`);
  return found as Manifest<Spec>;
}

export function deployment(): DeploymentSpec {
  return manifest<DeploymentSpec>('deployment.yaml', 'Deployment').spec;
}

/** What the container's environment comes to, the secret being the example's. */
export function podEnvironment(): Environment {
  const [container] = deployment().template.spec.containers;
  return Object.assign(
    {},
    ...container.envFrom.map(({ configMapRef, secretRef }) =>
      configMapRef === undefined
        ? manifest('secret.example.yaml', 'Secret', secretRef?.name).stringData
        : manifest('config.yaml', 'ConfigMap', configMapRef.name).data,
    ),
  );
}

export function podConfigFile(): string {
  return manifest('config.yaml', 'ConfigMap', 'codeloom-servers').data?.['mcp.json'] ?? '';
}
