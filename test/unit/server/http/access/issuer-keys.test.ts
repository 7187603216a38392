import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createLog } from '../../../../../src/base/log.ts';
import { createIssuerKeys, KeysUnavailable, type KeyTimes } from '../../../../../src/server/http/access/issuer-keys.ts';
import { createTokenVerifier } from '../../../../../src/server/http/access/token-verifier.ts';
import { startIssuer } from '../../../../fixtures/issuer/issuer.ts';
import { accessTo } from './guarded.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const TIMES: KeyTimes = {
  fetchMs: 5_000,
  refreshMs: 10 * MINUTE,
  staleMs: 24 * HOUR,
  cooldownMs: 30_000,
  retryMs: 5_000,
};

/** Keys of a real issuer, on a monotonic clock that the test turns. */
async function start(own: Partial<KeyTimes> = {}) {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const issuer = await startIssuer();
  onTestFinished(() => issuer.close());
  const lines: string[] = [];
  const log = createLog('debug', { write: (line: string) => lines.push(line) });
  const access = accessTo(issuer);
  const times = { ...TIMES, ...own };
  const keys = await createIssuerKeys(access, log, times);
  const verifier = await createTokenVerifier(access, keys.find);
  const verify = (token: string) => verifier.verifyAccessToken(token).then(({ clientId }) => clientId);
  /** How long a fetch may take from now on: little, for one that hangs anyway. */
  const setPatience = (fetchMs: number) => void Object.assign(times, { fetchMs });
  return { issuer, keys, verify, lines, setPatience, pass: (ms: number) => vi.advanceTimersByTime(ms) };
}

describe('the keys of an issuer', () => {
  it('are fetched once for all who come at the same time', async () => {
    const { issuer, verify, keys } = await start();
    const token = await issuer.sign();
    expect(await Promise.all(Array.from({ length: 20 }, () => verify(token)))).toEqual(Array(20).fill('ann'));
    expect([issuer.asked.filter((path) => path === '/keys').length, keys.state()]).toEqual([1, 'ready']);
  });

  it('are fetched anew as they age, so that one that was withdrawn is good no more', async () => {
    const { issuer, verify, pass } = await start();
    const token = await issuer.sign();
    await verify(token);
    await issuer.rotate();
    pass(9 * MINUTE);
    expect(await verify(token)).toBe('ann');
    pass(2 * MINUTE);
    await expect(verify(token)).rejects.toThrow('not signed with a key of the issuer');
    expect(await verify(await issuer.sign())).toBe('ann');
  });

  it('go on for a day while the issuer is away, and no longer', async () => {
    const { issuer, verify, pass, keys, lines } = await start();
    const token = await issuer.sign();
    await verify(token);
    issuer.behave('fails');
    pass(23 * HOUR);
    expect([await verify(token), keys.state()]).toEqual(['ann', 'ready']);
    expect(lines.filter((line) => line.includes('could not be fetched')).length).toBe(1);
    pass(2 * HOUR);
    await expect(verify(token)).rejects.toThrow(KeysUnavailable);
    expect(keys.state()).toBe('missing');
    issuer.behave('well');
    pass(TIMES.retryMs);
    expect(await verify(token)).toBe('ann');
  });

  it('of an issuer that hangs are waited for no longer than a fetch may take, and not by everybody anew', async () => {
    const { issuer, verify, pass, keys, setPatience } = await start();
    issuer.behave('hangs');
    setPatience(100);
    const token = await issuer.sign();
    await expect(Promise.all([verify(token), verify(token)])).rejects.toThrow(KeysUnavailable);
    const asked = issuer.asked.length;
    await expect(verify(token)).rejects.toThrow(KeysUnavailable);
    expect([keys.state(), issuer.asked.length]).toEqual(['missing', asked]);
    issuer.behave('well');
    setPatience(TIMES.fetchMs);
    pass(TIMES.retryMs);
    expect(await verify(token)).toBe('ann');
  });

  it('that are there go on while it hangs', async () => {
    const { issuer, verify, setPatience } = await start({ refreshMs: 0, retryMs: 0 });
    const token = await issuer.sign();
    await verify(token);
    issuer.behave('hangs');
    setPatience(100);
    // With keys at hand, hanging costs the time of a fetch and nothing else.
    expect(await verify(token)).toBe('ann');
  });

  it('that are not there are asked for once, while the issuer fails', async () => {
    const { issuer, verify } = await start({ cooldownMs: 0 });
    await verify(await issuer.sign());
    issuer.behave('fails');
    const before = issuer.asked.length;
    for (const kid of ['a', 'b', 'c', 'd']) {
      await expect(verify(await issuer.sign({}, { header: { kid } }))).rejects.toThrow(KeysUnavailable);
    }
    expect(issuer.asked.length).toBe(before + 1);
  });

  it('are given up as soon as they are larger than keys are', async () => {
    const { issuer, verify, lines } = await start();
    issuer.behave('is huge');
    await expect(verify(await issuer.sign())).rejects.toThrow(KeysUnavailable);
    expect(lines.join()).toContain('what the issuer answered has more than 524288 bytes');
  });

  it('are not taken from metadata of somebody else, and what went wrong is in the log without what was sent', async () => {
    const { issuer, verify, lines } = await start();
    issuer.behave('lies');
    await expect(verify(await issuer.sign())).rejects.toThrow(KeysUnavailable);
    expect(issuer.asked).not.toContain('/evil');
    expect(lines.join()).toContain('the metadata is of another issuer than the one that is configured');
    expect(lines.join()).not.toContain('evil.example');
  });
});
