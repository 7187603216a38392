/**
 * What is wrong with the settings of access together, each in a sentence: a server that believes itself protected and is
 * not is worse than one that does not start. Called by load-settings.ts, and by whoever serves settings that it did not make.
 */
import type { Settings } from '../../base/config.ts';
import { isLoopbackHost } from '../assemble-settings.ts';
import { quote } from '../config-text.ts';

export function complainAboutAccess({ transport, access }: Settings): readonly string[] {
  return access.auth === 'none' ? withoutTokens(access) : withTokens(transport, access);
}

function withoutTokens({ issuer, audience, jwksUrl }: Settings['access']): readonly string[] {
  const isMeant = issuer !== undefined || audience.length > 0 || jwksUrl !== undefined;
  if (!isMeant) return [];
  return ['An issuer of tokens is set, and --auth is "none", so no token would be asked for: set --auth jwt as well.'];
}

function withTokens(transport: Settings['transport'], access: Settings['access']): readonly string[] {
  const { issuer, audience, jwksUrl, publicUrl, adminToken } = access;
  const complaints: string[] = [];
  if (transport !== 'http') {
    complaints.push('--auth jwt is for the HTTP transport: over stdio, whoever started the process is who asks.');
  }
  if (issuer === undefined) {
    complaints.push('--auth jwt needs the issuer whose tokens are accepted: set --auth-issuer.');
  }
  if (audience.length === 0) {
    const own = publicUrl === undefined ? 'its public URL' : quote(publicUrl);
    complaints.push(
      `--auth jwt needs the audience that tokens for this server carry, often ${own}: set --auth-audience. ` +
        'Without it a token for another service would be good here.',
    );
  }
  if (adminToken !== undefined) {
    complaints.push('The admin token is for --auth none: with --auth jwt, scopes say who may manage. Leave it out.');
  }
  const addresses = [
    ['--auth-issuer', issuer],
    ['--auth-jwks-url', jwksUrl],
  ] as const;
  return [...complaints, ...addresses.flatMap(([flag, url]) => complainIfReadable(flag, url))];
}

/** Whoever can change what comes from there can make tokens. */
function complainIfReadable(flag: string, url: string | undefined): readonly string[] {
  if (url === undefined || !URL.canParse(url)) return [];
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || isLoopbackHost(hostname)) return [];
  return [
    `${flag} must be https, unless it is on loopback, not ${quote(url)}: keys that come over http could be anybody's.`,
  ];
}
