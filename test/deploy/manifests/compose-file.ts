/** deploy/compose.yaml as far as tests look into it. */
import { documentsIn, type Environment, readEnvFile } from './read-deploy.ts';

export interface ComposeService {
  readonly image: string;
  readonly build?: { readonly context: string };
  readonly env_file: string;
  readonly environment: Environment;
  readonly command?: readonly string[];
  readonly user: string;
  readonly init?: boolean;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly tmpfs: readonly string[];
  readonly volumes: readonly string[];
  readonly ports?: readonly string[];
  readonly networks: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck: { readonly test: readonly string[] };
  readonly mem_limit: string;
  readonly memswap_limit?: string;
  readonly pids_limit: number;
  readonly stop_grace_period: string;
  readonly restart: string;
  readonly logging: { readonly options: Environment };
}

export interface Compose {
  readonly services: { readonly codeloom: ComposeService; readonly postgres: ComposeService };
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, object>>;
}

export function composeFile(): Compose {
  const [document] = documentsIn('compose.yaml');
  return document as Compose;
}

/** What the server is given: the example of its env file, and above it what the file sets. */
export function composeEnvironment(): Environment {
  const { env_file: file, environment } = composeFile().services.codeloom;
  return { ...readEnvFile(`${file}.example`), ...environment };
}
