/**
 * What npm gets from this server: which variables, and which options on every command. Pure. npm reads the configuration
 * files of the user that runs the server, for the registry, its credentials and the proxy; the options below go before
 * those files, so that no file switches a wall off.
 */
import { join } from 'node:path';

export type Variables = Readonly<Record<string, string | undefined>>;

/** Where programs, files and certificates are, and the way out. Nothing else of the server's environment passes. */
const PASSED: ReadonlySet<string> = new Set([
  'PATH',
  'HOME',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
  'SYSTEMROOT',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
]);
/** npm's own variables, as far as they say which registry there is and how it is reached. */
const PASSED_OF_NPM =
  /^npm_config_(?:registry|userconfig|globalconfig|proxy|https[_-]proxy|noproxy|cafile|ca|strict[_-]ssl|before|min[_-]release[_-]age|@[^:]+:registry|\/\/.+)$/i;
const HEAP_MB = 512;

export function npmEnvironment(variables: Variables, temporary: string): NodeJS.ProcessEnv {
  const passed = Object.entries(variables).filter(
    ([name, value]) => value !== undefined && (PASSED.has(name.toUpperCase()) || PASSED_OF_NPM.test(name)),
  );
  return {
    ...Object.fromEntries(passed),
    TMPDIR: temporary,
    TEMP: temporary,
    TMP: temporary,
    NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}`,
  };
}

/** Nothing of a package runs, and nothing comes from anywhere but a registry. */
const WALLS: readonly string[] = [
  '--ignore-scripts',
  '--allow-git=none',
  '--allow-remote=none',
  '--allow-file=none',
  '--allow-directory=none',
];
/**
 * The same tree whatever the user's own configuration says. A lock without URLs is the same for every mirror, and keeps
 * a URL for exactly what does not come from a registry.
 */
const SAME_TREE: readonly string[] = [
  '--omit=dev',
  '--omit=optional',
  '--omit-lockfile-registry-resolved',
  '--package-lock',
  '--lockfile-version=3',
  '--install-strategy=hoisted',
  '--no-install-links',
  '--no-legacy-peer-deps',
  '--no-strict-peer-deps',
  '--no-engine-strict',
  '--no-bin-links',
  '--no-global',
  '--no-workspaces',
  '--no-dry-run',
  '--no-force',
  '--no-offline',
];
/** Quick to say that there is no registry, and nothing but that. */
const MANNERS: readonly string[] = [
  '--fetch-retries=1',
  '--fetch-retry-mintimeout=500',
  '--fetch-retry-maxtimeout=2000',
  '--no-audit',
  '--no-fund',
  '--no-update-notifier',
  '--no-progress',
  '--logs-max=0',
  '--loglevel=silent',
  '--json',
];

/** `folder` is the one to install in; its cache is its own, so that no installation sees another's. */
export function npmOptions(folder: string): readonly string[] {
  const places = [
    `--prefix=${folder}`,
    `--cache=${join(folder, '.npm-cache')}`,
    // --allow-git forbids it; nor is there one to be found.
    `--git=${join(folder, 'no-git')}`,
  ];
  return [...places, ...WALLS, ...SAME_TREE, ...MANNERS];
}
