import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../src/config/assemble-settings.ts';
import { startGuarded } from '../../unit/server/http/access/guarded.ts';
import { initializeBody, JSON_HEADERS, startHttp } from '../../unit/server/serving.ts';

const FLOOD = 300;
const TOLD_AT_MOST = 62;

describe('whoever has no token', () => {
  it('cannot fill the audit trail with bad ones, and the flood is told with its size', async () => {
    const guarded = await startGuarded();
    for (let times = 0; times < FLOOD; times += 1) expect((await guarded.show(`bad${times}`)).status).toBe(401);
    expect(guarded.denials().length).toBeLessThanOrEqual(TOLD_AT_MOST);
    // What somebody with a token is denied is told as ever.
    const ann = { Authorization: `Bearer ${await guarded.issuer.sign({ sub: 'ann' })}` };
    await guarded.fetch({ headers: { ...JSON_HEADERS, ...ann, 'Mcp-Session-Id': 'none' } });
    await guarded.served.close();
    const told = guarded.parts.told.flatMap((each) => (each.kind === 'denial' ? [each.reason] : []));
    expect(told.length).toBeLessThanOrEqual(TOLD_AT_MOST);
    expect(told.at(-1)).toMatch(/^240 more in a minute, the last of them: /);
  });

  it('cannot fill it with wrong admin tokens either', async () => {
    const access = { ...defaultSettings().access, adminToken: 'correct horse battery' };
    const server = await startHttp({ settings: { access } });
    for (let times = 0; times < FLOOD; times += 1) {
      const headers = { ...JSON_HEADERS, 'X-Codeloom-Admin-Token': `guess ${times}` };
      expect((await server.fetch({ method: 'POST', headers, body: initializeBody() })).status).toBe(403);
    }
    const denials = () => server.parts.told.filter(({ kind }) => kind === 'denial').length;
    expect(denials()).toBeLessThanOrEqual(TOLD_AT_MOST);
    await server.served.close();
    expect(denials()).toBeLessThanOrEqual(TOLD_AT_MOST);
  });
});
