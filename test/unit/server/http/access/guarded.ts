/** A server in this process that asks for tokens of a small real issuer; both are taken down when the test ends. */
import { onTestFinished } from 'vitest';
import type { AccessSettings } from '../../../../../src/base/config.ts';
import { defaultSettings } from '../../../../../src/config/assemble-settings.ts';
import { AUDIENCE, startIssuer, type TestIssuer } from '../../../../fixtures/issuer/issuer.ts';
import { type HttpFixture, initializeBody, JSON_HEADERS, startHttp } from '../../serving.ts';

export interface Guarded extends HttpFixture {
  readonly issuer: TestIssuer;
  /** An initialize with these headers, beside those of every POST. */
  knock(headers?: Readonly<Record<string, string>>, query?: string): Promise<Response>;
  /** The same with this token. */
  show(token: string): Promise<Response>;
  denials(): readonly (readonly [subject: string, what: string])[];
}

export function accessTo(issuer: TestIssuer, overrides: Partial<AccessSettings> = {}): AccessSettings {
  return { ...defaultSettings().access, auth: 'jwt', issuer: issuer.url, audience: [AUDIENCE], ...overrides };
}

export async function startGuarded(
  overrides: Partial<AccessSettings> = {},
  prepare: (issuer: TestIssuer) => void = () => {},
): Promise<Guarded> {
  const issuer = await startIssuer();
  onTestFinished(() => issuer.close());
  prepare(issuer);
  const http = await startHttp({ settings: { access: accessTo(issuer, overrides) } });
  const knock = (headers: Readonly<Record<string, string>> = {}, query = '') =>
    fetch(`${http.url}${query}`, {
      method: 'POST',
      headers: { ...JSON_HEADERS, ...headers },
      body: initializeBody(),
    });
  return {
    ...http,
    issuer,
    knock,
    show: (token) => knock({ Authorization: `Bearer ${token}` }),
    denials: () =>
      http.parts.told.flatMap((each) => (each.kind === 'denial' ? [[each.caller.subject, each.what] as const] : [])),
  };
}
