/**
 * The composition root: builds every part from the settings and joins them. Called by src/cli/ and src/index.ts. Reads
 * no files or flags, and of the environment the PATH, where Docker is and where spans go; handles no signals, and holds no state beyond what it returns.
 */
import { randomUUID } from 'node:crypto';
import { homedir, userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import packageJson from '../package.json' with { type: 'json' };
import { createAudit } from './audit/create-audit.ts';
import { logHappenings } from './audit/log-happenings.ts';
import type { Settings } from './base/config.ts';
import { Fault } from './base/fault.ts';
import type { Home } from './base/files/user-folder.ts';
import { localCaller } from './base/gate/caller.ts';
import type { Tell } from './base/gate/happening.ts';
import { createLog, type Log } from './base/log.ts';
import { narrowCatalog } from './base/tool.ts';
import { createBundler } from './compile/bundle.ts';
import { renderDeclarations } from './compile/declarations.ts';
import { createTypechecker } from './compile/typescript/typecheck.ts';
import { createDockerEngine } from './engine/docker/docker-engine.ts';
import { createEngines, type Engines } from './engine/engines.ts';
import { createIsolateEngine } from './engine/isolate/isolate-engine.ts';
import { checkProgram, type ExecutorParts, executeProgram } from './execute-program.ts';
import { createGuard, type Guard } from './guard/guard.ts';
import { createPolicy } from './guard/policy/policy.ts';
import { sharedCounts } from './guard/rates/rates-database.ts';
import { createPackageStore, type PackageStore } from './packages/package-store.ts';
import { packagesFolder } from './packages/packages-folder.ts';
import { createReadScope } from './program/program-scope.ts';
import { openRegistry, registryPlace } from './registry/open-registry.ts';
import type { Registry } from './registry/registry.ts';
import { RESERVED_NAMES } from './server/dynamic/reserved-names.ts';
import { type Served, serve } from './server/serve.ts';
import type { ServerParts } from './server/server-parts.ts';
import { createTelemetry } from './telemetry/telemetry.ts';
import type { Tracing } from './telemetry/tracing/span.ts';
import { traceCalls } from './telemetry/tracing/trace-run.ts';
import { createUpstreams, type Upstreams } from './upstream/upstreams.ts';

/** The built runtime, from src/ as well as from the flat dist/. */
const RUNTIME_DIR = fileURLToPath(new URL('../dist/sandbox-runtime/', import.meta.url));

export interface Codeloom extends ServerParts {
  /** Serves MCP as the settings say, until it is closed or its client has gone. */
  serve(): Promise<Served>;
  /** Ends everything; resolves when no child process is left. */
  close(): Promise<void>;
}

/** Starts nothing and connects to nothing yet. Throws Fault ENGINE_UNAVAILABLE where no engine can run here. */
export function buildCodeloom(settings: Settings, log: Log = createLog(settings.logLevel)): Codeloom {
  const { limits } = settings;
  const { version } = packageJson;
  const upstreams = createUpstreams(settings.upstreams, { limits, log, version });
  const engines = createSettingsEngines(settings, log);
  const { tell, telemetry, ...witnesses } = createWitnesses(settings, log, version);
  const policy = settingsPolicy(settings, tell);
  const counts = sharedCounts(settings.registry, log);
  const guard = createGuard({ limits, callTool: upstreams.callTool, tell, ...policy, ...counts });
  const executor = createExecutor(settings, { upstreams, engines, guard, tell, tracing: telemetry.tracing }, log);
  const registry = settingsRegistry(settings, log);
  const parts: ServerParts = {
    settings,
    log,
    version,
    ...programParts(settings, executor),
    ...upstreamParts(upstreams, guard, telemetry.tracing),
    tell,
    ...telemetry,
    guard,
    ...policy,
    ...sandboxParts(settings, engines, executor),
    ...registry,
    health: () => engines.health(),
  };
  return {
    ...parts,
    serve: async () => {
      await witnesses.open();
      engines.start();
      return serve(parts);
    },
    close: async () => {
      const { typechecker, bundler, packages } = executor;
      const all = [engines, typechecker, bundler, packages, upstreams, guard, ...Object.values(registry)];
      await Promise.all(all.map((part) => part.close()));
      await witnesses.close();
    },
  };
}

/** Who hears of everything that happens: the log, the audit trail, the metrics. */
function createWitnesses(settings: Settings, log: Log, version: string) {
  const { parts, listeners } = createTelemetry(settings, { log, version, env: process.env });
  const audit = createAudit({ settings: settings.audit, home: userHome(), version, log });
  const all = [logHappenings(log), ...(audit === undefined ? [] : [audit.tell]), ...listeners];
  return {
    telemetry: parts,
    tell: ((happening) => {
      for (const listen of all) listen(happening);
    }) satisfies Tell,
    open: async () => {
      await audit?.open();
      parts.tracing.warm();
    },
    /** Last of all, because what has just ended is told, too. */
    close: async () => {
      await Promise.all([audit?.close(), parts.tracing.close()]);
    },
  };
}

/** What src/main.ts joins for the spine, beside the parts that it makes for it. */
interface Joined {
  readonly upstreams: Upstreams;
  readonly engines: Engines;
  readonly guard: Guard;
  readonly tell: Tell;
  readonly tracing: Tracing;
}

function createExecutor(settings: Settings, { upstreams, engines, guard, tell, tracing }: Joined, log: Log) {
  const { limits } = settings;
  return {
    limits,
    readScope: createReadScope(upstreams, settings.disabledUpstreams, guard.policy),
    typechecker: createTypechecker({ limits, log }),
    bundler: createBundler({ limits, log }),
    packages: createSettingsPackages(settings, log),
    guard,
    tell,
    tracing,
    chooseEngine: engines.choose,
    docker: engines.docker,
  } satisfies ExecutorParts;
}

/** An engine that the settings rule out is never made. */
function createSettingsEngines({ engine: configured, docker, limits }: Settings, log: Log): Engines {
  const shared = { runtimeDir: RUNTIME_DIR, limits, log };
  return createEngines({
    configured,
    makeNode: () => createIsolateEngine({ ...shared, path: process.env.PATH }),
    makeDocker: () =>
      createDockerEngine({
        ...shared,
        settings: docker,
        environment: { variables: process.env, homeDir: homedir() },
      }),
  });
}

function createSettingsPackages({ packages, limits }: Settings, log: Log): PackageStore {
  const dir = packages.dir ?? packagesFolder(process.env, process.platform, homedir());
  return createPackageStore({ settings: packages, dir, limits, log, variables: process.env });
}

/** Nothing is opened before somebody looks. Where the settings want none there are no dynamic tools. */
function settingsRegistry({ registry, isReadOnly }: Settings, log: Log): { readonly registry?: Registry } {
  const place = registryPlace(registry, userHome());
  if (place === undefined) return {};
  return { registry: openRegistry({ place, isReadOnly, reserved: RESERVED_NAMES, log }) };
}

function userHome(): Home {
  return { env: process.env, platform: process.platform, homeDir: homedir() };
}

/** Nothing where there is no policy file: then there is nobody to ask. */
function settingsPolicy({ policy, engine }: Settings, tell: Tell): Pick<Guard, 'policy'> {
  return policy === undefined ? {} : { policy: createPolicy({ rules: policy, engine, tell }) };
}

/** Over stdio, whoever started the process is who manages. A user without an entry in the system's table has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'stdio';
  }
}

/** Long-lived sandboxes, where they are wanted. A program in one takes the same way, to an engine that is chosen. */
function sandboxParts(
  { sandboxes: wanted }: Settings,
  { sandboxes: all }: Engines,
  executor: ExecutorParts,
): Pick<ServerParts, 'sandboxes'> {
  if (wanted === 'off' || all === undefined) return {};
  return {
    sandboxes: {
      all,
      prepare: async ({ caller, image, dependencies = [] }, signal) => {
        const { policy } = executor.guard;
        const packages = dependencies.map(({ name }) => name);
        policy?.assertMayRun(caller, { engine: 'docker', packages, ...(image === undefined ? {} : { image }) });
        await executor.packages.open(dependencies, signal, policy?.packageCheck(caller));
      },
      execute: (sandbox, request, signal) => {
        const chooseEngine = async () => all.engineOf(sandbox);
        return executeProgram({ ...executor, chooseEngine }, request, signal);
      },
    },
  };
}

function programParts(
  { transport }: Settings,
  executor: ExecutorParts,
): Pick<ServerParts, 'owner' | 'execute' | 'check'> {
  const owner = localCaller(transport === 'stdio' ? userName() : transport);
  return {
    owner,
    execute: (request, signal) => executeProgram(executor, { caller: owner, ...request }, signal),
    check: (request, signal) => checkProgram(executor, { caller: owner, ...request }, signal),
  };
}

function upstreamParts(
  upstreams: Upstreams,
  guard: Guard,
  tracing: Tracing,
): Pick<ServerParts, 'upstreams' | 'declarations' | 'callUpstream'> {
  return {
    upstreams,
    declarations: async ({ servers, tools, detail, caller }, signal) => {
      const chosen = servers ?? upstreams.names().map(({ name }) => name);
      const whole = await upstreams.catalog(chosen, signal);
      const catalog = caller === undefined ? whole : (guard.policy?.narrow(caller, whole) ?? whole);
      return renderDeclarations(tools === undefined ? catalog : narrowCatalog(catalog, tools), { detail });
    },
    callUpstream: async ({ server, tool: name, args, caller, runId = randomUUID(), trace, onProgress }, signal) => {
      const catalog = await upstreams.catalog([server], signal);
      const tool = catalog.servers[0]?.tools.find((each) => each.name === name);
      if (tool === undefined) throw new Fault('ARGUMENTS_INVALID', `The server ${server} has no tool ${name}.`);
      const call = { runId, tool, args };
      const calls = traceCalls(tracing, guard.callsOf(caller), trace);
      return calls(onProgress === undefined ? call : { ...call, onProgress }, signal);
    },
  };
}
