/**
 * How and where programs run, and what of it is shown. Rows of the one table, which is setting-table.ts.
 */
import { ENGINE_CHOICES, LOG_LEVELS, TOOL_NAME_STYLES } from '../../base/config.ts';
import { complainAboutImage, complainIfEmpty } from './setting-checks.ts';
import type { SettingRow } from './setting-row.ts';

export const RUNNING_SETTINGS = {
  engine: {
    kind: 'choice',
    choices: ENGINE_CHOICES,
    default: 'auto',
    description: 'where programs run: auto prefers docker where a daemon answers, docker fails where none does',
  },
  profile: {
    kind: 'choice',
    choices: ['mvp', 'enterprise'],
    default: 'mvp',
    description: 'a bundle of defaults, each of which can be set otherwise; docs/configuration.md lists them',
  },
  sandboxes: {
    kind: 'choice',
    choices: ['off', 'on'],
    default: 'off',
    description: 'whether clients may have long-lived sandboxes, which need the docker engine',
  },
  toolNames: {
    kind: 'choice',
    choices: TOOL_NAME_STYLES,
    default: 'auto',
    description: 'spelling of tool names that hold dots: auto uses underscores for clients known to reject dots',
  },
  logLevel: {
    kind: 'choice',
    choices: LOG_LEVELS,
    default: 'info',
    description: 'how much is written to stderr; commands other than serve start from error',
  },
  limits: {
    kind: 'limits',
    flag: 'limit',
    default: {},
    description: 'changes a limit, as in wallMs=60000; the names are in docs/limits.md',
  },
  'docker.images': {
    kind: 'list',
    word: 'IMAGES',
    default: ['node:24-slim'],
    check: complainAboutImage,
    description: 'images that a run on the docker engine may name; the first is the default',
  },
  'docker.pull': {
    kind: 'choice',
    choices: ['missing', 'never'],
    default: 'missing',
    description: 'whether an image that the daemon lacks is pulled',
  },
  'docker.runtime': {
    kind: 'text',
    word: 'NAME',
    default: undefined,
    check: complainIfEmpty,
    description: "container runtime, runsc for gVisor; without it, the daemon's default",
  },
} as const satisfies Record<string, SettingRow>;
