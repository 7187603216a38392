/**
 * Who may ask over HTTP, and how they show it. Rows of the one table, which is setting-table.ts.
 */
import { AUTH_CHOICES, TOKEN_ALGORITHMS } from '../../base/config.ts';
import {
  complainAboutAdminToken,
  complainAboutAlgorithm,
  complainAboutClaim,
  complainAboutWebAddress,
  complainIfEmpty,
} from '../table/setting-checks.ts';
import type { SettingRow } from '../table/setting-row.ts';

export const ACCESS_SETTINGS = {
  auth: {
    kind: 'choice',
    choices: AUTH_CHOICES,
    default: 'none',
    description: 'what a request over HTTP has to show: nothing, or a JWT that an issuer has signed',
  },
  authIssuer: {
    kind: 'text',
    word: 'URL',
    default: undefined,
    check: complainAboutWebAddress,
    description: 'with auth jwt: the issuer of tokens, as their claim `iss` has it',
  },
  authAudience: {
    kind: 'list',
    word: 'NAMES',
    default: [],
    check: complainIfEmpty,
    description: 'with auth jwt: a token has to be meant for one of these, by its claim `aud`',
  },
  authJwksUrl: {
    kind: 'text',
    word: 'URL',
    default: undefined,
    check: complainAboutWebAddress,
    description: "with auth jwt: where the issuer's public keys are; without it, the issuer's metadata says where",
  },
  authAlgorithms: {
    kind: 'list',
    word: 'NAMES',
    default: ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'],
    check: complainAboutAlgorithm,
    description: `with auth jwt: how tokens may be signed; of ${TOKEN_ALGORITHMS.join(', ')}`,
  },
  authClockToleranceSeconds: {
    kind: 'integer',
    min: 0,
    max: 300,
    default: 30,
    description: "with auth jwt: how far the issuer's clock and this machine's may differ",
  },
  authSubjectClaim: {
    kind: 'text',
    word: 'NAME',
    default: 'sub',
    check: complainAboutClaim,
    description: 'with auth jwt: the claim that says who asks; a token without it is refused',
  },
  authScopeClaim: {
    kind: 'text',
    word: 'NAME',
    default: 'scope',
    check: complainAboutClaim,
    description: 'with auth jwt: the claim that has the scopes; `scp` is read too where `scope` is absent',
  },
  publicUrl: {
    kind: 'text',
    word: 'URL',
    default: undefined,
    check: complainAboutWebAddress,
    description: 'the address of the MCP endpoint as clients know it, where a proxy stands before this server',
  },
  adminToken: {
    kind: 'text',
    word: 'TOKEN',
    default: undefined,
    check: complainAboutAdminToken,
    isSecret: true,
    description:
      'with auth none, over HTTP: management and admin tools need this text in the header `X-Codeloom-Admin-Token`',
  },
} as const satisfies Record<string, SettingRow>;
