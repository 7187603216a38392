import { describe, expect, it } from 'vitest';
import { npmEnvironment, npmOptions } from '../../../../src/packages/npm/npm-environment.ts';

describe('the environment of npm', () => {
  it('has what leads to the registry, and nothing else of the server', () => {
    const variables = {
      PATH: '/bin',
      HOME: '/home/x',
      https_proxy: 'http://proxy',
      NO_PROXY: 'localhost',
      NODE_EXTRA_CA_CERTS: '/ca.pem',
      npm_config_registry: 'https://mirror',
      'npm_config_//mirror/:_authToken': 'token',
      'npm_config_@scope:registry': 'https://other',
      GITHUB_TOKEN: 'secret',
      CODELOOM_CONFIG: '/x',
      DATABASE_URL: 'secret',
      NODE_OPTIONS: '--require /evil.js',
      npm_config_script_shell: '/evil',
      npm_config_ignore_scripts: 'false',
      npm_config_prefix: '/usr',
      npm_lifecycle_event: 'start',
      LD_PRELOAD: '/evil.so',
      EMPTY: undefined,
    };
    expect(npmEnvironment(variables, '/tmp/x')).toEqual({
      PATH: '/bin',
      HOME: '/home/x',
      https_proxy: 'http://proxy',
      NO_PROXY: 'localhost',
      NODE_EXTRA_CA_CERTS: '/ca.pem',
      npm_config_registry: 'https://mirror',
      'npm_config_//mirror/:_authToken': 'token',
      'npm_config_@scope:registry': 'https://other',
      TMPDIR: '/tmp/x',
      TEMP: '/tmp/x',
      TMP: '/tmp/x',
      NODE_OPTIONS: '--max-old-space-size=512',
    });
  });

  it('comes with options that no configuration file can take back', () => {
    const options = npmOptions('/staged');
    expect(options).toEqual(expect.arrayContaining(['--ignore-scripts', '--allow-git=none', '--no-bin-links']));
    expect(options).toContain('--prefix=/staged');
    expect(options.filter((option) => !option.startsWith('--'))).toEqual([]);
  });
});
