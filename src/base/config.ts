/**
 * The shape of Codeloom's own settings and of a configured upstream, after src/config/ has read and checked them.
 * Every room gets the part it needs as a parameter; none reads files, flags or the environment.
 */
import type { PolicyRules } from './gate/policy-rules.ts';
import type { Json } from './json.ts';
import type { Limits } from './limits.ts';

/** How an upstream is reached. `http` is Streamable HTTP, `sse` the legacy HTTP+SSE transport. */
export type UpstreamTransport =
  | {
      readonly kind: 'stdio';
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      readonly cwd?: string;
    }
  | { readonly kind: 'http' | 'sse'; readonly url: string; readonly headers: Readonly<Record<string, string>> };

export interface UpstreamConfig {
  readonly name: string;
  readonly transport: UpstreamTransport;
  readonly description?: string;
  /** Only these tools are offered; absent means all. */
  readonly allowTools?: readonly string[];
  /** These tools are never offered, even where allowed. */
  readonly blockTools?: readonly string[];
  /** Deadline of one call to this upstream, in place of the limit `callMs`. */
  readonly timeoutMs?: number;
}

export const ENGINE_CHOICES = ['auto', 'docker', 'node'] as const;
export type EngineChoice = (typeof ENGINE_CHOICES)[number];

export const TOOL_NAME_STYLES = ['auto', 'dotted', 'underscore'] as const;
export type ToolNameStyle = (typeof TOOL_NAME_STYLES)[number];

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const AUTH_CHOICES = ['none', 'jwt'] as const;

/** Signatures whose checking needs no secret: what only checks tokens must not be able to make them. */
export const TOKEN_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

/** Who may ask over HTTP, and how they show it. */
export interface AccessSettings {
  readonly auth: (typeof AUTH_CHOICES)[number];
  /** Always there where `auth` is `jwt`. */
  readonly issuer?: string;
  /** Never empty where `auth` is `jwt`. */
  readonly audience: readonly string[];
  /** Absent means that the issuer's metadata says it. */
  readonly jwksUrl?: string;
  readonly algorithms: readonly string[];
  readonly clockToleranceS: number;
  readonly subjectClaim: string;
  readonly scopeClaim: string;
  /** The MCP endpoint as clients know it; absent means as their Host header has it. */
  readonly publicUrl?: string;
  /** A secret: it is shown to nobody. */
  readonly adminToken?: string;
}

export interface DockerSettings {
  /** The first is the default; a run may name only one of these. */
  readonly images: readonly string[];
  readonly pull: 'missing' | 'never';
  /** `runsc` for gVisor; absent means the daemon's own default. */
  readonly runtime?: string;
}

export interface PackageSettings {
  /** Whether programs may declare dependencies at all. */
  readonly install: 'off' | 'on';
  /** Where they are kept; absent means the user's own cache folder. */
  readonly dir?: string;
  /** Names or `@scope/*`, for whole trees; empty means all. */
  readonly allow: readonly string[];
  /** Goes before `allow`. */
  readonly block: readonly string[];
}

export interface RegistrySettings {
  /** `none`: there are no dynamic tools. */
  readonly kind: 'sqlite' | 'postgres' | 'none';
  /** Of SQLite; absent means the user's own state folder. */
  readonly file?: string;
  /** Of PostgreSQL, and always there where that is the kind. May hold a password: it is shown to nobody. */
  readonly url?: string;
}

export interface AuditSettings {
  readonly isOn: boolean;
  /** Absent means the user's own state folder. */
  readonly dir?: string;
  readonly maxFileMb: number;
  readonly maxFiles: number;
  /** Arguments of calls are written down, but for what looks like a secret. */
  readonly keepsArguments: boolean;
}

export interface Settings {
  readonly transport: 'stdio' | 'http';
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** Names that the Host header may carry beyond loopback's, without port. */
  readonly allowedHosts: readonly string[];
  readonly allowUnauthenticated: boolean;
  readonly access: AccessSettings;
  readonly engine: EngineChoice;
  /** Whose defaults these settings began with; nobody decides by it. */
  readonly profile: 'mvp' | 'enterprise';
  /** Whether clients may have long-lived ones. */
  readonly sandboxes: 'off' | 'on';
  readonly toolNames: ToolNameStyle;
  readonly logLevel: LogLevel;
  readonly limits: Limits;
  readonly docker: DockerSettings;
  readonly packages: PackageSettings;
  readonly registry: RegistrySettings;
  readonly audit: AuditSettings;
  /** All of these as an administrator may see them, by the key of the table: of secrets, whether they are set. */
  readonly shown: Readonly<Record<string, Json>>;
  /** Whether GET /metrics is answered, over HTTP. */
  readonly metrics: 'on' | 'off';
  /** Dynamic tools are neither made nor changed. */
  readonly isReadOnly: boolean;
  /** What is not allowed there is denied; absent allows everybody everything. */
  readonly policy?: PolicyRules;
  /** Sorted by name; names are unique. */
  readonly upstreams: readonly UpstreamConfig[];
  /** Names of upstreams that the config file has and switches off. */
  readonly disabledUpstreams?: readonly string[];
}
