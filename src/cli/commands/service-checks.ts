/**
 * What `codeloom doctor` asks of that which a service stands on beside its engines: the registry of dynamic tools, and with
 * --auth jwt the keys of the issuer. Each check ends in a finding and never throws. Changes nothing in either.
 */
import type { Settings } from '../../base/config.ts';
import type { Codeloom } from '../../main.ts';
import { createIssuerKeys, KeysUnavailable } from '../../server/http/access/issuer-keys.ts';
import { counted } from '../../server/rendering/text.ts';
import type { Finding } from './machine-checks.ts';

export async function checkService(codeloom: Codeloom): Promise<readonly Finding[]> {
  const checks = [checkRegistry(codeloom), checkIssuer(codeloom)];
  return (await Promise.all(checks)).filter((finding) => finding !== undefined);
}

async function checkRegistry({ registry }: Codeloom): Promise<Finding | undefined> {
  if (registry === undefined) return undefined;
  const subject = `registry (${registry.kind})`;
  const health = await registry.health();
  if (health.kind === 'up') return { kind: 'ok', subject, detail: `answers, with ${counted(health.tools, 'tool')}` };
  // A server does not become ready before it has read its database once; without a file it only has no dynamic tools.
  return { kind: registry.kind === 'postgres' ? 'failure' : 'warning', subject, detail: health.reason };
}

/** Where the keys cannot be had, every request is refused. */
async function checkIssuer({ settings, log }: Pick<Codeloom, 'settings' | 'log'>): Promise<Finding | undefined> {
  const { access } = settings;
  if (access.auth !== 'jwt') return undefined;
  const subject = 'token issuer';
  const keys = await createIssuerKeys(access, log);
  try {
    if (await canBeHad(keys.find, access)) return { kind: 'ok', subject, detail: `${access.issuer} gives its keys` };
    const detail = `the keys of ${access.issuer} cannot be had, so no token can be checked`;
    const advice = 'With --log-level warn the log says why. Without metadata of the issuer, set --auth-jwks-url.';
    return { kind: 'failure', subject, detail, advice };
  } finally {
    keys.close();
  }
}

type FindKey = Awaited<ReturnType<typeof createIssuerKeys>>['find'];

/** Asks for a key that no issuer has: what is refused then is that key, and not the keys. */
async function canBeHad(find: FindKey, { algorithms }: Settings['access']): Promise<boolean> {
  try {
    await find({ alg: algorithms[0] ?? 'RS256', kid: 'codeloom doctor' }, { payload: '', signature: '' });
    return true;
  } catch (thrown) {
    return !(thrown instanceof KeysUnavailable);
  }
}
